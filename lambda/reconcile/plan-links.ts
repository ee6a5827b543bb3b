import type { ScopedLink } from '../domain/claims';
import { coverage } from '../domain/claims';
import type { LinkId, PairId, RequestId } from '../domain/ids';
import type { LedgerRow } from '../domain/ledger-row';
import { isUnfinished, pairPartition } from '../domain/ledger-row';
import type { LinkDocument } from '../domain/link-document';
import { linkDocumentOf, linkOfDocument, pairLinksPartition } from '../domain/link-document';
import type { Organization } from '../domain/organization';
import { unreachableReason } from '../domain/organization';
import type { Change, ResolvedPair } from '../domain/plan';
import { operationOf, planPair } from '../domain/plan';
import type { LinkOutcome, PairPlan, PlannedChange } from '../domain/plan-document';
import { type PairIds, rememberedIdsOf, rememberedIdsPartition } from '../domain/remembered-ids';
import { queryAll, type Store, scanAll } from '../ports/store';
import type { Directory } from './directory';

/** What planning one pair needs besides the pair. */
export interface PlanningContext {
  readonly store: Store;
  readonly directory: Directory;
  readonly organization: Organization;
  readonly supportNestedOu: boolean;
  readonly planId: string;
  /** ISO 8601. */
  readonly at: string;
  /** Whatever is parked is tried again. */
  readonly retriesParked: boolean;
}

/** A request shows at most this many of the accounts that were left out; the rest is counted. */
const MOST_SKIPPED_SHOWN = 100;

/** Reads everything one pair depends on and plans it; data only, no effect. Nothing when the pair has no links. */
export async function planLinks(pairId: PairId, context: PlanningContext): Promise<PairPlan | undefined> {
  const items = await queryAll(context.store, { table: 'links', pk: pairLinksPartition(pairId) });
  const documents = items as unknown as LinkDocument[];
  const [first] = documents;
  if (!first) return undefined;
  const names = await resolve(first, context.directory);
  const remembered = await readRememberedIds(pairId, context.store);
  const changes: PlannedChange[] = [];
  const rows: LedgerRow[] = [];
  for (const pair of pairsById(documents, names.pair, remembered)) {
    const read = await readRows(pair, context.store);
    changes.push(...(await planIds(pair, documents, names.pair, read, context)));
    rows.push(...read);
  }
  const links = documents.map((document) => ({
    linkId: document.linkId,
    openRequests: document.openRequests,
    outcome: outcomeOf(document, names, rows, context),
  }));
  return { pairId, links, changes, ...idsToNote(remembered, names.pair, changes, rows) };
}

async function readRememberedIds(pairId: PairId, store: Store): Promise<PairIds[]> {
  return (await queryAll(store, { table: 'ledger', pk: rememberedIdsPartition(pairId) })).map(rememberedIdsOf);
}

function idsToNote(
  remembered: readonly PairIds[],
  resolved: ResolvedPair | undefined,
  changes: readonly PlannedChange[],
  rows: readonly LedgerRow[],
): Pick<PairPlan, 'remembers' | 'forgets'> {
  const adds = changes.some(({ change }) => change.type === 'insert') && resolved ? [resolved] : [];
  const known = new Set(remembered.map(pairPartition));
  const used = new Set([...rows, ...adds].map(pairPartition));
  return {
    remembers: adds.filter((ids) => !known.has(pairPartition(ids))),
    forgets: remembered.filter((ids) => !used.has(pairPartition(ids))),
  };
}

async function readRows(pair: ResolvedPair, store: Store): Promise<LedgerRow[]> {
  return (await queryAll(store, { table: 'ledger', pk: pairPartition(pair) })) as unknown as LedgerRow[];
}

/** The ids the pair's names stand for now, or what is missing. */
interface Resolution {
  readonly pair: ResolvedPair | undefined;
  readonly waitingFor: readonly string[];
}

