import {
  type Convergence,
  convergenceKey,
  convergenceOf,
  type LookOutcome,
  permissionSetWorkKey,
  permissionSetWorkOf,
} from '../domain/convergence';
import type { PermissionSetName } from '../domain/ids';
import { permissionSetDocumentOf, permissionSetKey } from '../domain/permission-set-document';
import type { Protection } from '../domain/protection';
import { Look } from '../permission-sets/look';
import { bringNearer } from '../permission-sets/look-at-permission-set';
import { PermissionSetNames } from '../permission-sets/permission-set-names';
import type { Clock, UniqueId } from '../ports/clock';
import { InvariantViolated } from '../ports/faults';
import type { LeveledLog } from '../ports/leveled-log';
import type { OverlayPermissionSets } from './overlay-permission-sets';
import type { OverlayStore } from './overlay-store';

export interface LookRehearsal {
  readonly store: OverlayStore;
  readonly permissionSets: OverlayPermissionSets;
  readonly protection: Protection;
  readonly clock: Pick<Clock, 'now'>;
  readonly newId: UniqueId;
}

export interface RehearsedLook {
  readonly before: Convergence;
  readonly after: Convergence;
  readonly outcome: LookOutcome;
}

/** One that has disappeared is begun anew, once. */
const MOST_ATTEMPTS = 2;
/** What is rehearsed has not happened: nobody is woken, and no log tells of it. */
const SILENT_BELL = { ring: async () => undefined };
const SILENT_LOG: LeveledLog = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** What the controller would do about a permission set that was submitted: done by it, over what keeps changes in memory. */
export async function rehearseLook(rehearsal: LookRehearsal, name: PermissionSetName): Promise<RehearsedLook> {
  const { store } = rehearsal;
  const before = convergenceOf(name, await store.get(convergenceKey(name)));
  const look = await reserved(rehearsal, name, before);
  let outcome = await bringNearer(look);
  for (let attempts = 1; hasDisappeared(look, outcome) && attempts < MOST_ATTEMPTS; attempts += 1) {
    outcome = await bringNearer(look);
  }
  return { before, after: look.convergence, outcome };
}

/** Whoever has it reserved in earnest has not here. */
async function reserved(
  { store, permissionSets, protection, clock, newId }: LookRehearsal,
  name: PermissionSetName,
  before: Convergence,
): Promise<Look> {
  const operation = { id: newId(), leaseUntil: Number.MAX_SAFE_INTEGER };
  await store.transact([{ at: convergenceKey(name), update: { set: { permissionSetName: name, operation } } }]);
  const document = permissionSetDocumentOf(await store.get(permissionSetKey(name)));
  const work = await store.get(permissionSetWorkKey(name));
  if (!document || !work) throw new InvariantViolated(`${name} was submitted without a document or without work.`);
  const step = {
    store,
    clock,
    controller: 'converge-permission-sets',
    execution: operation.id,
    deadline: operation.leaseUntil,
    service: permissionSets,
    names: new PermissionSetNames(permissionSets, store),
    protection,
    concurrentProvisionings: 1,
    bell: SILENT_BELL,
    uniqueId: newId,
    random: () => 0,
    log: SILENT_LOG,
    fence: { controller: 'converge-permission-sets', epoch: 0 },
    writeUntil: operation.leaseUntil,
  } as const;
  return new Look(step, permissionSetWorkOf(work), document, { ...before, operation }, operation.id);
}

/** Somebody deleted it since it became ours. */
function hasDisappeared({ document, convergence }: Look, { state }: LookOutcome): boolean {
  return state === 'later' && document.state === 'present' && convergence.permissionSetArn === undefined;
}
