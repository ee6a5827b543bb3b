import type { Claim } from '../domain/claims';
import type { AccountId, LinkId, PairId } from '../domain/ids';
import { type Assignment, type LedgerPair, type LedgerRow, pairPartition, rowKey } from '../domain/ledger-row';
import type { LinkDocument } from '../domain/link-document';
import { pairLinksPartition } from '../domain/link-document';
import { accountsOf, type Organization } from '../domain/organization';
import { type Change, type Observed, operationOf, type PairInput, planPair } from '../domain/plan';
import type { PairPlan, PlannedChange, PlannedLink } from '../domain/plan-document';
import { rememberedIdsOf, rememberedIdsPartition } from '../domain/remembered-ids';
import { waits } from '../domain/waiting-link';
import { queryAll, type Store } from '../ports/store';
import type { Directory } from './directory';
import { linksOutOfTime, type OutcomeInput, outcomeOf, saysTheSame, scopedLink } from './link-outcome';
import { linksByOtherNames } from './links-by-other-names';
import type { MarkedPair, SomeAccounts } from './marked-pairs';
import { withRequests } from './requests-of-changes';
import { distinct, type Resolution, resolvePair, standingOf, storedPairs, UNRESOLVED } from './resolve-pair';

/** What planning one pair needs besides the pair. */
export interface PlanningContext {
  readonly store: Store;
  readonly directory: Directory;
  readonly organization: Organization;
  readonly supportNestedOu: boolean;
  readonly planId: string;
  /** ISO 8601. */
  readonly at: string;
}

/** Reads everything one pair depends on and plans it; data only, no effect. Nothing when the pair has neither links nor rows. */
export async function planLinks(marked: MarkedPair, context: PlanningContext): Promise<PairPlan | undefined> {
  const { pairId } = marked;
  const items = await queryAll(context.store, { table: 'links', pk: pairLinksPartition(pairId) });
  const documents = items as unknown as LinkDocument[];
  const remembered = await readRememberedIds(pairId, context.store);
  const earlier = distinct([...storedPairs(documents), ...marked.known, ...remembered]);
  const [first] = documents;
  if (!first && earlier.length === 0) return undefined;
  const resolution = first ? await resolvePair(first, earlier, context.directory) : UNRESOLVED;
  const changes: PlannedChange[] = [];
  const rows: LedgerRow[] = [];
  const ofOthers: LedgerPair[] = [];
  for (const ids of distinct([...earlier, ...(resolution.pair ? [resolution.pair] : [])])) {
    const read = await readRows(ids, howFar(marked, documents), context.store);
    const planned = await planIds(ids, { marked, documents, resolution, rows: read }, context);
    changes.push(...planned.changes);
    ofOthers.push(...planned.ofOthers);
    rows.push(...read);
  }
  const remaining = howFar(marked, documents) === 'all' ? earlier.filter((ids) => hasRows(ids, rows)) : earlier;
  const outcomeInput = { ...context, resolution, remaining, rows };
  const links = documents.map((document) => plannedLink(document, outcomeInput, marked.links));
  const added = resolution.pair && claimsAny(resolution.pair, changes) ? [resolution.pair] : [];
  const emptied = howFar(marked, documents) === 'all' ? remembered.filter((ids) => !hasRows(ids, rows)) : [];
  const left = reasonsOfLeaving(earlier, resolution, changes);
  return {
    pairId,
    links,
    changes,
    remembers: [...without(added, remembered), ...ofOthers],
    forgets: without(emptied, added),
    ...(left.length > 0 ? { left } : {}),
  };
}

/** Also of a row that is there already: another pair, or an earlier meaning of the names, may have left it. */
function claimsAny(ids: LedgerPair, changes: readonly PlannedChange[]): boolean {
  return changes.some(({ change }) => hasRows(ids, [change.row]) && claimsOf(change).length > 0);
}

/** The claims that a row has after the change. */
function claimsOf(change: Change): readonly Claim[] {
  return 'claims' in change ? change.claims : change.row.claims;
}

/** Of those ids only whose assignments go in this plan. */
function reasonsOfLeaving(
  earlier: readonly LedgerPair[],
  resolution: Resolution,
  changes: readonly PlannedChange[],
): string[] {
  const removed = changes.filter(({ change }) => operationOf(change) === 'delete').map(({ change }) => change.row);
  return earlier.flatMap((ids) => {
    const standing = standingOf(ids, resolution);
    return standing.standing === 'left' && hasRows(ids, removed) ? [standing.reason] : [];
  });
}

async function readRememberedIds(pairId: PairId, store: Store): Promise<LedgerPair[]> {
  return (await queryAll(store, { table: 'ledger', pk: rememberedIdsPartition(pairId) })).map(rememberedIdsOf);
}

function without(pairs: readonly LedgerPair[], others: readonly LedgerPair[]): LedgerPair[] {
  const known = new Set(others.map(pairPartition));
  return pairs.filter((ids) => !known.has(pairPartition(ids)));
}

/** A submission asks about all accounts of its pair, whatever else was marked; so does what waits for accounts to come back. */
function howFar({ accounts }: MarkedPair, documents: readonly LinkDocument[]): SomeAccounts {
  const asksForAll = ({ openRequests, state, limits, outcome }: LinkDocument) =>
    openRequests.length > 0 || ((state === 'deleted' || limits !== undefined) && (outcome?.skippedCount ?? 0) > 0);
  return documents.some(asksForAll) ? 'all' : accounts;
}