async function resolve(document: LinkDocument, directory: Directory): Promise<Resolution> {
  const { permissionSetName, principalType, principalName } = document;
  const { permissionSetArn, waitingFor: permissionSet } = await directory.permissionSet(permissionSetName);
  const principalId = await directory.principalId(principalType, principalName);
  const waitingFor = [
    ...(permissionSet ? [permissionSet] : []),
    ...(principalId ? [] : [`principal: ${principalType} ${principalName} does not exist in the directory`]),
  ];
  const pair =
    permissionSetArn && principalId
      ? { permissionSetName, permissionSetArn, principalType, principalName, principalId }
      : undefined;
  return { pair, waitingFor };
}

/** The ids the names stand for now, and all that the pair stood for earlier: their rows may still be there. */
function pairsById(
  documents: readonly LinkDocument[],
  resolved: ResolvedPair | undefined,
  remembered: readonly PairIds[],
): ResolvedPair[] {
  const pairs = new Map<string, ResolvedPair>();
  const [{ permissionSetName, principalName }] = documents as readonly [LinkDocument];
  for (const ids of remembered) pairs.set(pairPartition(ids), { permissionSetName, principalName, ...ids });
  for (const document of documents) {
    const stored = storedPair(document);
    if (stored) pairs.set(pairPartition(stored), stored);
  }
  if (resolved) pairs.set(pairPartition(resolved), resolved);
  return [...pairs.values()];
}

function storedPair(document: LinkDocument): ResolvedPair | undefined {
  const { permissionSetName, principalType, principalName, outcome } = document;
  if (!outcome?.permissionSetArn || !outcome.principalId) return undefined;
  const { permissionSetArn, principalId } = outcome;
  return { permissionSetName, permissionSetArn, principalType, principalName, principalId };
}

async function planIds(
  pair: ResolvedPair,
  documents: readonly LinkDocument[],
  resolved: ResolvedPair | undefined,
  rows: readonly LedgerRow[],
  context: PlanningContext,
): Promise<PlannedChange[]> {
  const { directory, organization, supportNestedOu, planId, retriesParked } = context;
  const partition = pairPartition(pair);
  const present = documents.filter(({ state }) => state === 'present');
  const meant = present.filter((document) => {
    const ids = resolved ?? storedPair(document);
    return ids !== undefined && pairPartition(ids) === partition;
  });
  const resolves = resolved !== undefined && pairPartition(resolved) === partition;
  const base = {
    pair,
    links: meant.map(scopedLink),
    deletedLinks: new Set(documents.filter(({ state }) => state === 'deleted').map(({ linkId }) => linkId)),
    resubmitted: new Set(documents.filter(isResubmitted).map(({ linkId }) => linkId)),
    retriesParked,
    rows,
    organization,
    supportNestedOu,
    resolves,
    planId,
  };
  let changes = planPair({ ...base, existing: new Set() });
  if (changes.some(({ type }) => type === 'insert')) {
    const existing = await directory.existingAssignments(pair.permissionSetArn, pair.principalType, pair.principalId);
    if (existing.size > 0) changes = planPair({ ...base, existing });
  }
  if (!resolves && changes.some((change) => operationOf(change) === 'delete')) {
    const others = await linksByOtherNames(pair, documents, context);
    if (others.length > 0) changes = planPair({ ...base, links: [...base.links, ...others], existing: new Set() });
  }
  return withRequests(changes, rows, documents);
}

/** A principal that was renamed is meant by other links by now. Before an assignment of it goes, they are asked, too. */
async function linksByOtherNames(
  pair: ResolvedPair,
  documents: readonly LinkDocument[],
  { store, directory }: PlanningContext,
): Promise<ScopedLink[]> {
  const { permissionSetArn } = await directory.permissionSet(pair.permissionSetName);
  if (permissionSetArn !== pair.permissionSetArn) return [];
  const found: ScopedLink[] = [];
  for await (const item of scanAll(store, 'links')) {
    const document = linkDocumentOf(item);
    const { pairId, permissionSetName, principalType, principalName, state } = document;
    const isOther = permissionSetName === pair.permissionSetName && pairId !== documents[0]?.pairId;
    if (!isOther || state !== 'present' || principalType !== pair.principalType) continue;
    const principalId = await directory.principalId(principalType, principalName);
    if (principalId === pair.principalId) found.push(scopedLink(document));
  }
  return found;
}

