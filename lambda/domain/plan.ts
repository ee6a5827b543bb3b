import type { Claim, ScopedLink } from './claims';
import { expandScopes } from './claims';
import type { AccountId, LinkId, PairId } from './ids';
import { principalKey } from './ids';
import type { LedgerPair, LedgerRow, OperationKind } from './ledger-row';
import { pairPartition } from './ledger-row';
import { pairIdOf, pairIdOfText } from './link';
import type { Organization } from './organization';
import { unreachableReason } from './organization';
import type { NewRow } from './planner-writes';

/** Everything a plan for one pair depends on. */
export interface PairInput {
  readonly pair: LedgerPair;
  /** The links of the pair that are present and mean these ids. */
  readonly links: readonly ScopedLink[];
  /** Links that were deleted, for the reason of a removal. */
  readonly deletedLinks: ReadonlySet<LinkId>;
  /** Links that claim nothing at this time, and why (`expired at …`), for the reason of a removal. */
  readonly outOfTime: ReadonlyMap<LinkId, string>;
  /** Links that were submitted again since the last plan: what is parked because of them is tried again. */
  readonly resubmitted: ReadonlySet<LinkId>;
  /** The permission set is looked at again: whatever is parked is tried again. */
  readonly retriesParked: boolean;
  readonly rows: readonly LedgerRow[];
  readonly organization: Organization;
  /** The accounts that are planned, when not all are. */
  readonly only?: Organization;
  /** Why the ids are no longer what the names stand for: nothing is claimed for them any more. */
  readonly left?: string;
  /** Where the assignment exists, in the accounts that were compared. */
  readonly observed?: Observed;
  readonly supportNestedOu: boolean;
  /** False when the names do not resolve at present: what is there stays, nothing new begins, removals go on by id. */
  readonly resolves: boolean;
  /** Accounts in which the assignment exists although the ledger does not know it. */
  readonly existing: ReadonlySet<AccountId>;
  /** Links that an import made of assignments which it saw: nothing is to be applied where they exist. */
  readonly imported: ReadonlySet<LinkId>;
  /** Unique per plan: names the incarnation of the rows it adds. */
  readonly planId: string;
}

/** What Identity Center says of a pair: in `compared` accounts (absent: all) it is assigned exactly in `assigned` ones. */
export interface Observed {
  readonly compared?: ReadonlySet<AccountId>;
  readonly assigned: ReadonlySet<AccountId>;
}

/** One entry of a plan, with its reason. The row is the one that was read. */
export type Change =
  /** `isApplied`: an import took it over; it is as desired already. */
  | { readonly type: 'insert'; readonly row: NewRow; readonly isApplied?: true }
  | {
      readonly type: 'revise';
      readonly row: LedgerRow;
      readonly desired: boolean;
      readonly claims: readonly Claim[];
      readonly reason: string;
    }
  /** Nothing changes, but a request waits for what is still to be applied. */
  | { readonly type: 'follow'; readonly row: LedgerRow }
  | {
      readonly type: 'claims' | 'reachable';
      readonly row: LedgerRow;
      readonly claims: readonly Claim[];
      /** Present when the reason is another one, too. */
      readonly reason?: string;
    }
  /** A removal that is not carried out: a plan is held for it, or was rejected. The guard makes it of a revision. */
  | { readonly type: 'hold' | 'keep'; readonly row: LedgerRow; readonly planId: string; readonly reason: string }
  | {
      readonly type: 'unreachable';
      readonly row: LedgerRow;
      readonly claims: readonly Claim[];
      readonly message: string;
    };

/** What a change does to Identity Center: `create`, `delete`, or nothing. */
export function operationOf(change: Change): OperationKind | undefined {
  if (change.type === 'insert') return change.isApplied ? undefined : 'create';
  if (change.type === 'revise') return change.desired ? 'create' : 'delete';
  return undefined;
}

/**
 * Compares what the links of one pair claim with the ledger. A removal never has a claim left; an account that cannot
 * be worked in is left as it is; the order of links and rows does not matter.
 */
export function planPair(input: PairInput): Change[] {
  const { links, rows, organization, only = organization, supportNestedOu } = input;
  const claims = expandScopes(links, only, supportNestedOu);
  const changes: Change[] = [];
  const known = new Set<AccountId>();
  const isForeign = foreignClaims(input.pair);
  for (const row of rows) {
    known.add(row.accountId);
    const own = claims.get(row.accountId) ?? [];
    const foreign = row.claims.filter(
      (claim) => isForeign(claim) && !own.some(({ linkId }) => linkId === claim.linkId),
    );
    const change = planRow(row, foreign.length > 0 ? [...own, ...foreign] : own, input);
    if (change) changes.push(change);
  }
  if (!input.resolves) return changes;
  const missing = [...claims.keys()].filter((accountId) => !known.has(accountId));
  return [...changes, ...insertions(missing, claims, input)];
}

/**
 * A principal that was renamed has links by its former name and by its present one: two pairs, the same rows. Each pair
 * plans the claims of its own links; those of the other stay until the other is planned.
 */
function foreignClaims({ permissionSetName, principalType, principalName }: LedgerPair): (claim: Claim) => boolean {
  const own = pairIdOf({ permissionSetName, principal: { type: principalType, name: principalName } });
  // The same few links claim many rows.
  const pairs = new Map<string, PairId | undefined>();
  return ({ linkData }) => {
    if (!pairs.has(linkData)) pairs.set(linkData, pairIdOfText(linkData));
    return pairs.get(linkData) !== own;
  };
}