async function readRows(ids: LedgerPair, accounts: SomeAccounts, store: Store): Promise<LedgerRow[]> {
  const items =
    accounts === 'all'
      ? await queryAll(store, { table: 'ledger', pk: pairPartition(ids) })
      : await store.getMany([...accounts].map((accountId) => rowKey({ ...ids, accountId })));
  return items as unknown as LedgerRow[];
}

function hasRows(ids: LedgerPair, rows: readonly Assignment[]): boolean {
  return rows.some((row) => pairPartition(row) === pairPartition(ids));
}

function plannedLink(document: LinkDocument, input: OutcomeInput, marked: ReadonlySet<LinkId>): PlannedLink {
  const outcome = outcomeOf(document, input);
  const { linkId, openRequests, limits, expiresAt } = document;
  // Requests that wait were told when the link was; those of a marked link may have been told of a failure since.
  const areTold = openRequests.length === 0 || (outcome.waitingFor.length > 0 && !marked.has(linkId));
  // When a link with limits was planned tells whether it was planned after its time.
  const isKnown = areTold && !limits && saysTheSame(outcome, document.outcome);
  const submittedBy = isResubmitted(document) ? { submittedBy: document.submittedBy } : {};
  return {
    linkId,
    openRequests,
    ...submittedBy,
    outcome,
    ...(waits(document) ? { waited: true } : {}),
    ...(expiresAt === undefined ? {} : { expiresAt }),
    ...(isKnown ? { unchanged: true } : {}),
  };
}

/** What was read of one pair. */
interface PairState {
  readonly marked: MarkedPair;
  readonly documents: readonly LinkDocument[];
  readonly resolution: Resolution;
  readonly rows: readonly LedgerRow[];
}

/** The changes of one pair of ids. */
interface PlannedIds {
  readonly changes: readonly PlannedChange[];
  /** The same ids with the names of other pairs, links of which claim rows from now on. */
  readonly ofOthers: readonly LedgerPair[];
}

async function planIds(ids: LedgerPair, state: PairState, context: PlanningContext): Promise<PlannedIds> {
  const { documents, resolution, rows, marked } = state;
  const standing = standingOf(ids, resolution);
  const present = documents.filter((document) => document.state === 'present');
  const untimely = linksOutOfTime(present, context.at);
  const accounts = howFar(marked, documents);
  const observed = standing.standing === 'current' ? await observe(ids, state, context.directory) : undefined;
  const input: PairInput = {
    pair: ids,
    links: standing.standing === 'left' ? [] : present.filter(({ linkId }) => !untimely.has(linkId)).map(scopedLink),
    outOfTime: untimely,
    deletedLinks: new Set(documents.filter((document) => document.state === 'deleted').map(({ linkId }) => linkId)),
    resubmitted: new Set(documents.filter(isResubmitted).map(({ linkId }) => linkId)),
    retriesParked: marked.retriesParked,
    rows,
    organization: context.organization,
    ...(accounts === 'all' ? {} : { only: accountsOf(context.organization, accounts) }),
    ...(standing.standing === 'left' ? { left: standing.reason } : {}),
    ...(observed ? { observed } : {}),
    supportNestedOu: context.supportNestedOu,
    resolves: standing.standing === 'current',
    existing: new Set(),
    imported: new Set(present.filter(({ source }) => source === 'imported').map(({ linkId }) => linkId)),
    planId: context.planId,
  };
  const others = input.resolves || !removesAny(input) ? [] : await linksByOtherNames(marked.pairId, ids, context);
  const asked = others.length > 0 ? { ...input, links: [...input.links, ...others.map(scopedLink)] } : input;
  const changes = await adopting(asked, context.directory);
  return { changes: withRequests(changes, rows, documents), ofOthers: claiming(ids, others, changes) };
}

/** Those other pairs may never have known the ids: without a note, nobody would take their claims back. */
function claiming(ids: LedgerPair, others: readonly LinkDocument[], changes: readonly Change[]): LedgerPair[] {
  const claims = changes.flatMap(claimsOf);
  const linkIds = new Set(claims.map(({ linkId }) => linkId));
  const found = others.filter(({ linkId }) => linkIds.has(linkId));
  const byPair = new Map(found.map(({ pairId, principalName }) => [pairId, { ...ids, principalName }]));
  return [...byPair.values()];
}

function removesAny(input: PairInput): boolean {
  return planPair(input).some((change) => operationOf(change) === 'delete');
}

/** Submitted since it was last planned: what is parked because of it is tried again. */
function isResubmitted({ generation, outcome }: LinkDocument): boolean {
  return (outcome?.generation ?? 0) < generation;
}

/** What exists already is asked only when something is to be added. */
async function adopting(input: PairInput, directory: Directory) {
  const changes = planPair(input);
  if (!changes.some(({ type }) => type === 'insert')) return changes;
  const { permissionSetArn, principalType, principalId } = input.pair;
  const existing = await directory.existingAssignments(permissionSetArn, principalType, principalId);
  return existing.size > 0 ? planPair({ ...input, existing }) : changes;
}

/** What Identity Center says of those assignments that are to be compared; nothing when none are. */
async function observe(
  ids: LedgerPair,
  { marked, rows }: PairState,
  directory: Directory,
): Promise<Observed | undefined> {
  const { compared } = marked;
  if (compared === 'all') {
    const { permissionSetArn, principalType, principalId } = ids;
    return { assigned: await directory.existingAssignments(permissionSetArn, principalType, principalId) };
  }
  const applied = rows.filter(({ accountId }) => compared.has(accountId));
  if (applied.length === 0) return undefined;
  const assigned = new Set<AccountId>();
  for (const row of applied) if (await directory.isAssigned(row)) assigned.add(row.accountId);
  return { compared, assigned };
}
