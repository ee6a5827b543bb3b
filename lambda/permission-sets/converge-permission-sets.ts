import { PERMISSION_SET_WORK, type PermissionSetWork, permissionSetWorkOf } from '../domain/convergence';
import type { PermissionSetName } from '../domain/ids';
import { begin } from '../leadership/lead';
import { restUntil, type StepResult } from '../leadership/step-result';
import { queryAll } from '../ports/store';
import type { ConvergeContext, ConvergeStep } from './look';
import { lookAtPermissionSet } from './look-at-permission-set';

/** A step works at most this long, then the state machine starts the next one. */
const STEP_MS = 40_000;
/** Nothing is written this close to the end of the invocation: a call is awaited, at most for the request time-out. */
const WRITE_RESERVE_MS = 15_000;

/**
 * Looks at every permission set that is due, one after the other: they share one request rate. What has to wait, for an
 * account to be provisioned or for the service, is looked at again when its time has come.
 */
export async function convergePermissionSets(context: ConvergeContext): Promise<StepResult> {
  const begun = await begin(context);
  if (!begun) return { state: 'overtaken' };
  const { clock, deadline } = context;
  const step: ConvergeStep = { ...context, fence: begun.fence, writeUntil: deadline - WRITE_RESERVE_MS };
  const { epoch } = begun.fence;
  const stopAt = Math.min(clock.now() + STEP_MS, step.writeUntil);
  const reserved = new Map<PermissionSetName, number>();
  for (;;) {
    const works = await listWork(step, reserved);
    const due = works.filter(({ notBefore = 0 }) => notBefore <= clock.now());
    if (due.length === 0) return restUntil(works[0]?.notBefore, clock.now(), epoch);
    for (const work of due) {
      if (clock.now() >= stopAt) return { state: 'again', epoch };
      const { overtaken, until } = await lookAtPermissionSet(step, work);
      if (overtaken) return { state: 'overtaken' };
      if (until !== undefined) reserved.set(work.permissionSetName, until + 1);
    }
  }
}

/** What is to be looked at, the longest due first; not before another attempt's reservation is over. */
async function listWork(
  { store }: ConvergeStep,
  reserved: ReadonlyMap<PermissionSetName, number>,
): Promise<PermissionSetWork[]> {
  const items = await queryAll(store, { table: 'permission-sets', pk: PERMISSION_SET_WORK });
  return items
    .map(permissionSetWorkOf)
    .map((work) => ({
      ...work,
      notBefore: Math.max(work.notBefore ?? 0, reserved.get(work.permissionSetName) ?? 0),
    }))
    .sort((one, other) => one.notBefore - other.notBefore);
}