function* insertions(
  accountIds: readonly AccountId[],
  claims: ReadonlyMap<AccountId, readonly Claim[]>,
  { pair, existing, imported, planId }: PairInput,
): Generator<Change> {
  const shared = {
    ...pair,
    principalKey: principalKey(pair.principalType, pair.principalName),
    desired: true,
    born: planId,
  };
  for (const [rank, accountId] of scatter(accountIds, pairPartition(pair)).entries()) {
    const claimed = claims.get(accountId) ?? [];
    const row: NewRow = { ...shared, accountId, rank, claims: claimed, reason: grantReason(claimed) };
    if (!existing.has(accountId)) yield { type: 'insert', row };
    else if (claimed.some(({ linkId }) => imported.has(linkId)))
      yield { type: 'insert', row: adopted(row), isApplied: true };
    else yield { type: 'insert', row: adopted(row) };
  }
}

function adopted(row: NewRow): NewRow {
  return { ...row, adopted: true, reason: `${row.reason}; adopted, since it existed already` };
}

function planRow(row: LedgerRow, claims: readonly Claim[], input: PairInput): Change | undefined {
  const unreachable = unreachableReason(input.organization, row.accountId);
  if (unreachable !== undefined) return planUnreachable(row, unreachable);
  // What a rejected plan would have removed stays, claimed or not.
  const desired = claims.length > 0 || row.keptBy !== undefined;
  if (desired !== row.desired) return revision(row, desired, claims, input);
  if (wantsAnotherTry(row, claims, input)) {
    return { type: 'revise', row, desired, claims, reason: triedAgain(row.reason) };
  }
  if (isMissing(row, input)) return { type: 'revise', row, desired, claims, reason: repaired(row.reason) };
  const another = isClaimedAgain(row, claims) ? { reason: grantReason(claims) } : {};
  if (row.unreachable !== undefined) return { type: 'reachable', row, claims, ...another };
  return sameClaims(row.claims, claims) && !('reason' in another)
    ? undefined
    : { type: 'claims', row, claims, ...another };
}

/** A link claims what was held or kept: nothing sets it apart any more. */
function isClaimedAgain({ heldBy, keptBy }: LedgerRow, claims: readonly Claim[]): boolean {
  return claims.length > 0 && (heldBy !== undefined || keptBy !== undefined);
}

/** Claims are kept: when the account can be worked in again, they are compared with what is desired then. */
function planUnreachable(row: LedgerRow, message: string): Change | undefined {
  return row.unreachable === message ? undefined : { type: 'unreachable', row, claims: row.claims, message };
}

function revision(row: LedgerRow, desired: boolean, claims: readonly Claim[], input: PairInput): Change | undefined {
  if (desired && !input.resolves) return undefined;
  const reason = desired ? grantReason(claims) : (input.left ?? removalReason(row, input));
  return { type: 'revise', row, desired, claims, reason };
}

function wantsAnotherTry(row: LedgerRow, claims: readonly Claim[], input: PairInput): boolean {
  const { resubmitted, retriesParked } = input;
  if (row.unreachable !== undefined) return row.applied < row.generation;
  if (row.parked === undefined) return false;
  if (retriesParked) return true;
  // A removal belongs to no link any more: whoever submits one of its pair wants the pair right.
  return row.desired ? claims.some(({ linkId }) => resubmitted.has(linkId)) : resubmitted.size > 0;
}

/** It was applied, and is not there: somebody else took it away. */
function isMissing(row: LedgerRow, { observed }: PairInput): boolean {
  if (observed === undefined || !row.desired || row.applied < row.generation || row.operation) return false;
  const { compared, assigned } = observed;
  return (compared?.has(row.accountId) ?? true) && !assigned.has(row.accountId);
}

const REPAIRED = '; created again, since it was missing';

/** Said once, however often. */
function repaired(reason: string): string {
  return reason.endsWith(REPAIRED) ? reason : `${reason}${REPAIRED}`;
}

const TRIED_AGAIN = '; tried again';

/** Said once, however often. */
function triedAgain(reason: string): string {
  return reason.endsWith(TRIED_AGAIN) ? reason : `${reason}${TRIED_AGAIN}`;
}

function grantReason(claims: readonly Claim[]): string {
  const [first, ...others] = claims;
  const more = others.length > 0 ? ` and ${others.length} more` : '';
  return `claimed by link ${first?.linkData ?? ''}${more}`;
}

/** Says which link let go, e.g. `no link claims it since account_tag%team^Finance%… stopped covering 444444444444`. */
function removalReason(row: LedgerRow, { deletedLinks, outOfTime }: PairInput): string {
  const released = row.claims.map(({ linkId, linkData }) => {
    if (deletedLinks.has(linkId)) return `link ${linkData} was deleted`;
    return `link ${linkData} ${outOfTime.get(linkId) ?? `stopped covering ${row.accountId}`}`;
  });
  return released.length > 0 ? `no link claims it since ${released.join(' and ')}` : 'no link claims it';
}

function sameClaims(left: readonly Claim[], right: readonly Claim[]): boolean {
  if (left.length !== right.length) return false;
  const ids = new Set(left.map(({ linkId }) => linkId));
  return right.every(({ linkId }) => ids.has(linkId));
}

/**
 * A stable order that differs from pair to pair. The position becomes the rank in the work list: the first accounts of
 * every link come before the second ones, and links rarely ask for the same account at the same time.
 */
function scatter(accountIds: readonly AccountId[], pair: string): AccountId[] {
  const seed = hash(pair, 0x811c9dc5);
  return accountIds
    .map((accountId) => ({ accountId, position: hash(accountId, seed) }))
    .sort((left, right) => left.position - right.position || (left.accountId < right.accountId ? -1 : 1))
    .map(({ accountId }) => accountId);
}

/** FNV-1a, 32 bits: cheap, and even enough for spreading. */
function hash(text: string, seed: number): number {
  let value = seed;
  for (let index = 0; index < text.length; index += 1) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193) >>> 0;
  }
  return value;
}
