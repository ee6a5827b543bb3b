import type { AccountId, PermissionSetArn, PermissionSetName } from './ids';
import type { Fence } from './lease';
import { fenceCheck } from './lease';
import { type Notification, notificationId, notificationWrite } from './notification';
import { permissionSetPartition } from './permission-set-document';
import type { Attempts, Condition, Item, Key, Update, Write } from './write';

/** An account that did not take the permission set as it is now. */
export interface Unprovisioned {
  readonly accountId: AccountId;
  /** Why, in the service's words. */
  readonly message: string;
  /** The customer managed policy that the account lacks, as path and name. */
  readonly missingPolicy?: string;
}

/**
 * What the controller knows and did about one permission set it owns. Only the controller that converges permission sets
 * writes it, one attempt at a time (`operation`).
 */
export interface Convergence {
  readonly permissionSetName: PermissionSetName;
  readonly permissionSetArn?: PermissionSetArn;
  /** How it became ours; written before the effect. `creating`: it may exist, and then by this controller's call. */
  readonly ownership?: 'creating' | 'created' | 'adopted';
  /** An import took it over without a description. */
  readonly undescribed?: boolean;
  /** The live permission set is being changed or was left half changed: nothing may be assigned with it. */
  readonly incomplete?: boolean;
  /** A change was made that accounts have to be provisioned with. */
  readonly mustProvision?: boolean;
  /** The generation of the document that the live permission set equals; 0: none yet. */
  readonly defined: number;
  /** The generation that took effect in the accounts, too, except those named in `unprovisioned`; 0: none yet. */
  readonly applied: number;
  /** Reserves the permission set for one attempt. */
  readonly operation?: { readonly id: string; readonly leaseUntil: number };
  /** The service's request that is under way. */
  readonly provisioning?: Provisioning;
  /** Version of the work for which its definition was compared: since then accounts are being brought up to date. */
  readonly compared?: string;
  /** All accounts were asked to take it in this round: those that did not are asked one by one. */
  readonly provisionedAll?: boolean;
  /** How often provisioning went through all accounts since it was compared, and left some behind. */
  readonly rounds?: number;
  readonly unprovisioned?: readonly Unprovisioned[];
  /** Accounts of this round in which nobody is assigned any more: their roles are about to disappear. */
  readonly vacant?: readonly AccountId[];
  /** How many there are; `unprovisioned` names the first of them. */
  readonly unprovisionedCount?: number;
  /** How many of them lack a policy. */
  readonly heldCount?: number;
  /** Looks in a row that ended with a fault, and with one that passes by itself. */
  readonly attempts?: number;
  readonly disturbances?: number;
  /** The last fault, or why it is still not done. */
  readonly lastError?: string;
  /** Set aside until somebody submits it again or the next look at everything. */
  readonly parked?: { readonly generation: number; readonly reason: string };
  /** What a deletion waits for; each begins with its kind. */
  readonly waitingFor?: readonly string[];
  /** Who submitted the document that it was last looked at for. */
  readonly submittedBy?: string;
  /** Id of the notification by which people were told how it stands, until it is as declared. */
  readonly told?: string;
}

export interface Provisioning {
  readonly requestId: string;
  /** One account; absent: all accounts in which it is provisioned. */
  readonly accountId?: AccountId;
  /** Epoch milliseconds. */
  readonly startedAt: number;
}

/** A permission set that has to be looked at. */
export interface PermissionSetWork {
  readonly permissionSetName: PermissionSetName;
  /** New at every marking: what was marked again while it was looked at stays due. */
  readonly version: string;
  /** Not due before; epoch milliseconds. */
  readonly notBefore?: number;
}

export const PERMISSION_SET_WORK = 'WORK';
/** Permission sets that are not due but not as they should be either: looked at again from time to time. */
export const SET_ASIDE = 'ASIDE';

export function convergenceKey(name: PermissionSetName): Key {
  return { table: 'permission-sets', pk: permissionSetPartition(name), sk: 'CONVERGENCE' };
}

export function permissionSetWorkKey(name: PermissionSetName): Key {
  return { table: 'permission-sets', pk: PERMISSION_SET_WORK, sk: name };
}

export function convergenceOf(name: PermissionSetName, item: Item | undefined): Convergence {
  return { permissionSetName: name, defined: 0, applied: 0, ...(item as Partial<Convergence> | undefined) };
}

export function permissionSetWorkOf(item: Item): PermissionSetWork {
  return item as unknown as PermissionSetWork;
}

/** Marks a permission set to be looked at; marking twice is the same as once, with a newer version. */
export function permissionSetWorkWrite(permissionSetName: PermissionSetName, version: string): Write {
  const work: PermissionSetWork = { permissionSetName, version };
  return { at: permissionSetWorkKey(permissionSetName), put: { ...work } };
}

/**
 * An import read the permission set, and its document says the same: it is ours, and there is nothing to do. Only while the
 * controller has nothing to do with it.
 */
export function importedConvergence(
  permissionSetName: PermissionSetName,
  permissionSetArn: PermissionSetArn,
  generation: number,
  { isUndescribed, submittedBy }: { readonly isUndescribed: boolean; readonly submittedBy: string },
): Write {
  const set = {
    permissionSetName,
    permissionSetArn,
    ownership: 'adopted',
    ...(isUndescribed ? { undescribed: true } : {}),
    defined: generation,
    applied: generation,
    submittedBy,
  } as const satisfies Convergence;
  const isFree = {
    operation: { absent: true },
    ownership: { absent: true },
    permissionSetArn: { absent: true },
  } as const;
  return { at: convergenceKey(permissionSetName), update: { set, remove: FAULT_MEMORY }, when: [isFree] };
}

