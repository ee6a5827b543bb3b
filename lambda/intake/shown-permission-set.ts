import type { AccountId, PermissionSetName } from '../domain/ids';
import { type ChangedPart, definitionOf, isInAccounts, requiredPolicies } from '../domain/permission-set-definition';
import { permissionSetDocumentOf, permissionSetKey, submittedDocument } from '../domain/permission-set-document';
import { rowsOfPermissionSet } from '../permission-sets/remove-permission-set';
import type { OverlayPermissionSets } from './overlay-permission-sets';
import type { OverlayStore } from './overlay-store';
import type { RehearsedLook } from './rehearse-look';
import { countedChanges, type ShownChange } from './shown-plan';

/** What a dry run of a permission set has done in memory. */
export interface Rehearsed {
  readonly name: PermissionSetName;
  readonly store: OverlayStore;
  readonly permissionSets: OverlayPermissionSets;
  readonly look: RehearsedLook;
}

/** What would become of the permission set itself. */
export interface ShownPermissionSet {
  readonly kind: 'create' | 'update' | 'delete' | 'unchanged';
  /** What differs from the live one; never how: policies are nobody's business but those who may read them. */
  readonly parts: readonly ChangedPart[];
  readonly reason: string;
}

/** Required policies that are named; the rest is counted. */
const MOST_POLICIES_NAMED = 5;

export function shownPermissionSet(rehearsed: Rehearsed): ShownPermissionSet {
  const { isCreated, changedParts: parts } = rehearsed.permissionSets;
  if (isCreated) return { kind: 'create', parts, reason: 'Identity Center has none of this name' };
  const adopted = isAdopted(rehearsed) ? '; adopted: it existed in Identity Center before it was declared' : '';
  if (parts.length === 0) return { kind: 'unchanged', parts, reason: `it is as the document says${adopted}` };
  return { kind: 'update', parts, reason: `it differs from the document in ${parts.join(', ')}${adopted}` };
}

/** The accounts that would be brought up to date; one that has it already as it will be is not named. */
export async function shownProvisions({ name, permissionSets, look }: Rehearsed): Promise<ShownChange[]> {
  const { permissionSetArn: arn } = look.after;
  const { provisioned, changedParts } = permissionSets;
  if (!arn || provisioned.length === 0) return [];
  const changed = changedParts.filter(isInAccounts);
  const reason =
    changed.length > 0
      ? `${name} changes there: ${changed.join(', ')}`
      : `${name} was changed before, and is not provisioned there yet`;
  const named = (accountIds: readonly AccountId[]) =>
    accountIds.map((accountId): ShownChange => ({ accountId, kind: 'provision', reason }));
  if (provisioned.includes('all'))
    return named(await permissionSets.accounts(arn, changed.length > 0 ? 'all' : 'stale'));
  return named(provisioned.flatMap((accountId) => (accountId === 'all' ? [] : [accountId])));
}

/** The answer to a dry run of a deletion that was accepted: it changes no assignment. */
export async function shownDeletion(rehearsed: Rehearsed) {
  const { name, store, look } = rehearsed;
  const { outcome, before } = look;
  const arn = outcome.state === 'gone' ? undefined : before.permissionSetArn;
  const rows = arn ? await rowsOfPermissionSet(store, name, arn) : [];
  const { changes, ...numbers } = countedChanges([]);
  return {
    ...numbers,
    unchanged: rows.filter(({ desired }) => desired).length,
    changes,
    permissionSet: deletion(rehearsed),
    waitingFor: waitedFor(look),
    held: [],
    notLookedAt: [],
  };
}

function deletion({ permissionSets, look: { outcome } }: Rehearsed): ShownPermissionSet {
  if (permissionSets.isRemoved) return { kind: 'delete', parts: [], reason: 'no account has it' };
  return outcome.state === 'gone'
    ? { kind: 'unchanged', parts: [], reason: 'Identity Center has none of this solution under this name' }
    : { kind: 'delete', parts: [], reason: 'it goes when nothing uses it any more' };
}

/** What keeps it is always in accounts, or a link, and says so itself. */
function waitedFor({ outcome }: RehearsedLook): readonly string[] {
  if (outcome.state === 'waiting') return outcome.waitingFor;
  return outcome.state === 'later' && outcome.reason !== undefined ? [`account: ${outcome.reason}`] : [];
}

/** Whether accounts hold the customer managed policies, they or Identity Center say when it is provisioned there. */
export async function policiesNotLookedAt({ name, store }: Rehearsed): Promise<string[]> {
  const document = permissionSetDocumentOf(await store.get(permissionSetKey(name)));
  const required = document ? requiredPolicies(definitionOf(submittedDocument(document))) : [];
  if (required.length === 0) return [];
  const named = required.slice(0, MOST_POLICIES_NAMED).join(', ');
  const more = required.length > MOST_POLICIES_NAMED ? ` and ${required.length - MOST_POLICIES_NAMED} more` : '';
  return [`policies: whether the accounts have ${named}${more}`];
}

function isAdopted({ look: { before, after } }: Rehearsed): boolean {
  return after.ownership === 'adopted' && before.permissionSetArn !== after.permissionSetArn;
}