/** Submitted since it was last planned: what is parked because of it is tried again. */
function isResubmitted({ generation, outcome }: LinkDocument): boolean {
  return (outcome?.generation ?? 0) < generation;
}

function scopedLink(document: LinkDocument): ScopedLink {
  return { linkId: document.linkId, linkData: document.linkData, scope: linkOfDocument(document).scope };
}

/** Names the requests that wait for each change, and follows what is still pending for a request that changes nothing itself. */
function withRequests(
  changes: readonly Change[],
  rows: readonly LedgerRow[],
  documents: readonly LinkDocument[],
): PlannedChange[] {
  const open = new Map<LinkId, readonly RequestId[]>();
  for (const { linkId, openRequests } of documents) if (openRequests.length > 0) open.set(linkId, openRequests);
  const planned = changes.map((change) => ({ change, requests: requestsOf(change, open) }));
  if (open.size === 0) return planned;
  const changed = new Set(changes.map(({ row }) => row.accountId));
  for (const row of rows) {
    if (changed.has(row.accountId) || !isUnfinished(row)) continue;
    const change: Change = { type: 'follow', row };
    const requests = requestsOf(change, open);
    if (requests.length > 0) planned.push({ change, requests });
  }
  return planned;
}

/** A request counts a change that its link claimed or released, and that is still to be applied. */
function requestsOf(change: Change, open: ReadonlyMap<LinkId, readonly RequestId[]>): RequestId[] {
  if (open.size === 0) return [];
  if (operationOf(change) === undefined && !isUnfinished(change.row as LedgerRow)) return [];
  const claimed = 'claims' in change ? change.claims : change.row.claims;
  const released = change.type === 'revise' && !change.desired ? change.row.claims : [];
  return [...claimed, ...released].flatMap(({ linkId }) => open.get(linkId) ?? []);
}

function outcomeOf(
  document: LinkDocument,
  names: Resolution,
  rows: readonly LedgerRow[],
  context: PlanningContext,
): LinkOutcome {
  const ids = names.pair ?? storedPair(document);
  const stored = ids ? { permissionSetArn: ids.permissionSetArn, principalId: ids.principalId } : {};
  const { waitingFor, skipped } =
    document.state === 'deleted' ? leftBehind(document, rows, context.organization) : covered(document, names, context);
  return {
    generation: document.generation,
    at: context.at,
    ...stored,
    waitingFor: waitingFor.slice(0, MOST_SKIPPED_SHOWN),
    skipped: skipped.slice(0, MOST_SKIPPED_SHOWN),
    skippedCount: skipped.length,
  };
}

type Leftover = Pick<LinkOutcome, 'waitingFor' | 'skipped'>;

function covered(document: LinkDocument, names: Resolution, context: PlanningContext): Leftover {
  const { waitingFor, skipped } = coverage(scopedLink(document).scope, context.organization, context.supportNestedOu);
  return { waitingFor: [...names.waitingFor, ...waitingFor], skipped };
}

/** A deletion is not over while assignments of its link are left in accounts that cannot be worked in. */
function leftBehind({ linkId }: LinkDocument, rows: readonly LedgerRow[], organization: Organization): Leftover {
  const skipped = rows
    .filter(({ claims }) => claims.some((claim) => claim.linkId === linkId))
    .flatMap(({ accountId }) => {
      const message = unreachableReason(organization, accountId);
      return message === undefined ? [] : [{ accountId, message }];
    });
  return { waitingFor: skipped.map(({ message }) => `account: ${message}`), skipped };
}
