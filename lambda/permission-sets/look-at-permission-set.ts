import {
  type Convergence,
  claimPermissionSet,
  convergenceKey,
  convergenceOf,
  endLook,
  type LookOutcome,
  type PermissionSetWork,
} from '../domain/convergence';
import { LEASE_MARGIN_MS } from '../domain/lease';
import { definitionOf } from '../domain/permission-set-definition';
import { permissionSetDocumentOf, permissionSetKey, submittedDocument } from '../domain/permission-set-document';
import { outcomeNotification } from '../domain/permission-set-notifications';
import { retryDelayMs } from '../domain/worker-writes';
import { attempt } from '../leadership/attempt';
import {
  Conflict,
  InvariantViolated,
  Missing,
  OutcomeUnknown,
  Rejected,
  Throttled,
  Unavailable,
} from '../ports/faults';
import { definePermissionSet } from './define-permission-set';
import { type ConvergeStep, Look, OutOfTime } from './look';
import { isDisowned } from './own-permission-set';
import { followProvisioning, provisionAccounts } from './provision-permission-set';
import { removePermissionSet } from './remove-permission-set';

/** How long to leave a permission set alone after the service could not take a call, doubling, plus up to as much again. */
const FIRST_PAUSE_MS = 2_000;
const LONGEST_PAUSE_MS = 60_000;
/** Looks that fail in a row, for another reason than that the service is busy, before it is parked. */
const PARK_AFTER_FAILURES = 6;

/** `until`: another attempt may still be at work on it. */
export type Looked = { readonly overtaken: boolean; readonly until?: number };

/** One attempt at one permission set: reserves it, brings it nearer to its document, and says when to look again. */
export async function lookAtPermissionSet(step: ConvergeStep, work: PermissionSetWork): Promise<Looked> {
  const name = work.permissionSetName;
  const reserved = convergenceOf(name, await step.store.get(convergenceKey(name))).operation;
  if (reserved && reserved.leaseUntil >= step.clock.now()) return { overtaken: false, until: reserved.leaseUntil };
  const operation = { id: step.uniqueId(), leaseUntil: step.deadline + LEASE_MARGIN_MS };
  const claimed = await step.store.transact(claimPermissionSet(name, reserved, operation, step.fence));
  if (!claimed.applied) return { overtaken: claimed.failed.includes(0) };
  // What was read before the reservation may have been changed by an attempt that ended in between.
  const convergence = convergenceOf(name, await step.store.get(convergenceKey(name)));
  const document = permissionSetDocumentOf(await step.store.get(permissionSetKey(name)));
  if (!document) throw new InvariantViolated(`There is work for ${name}, but no document.`);
  const look = new Look(step, work, document, convergence, operation.id);
  const outcome = await tried(look);
  const { told } = convergence;
  const news = { notification: outcomeNotification(document, outcome), told, submittedBy: document.submittedBy };
  await attempt(step.store, endLook(work, operation.id, outcome, news));
  return { overtaken: false };
}

async function tried(look: Look): Promise<LookOutcome> {
  try {
    return await bringNearer(look);
  } catch (fault) {
    return afterFault(look, fault);
  }
}

/** Brings a permission set that is reserved nearer to its document, as far as that goes without waiting. */
export async function bringNearer(look: Look): Promise<LookOutcome> {
  const followed = await followProvisioning(look);
  if (followed !== true) return followed;
  return look.document.state === 'present' ? converge(look) : removePermissionSet(look);
}

async function converge(look: Look): Promise<LookOutcome> {
  const definition = definitionOf(submittedDocument(look.document), look.convergence.undescribed);
  const arn = isBeingProvisioned(look.convergence, look.work)
    ? look.convergence.permissionSetArn
    : await definePermissionSet(look, definition);
  // It has disappeared: the next look begins as with a new one.
  const again: LookOutcome = { state: 'later', notBefore: look.step.clock.now() };
  if (!arn) return again;
  try {
    return await provisionAccounts(look, arn, definition);
  } catch (fault) {
    if (await isDisowned(look, arn, fault)) return again;
    throw fault;
  }
}

/** Its definition was compared for this very work, and accounts are being brought up to date since. */
function isBeingProvisioned({ compared, incomplete }: Convergence, { version }: PermissionSetWork): boolean {
  return compared === version && !incomplete;
}

function afterFault(look: Look, fault: unknown): LookOutcome {
  const { step, name, document } = look;
  const now = step.clock.now();
  if (fault instanceof OutOfTime) return { state: 'later', notBefore: now };
  const reason = fault instanceof Error ? fault.message : String(fault);
  if (isPassing(fault)) return afterDisturbance(look, fault instanceof Throttled ? undefined : reason);
  // The service's refusal may quote the document: it is shown to those who may read it, not to the log.
  const isFinal = fault instanceof Rejected || fault instanceof Missing;
  const error = isFinal ? fault.name : fault;
  step.log.error('A permission set could not be converged', { permissionSetName: name, error });
  const attempts = (look.convergence.attempts ?? 0) + 1;
  // Only another document, or a change outside, helps against a refusal.
  if (isFinal || attempts >= PARK_AFTER_FAILURES) return { state: 'parked', generation: document.generation, reason };
  return { state: 'later', notBefore: now + retryDelayMs(attempts), attempts, reason };
}

/** The service is busy or out of reach: nothing is wrong with the permission set, and it is never parked for it. */
function afterDisturbance({ step, convergence }: Look, reason: string | undefined): LookOutcome {
  const { attempts, disturbances = 0 } = convergence;
  const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** disturbances) * (1 + step.random());
  return {
    state: 'later',
    notBefore: step.clock.now() + pause,
    disturbances: disturbances + 1,
    ...(attempts === undefined ? {} : { attempts }),
    ...(reason === undefined ? {} : { reason }),
  };
}

function isPassing(fault: unknown): boolean {
  return [Throttled, Conflict, Unavailable, OutcomeUnknown].some((Fault) => fault instanceof Fault);
}