/** Reserves a permission set: only one attempt at a time calls the service for it, whoever leads. */
export function claimPermissionSet(
  permissionSetName: PermissionSetName,
  reserved: Convergence['operation'],
  operation: NonNullable<Convergence['operation']>,
  fence: Fence,
): Write[] {
  const free: Condition = reserved ? { 'operation.id': { equals: reserved.id } } : { operation: { absent: true } };
  const set = { permissionSetName, operation };
  return [fenceCheck(fence), { at: convergenceKey(permissionSetName), update: { set }, when: [free] }];
}

/** Notes something in the middle of an attempt. */
export function noteConvergence(name: PermissionSetName, operationId: string, update: Update): Write {
  return { at: convergenceKey(name), update, when: [{ 'operation.id': { equals: operationId } }] };
}

const FAULT_MEMORY = ['attempts', 'disturbances', 'lastError', 'parked', 'waitingFor'];
const OF_PROVISIONING = ['provisioning', 'compared', 'provisionedAll', 'rounds', 'vacant'];
const OF_A_LIVE_SET = [
  'permissionSetArn',
  'ownership',
  'undescribed',
  'incomplete',
  'mustProvision',
  'unprovisioned',
  'unprovisionedCount',
  'heldCount',
  ...OF_PROVISIONING,
];

/** How an attempt ends. */
export type LookOutcome =
  /** The permission set is as its document says, except in the accounts that are named. */
  | { readonly state: 'done'; readonly applied: number; readonly unprovisioned: readonly Unprovisioned[] }
  /** It goes on by itself: look again at `notBefore`. */
  | ({ readonly state: 'later'; readonly notBefore: number; readonly reason?: string } & Pick<
      Convergence,
      'attempts' | 'disturbances'
    >)
  /** It goes on when something outside changes. */
  | { readonly state: 'waiting'; readonly waitingFor: readonly string[] }
  | { readonly state: 'parked'; readonly generation: number; readonly reason: string }
  /** The permission set was deleted. */
  | { readonly state: 'gone'; readonly applied: number };

/** Accounts named in a convergence, so that it stays well below what an item may hold. */
export const MOST_UNPROVISIONED = 500;

/** What people are to hear of an outcome, the id of what they heard last, and whose document it is about. */
export interface News {
  readonly submittedBy: string;
  readonly notification?: Notification | undefined;
  readonly told?: string | undefined;
}

/**
 * Gives the permission set back. What was marked again meanwhile stays due at once. People are told in the same
 * transaction, and not again while it stays so.
 */
export function endLook(work: PermissionSetWork, operationId: string, outcome: LookOutcome, news: News): Attempts {
  const { permissionSetName: name, version } = work;
  const { notification, told, submittedBy } = news;
  const { set, remove } = withTold(endUpdate(outcome), outcome, notification);
  const ended = noteConvergence(name, operationId, { set: { ...set, submittedBy }, ...(remove ? { remove } : {}) });
  const isNew = notification !== undefined && notificationId(notification) !== told;
  const telling = isNew ? [notificationWrite(notification)] : [];
  const when = [{ version: { equals: version } }];
  const at = permissionSetWorkKey(name);
  const workWrite: Write =
    outcome.state === 'later'
      ? { at, update: { set: { notBefore: outcome.notBefore } }, when }
      : { at, delete: true, when };
  const asideWrite = setAside(name, outcome);
  return [
    [ended, workWrite, asideWrite, ...telling],
    [ended, asideWrite, ...telling],
  ];
}

function withTold({ set = {}, remove = [] }: Update, { state }: LookOutcome, notification?: Notification): Update {
  if (notification !== undefined) return { set: { ...set, told: notificationId(notification) }, remove };
  return state === 'done' || state === 'gone' ? { set, remove: [...remove, 'told'] } : { set, remove };
}

function setAside(name: PermissionSetName, outcome: LookOutcome): Write {
  const at: Key = { table: 'permission-sets', pk: SET_ASIDE, sk: name };
  const isLeft =
    outcome.state === 'waiting' ||
    outcome.state === 'parked' ||
    (outcome.state === 'done' && outcome.unprovisioned.length > 0);
  return isLeft ? { at, put: { permissionSetName: name } } : { at, delete: true };
}

function endUpdate(outcome: LookOutcome): Update {
  switch (outcome.state) {
    case 'done': {
      const { applied, unprovisioned } = outcome;
      const named = unprovisioned.slice(0, MOST_UNPROVISIONED);
      const heldCount = unprovisioned.filter(({ missingPolicy }) => missingPolicy !== undefined).length;
      const set = { applied, unprovisioned: named, unprovisionedCount: unprovisioned.length, heldCount };
      return { set, remove: ['operation', ...OF_PROVISIONING, ...FAULT_MEMORY] };
    }
    case 'later': {
      const { attempts, disturbances, reason: lastError } = outcome;
      const known = Object.entries({ attempts, disturbances, lastError }).filter(([, value]) => value !== undefined);
      return { set: Object.fromEntries(known), remove: ['operation', ...without(...known.map(([name]) => name))] };
    }
    case 'waiting':
      return { set: { waitingFor: outcome.waitingFor }, remove: ['operation', ...without('waitingFor')] };
    case 'parked': {
      const { generation, reason } = outcome;
      return { set: { parked: { generation, reason } }, remove: ['operation', ...without('parked')] };
    }
    case 'gone':
      return {
        set: { applied: outcome.applied, defined: 0 },
        remove: ['operation', ...OF_A_LIVE_SET, ...FAULT_MEMORY],
      };
  }
}

/** What earlier faults left behind, but for what is known anew. */
function without(...known: readonly string[]): string[] {
  return FAULT_MEMORY.filter((name) => !known.includes(name));
}
