import { GUARDED, heldPairOf, PAIR_PREFIX, planPartition } from '../domain/held-plan';
import type { AccountId, LinkId, PairId, PrincipalId } from '../domain/ids';
import { type LedgerPair, type LedgerRow, pairPartition, rowKey, rowsInAccount } from '../domain/ledger-row';
import { pairIdOf } from '../domain/link';
import { type LinkDocument, linkDocumentOf, linkOfDocument } from '../domain/link-document';
import type { Organization } from '../domain/organization';
import { covers } from '../domain/scope-covers';
import type { AssignmentSlice, Mark, Slice } from '../domain/slice';
import { queryAll, type Store, scanAll } from '../ports/store';
import type { Directory } from './directory';

/** Some accounts, or all of them. */
export type SomeAccounts = ReadonlySet<AccountId> | 'all';

/** A pair that has to be planned, and how far. */
export interface MarkedPair {
  readonly pairId: PairId;
  readonly accounts: SomeAccounts;
  /** Where its assignments are compared with what is observed. */
  readonly compared: SomeAccounts;
  /** Its permission set is looked at again: what is parked is tried again. */
  readonly retriesParked: boolean;
  /** What the ledger knows of it: links may have forgotten these ids, or be gone. */
  readonly known: readonly LedgerPair[];
  /** Those of its links that are marked themselves. */
  readonly links: ReadonlySet<LinkId>;
}

export interface MarkedPairsContext {
  readonly store: Store;
  readonly directory: Directory;
  readonly organization: Organization;
  readonly supportNestedOu: boolean;
}

type Look = Omit<MarkedPair, 'pairId'>;

const NO_ACCOUNTS: ReadonlySet<AccountId> = new Set();
const NO_LINKS: ReadonlySet<LinkId> = new Set();
const WHOLE: Look = { accounts: 'all', compared: NO_ACCOUNTS, retriesParked: false, known: [], links: NO_LINKS };

/** The pairs that the marked slices touch, in a fixed order. */
export async function markedPairs(context: MarkedPairsContext, marks: readonly Mark[]): Promise<MarkedPair[]> {
  const looks = new Map<PairId, Look>();
  const add = (pairId: PairId, look: Look) => looks.set(pairId, both(looks.get(pairId), look));
  for (const { slice } of marks) {
    if (slice.kind === 'link') add(slice.pairId, { ...WHOLE, links: new Set([slice.linkId]) });
    if (slice.kind === 'plan') for (const pairId of await pairsOfPlan(context.store, slice.planId)) add(pairId, WHOLE);
    for await (const pair of knownPairs(context.store, slice)) {
      add(pairIdOfPair(pair), { ...lookOf(slice), known: [pair] });
    }
  }
  for await (const { pairId, look } of touchedLinks(context, marks)) add(pairId, look);
  // What is held of a pair is judged as a whole.
  for (const pairId of await guardedPairs(context.store)) if (looks.has(pairId)) add(pairId, WHOLE);
  return [...looks]
    .map(([pairId, look]) => ({ pairId, ...look }))
    .sort((one, other) => (one.pairId < other.pairId ? -1 : 1));
}

/** The pairs of a held plan that somebody decided about. */
async function pairsOfPlan(store: Store, planId: string): Promise<PairId[]> {
  const items = await queryAll(store, { table: 'control', pk: planPartition(planId), sortPrefix: PAIR_PREFIX });
  return items.map((item) => heldPairOf(item).pairId);
}

/** The pairs of which a plan is held. */
async function guardedPairs(store: Store): Promise<PairId[]> {
  return (await queryAll(store, { table: 'control', pk: GUARDED })).map(({ pairId }) => pairId as PairId);
}

function both(one: Look | undefined, other: Look): Look {
  if (one === undefined) return other;
  const known = new Map([...one.known, ...other.known].map((pair) => [pairPartition(pair), pair]));
  return {
    accounts: union(one.accounts, other.accounts),
    compared: union(one.compared, other.compared),
    retriesParked: one.retriesParked || other.retriesParked,
    known: [...known.values()],
    links: new Set([...one.links, ...other.links]),
  };
}

function union(one: SomeAccounts, other: SomeAccounts): SomeAccounts {
  return one === 'all' || other === 'all' ? 'all' : new Set([...one, ...other]);
}

/** How far a slice has the pairs that it touches looked at. */
function lookOf(slice: Slice): Look {
  switch (slice.kind) {
    case 'account':
      return { ...WHOLE, accounts: new Set([slice.accountId]) };
    case 'permissionSet':
      return { ...WHOLE, retriesParked: true };
    case 'assignment': {
      const accounts: SomeAccounts = slice.accountId === undefined ? 'all' : new Set([slice.accountId]);
      return { ...WHOLE, accounts, compared: accounts };
    }
    default:
      return WHOLE;
  }
}

/** What the ledger holds of a slice, read consistently: also what no link tells of any more. */
async function* knownPairs(store: Store, slice: Slice): AsyncGenerator<LedgerPair> {
  for (const row of await knownRows(store, slice)) {
    // Links by a name that the principal got later claim rows that hold its earlier one.
    for (const principalName of [row.principalName, ...otherNames(row)]) yield { ...pairOf(row), principalName };
  }
}

async function knownRows(store: Store, slice: Slice): Promise<LedgerRow[]> {
  if (slice.kind === 'account') {
    const pairs = await queryAll(store, { table: 'ledger', pk: rowsInAccount(slice.accountId) });
    const keys = pairs.map(({ pair }) => rowKey({ ...(pair as LedgerPair), accountId: slice.accountId }));
    return (await store.getMany(keys)) as unknown as LedgerRow[];
  }
  const row = slice.kind === 'assignment' ? await someRow(store, slice) : undefined;
  return row ? [row] : [];
}

function pairOf({ permissionSetName, permissionSetArn, principalType, principalName, principalId }: LedgerRow) {
  return { permissionSetName, permissionSetArn, principalType, principalName, principalId };
}

/** The names of the row's principal in the links that claim it, other than the row's own. */
function otherNames({ claims, principalName }: LedgerRow): Set<string> {
  const names = new Set(claims.map((claim) => linkOfDocument(claim).principal.name));
  names.delete(principalName);
  return names;
}

async function someRow(store: Store, slice: AssignmentSlice): Promise<LedgerRow | undefined> {
  const { accountId } = slice;
  if (accountId !== undefined) {
    return (await store.get(rowKey({ ...slice, accountId }))) as unknown as LedgerRow | undefined;
  }
  const { items } = await store.query({ table: 'ledger', pk: pairPartition(slice), limit: 1 });
  return items[0] as unknown as LedgerRow | undefined;
}

function pairIdOfPair({ permissionSetName, principalType, principalName }: LedgerPair): PairId {
  return pairIdOf({ permissionSetName, principal: { type: principalType, name: principalName } });
}

/** Links touched by slices that are no links: found by looking at all, since any of them may be. */
async function* touchedLinks(context: MarkedPairsContext, marks: readonly Mark[]) {
  const slices = marks.map(({ slice }) => slice).filter(({ kind }) => kind !== 'link');
  if (slices.length === 0) return;
  const names = await principalNames(context.directory, slices);
  for await (const item of scanAll(context.store, 'links')) {
    const document = linkDocumentOf(item);
    for (const slice of slices) {
      if (touches(slice, document, names, context)) yield { pairId: document.pairId, look: lookOf(slice) };
    }
  }
}

/** What the marked principals are called now, as the directory says it. */
async function principalNames(directory: Directory, slices: readonly Slice[]) {
  const names = new Map<PrincipalId, string>();
  for (const slice of slices) {
    if (slice.kind !== 'principal') continue;
    const name = await directory.currentName(slice.principalType, slice.principalId);
    if (name !== undefined) names.set(slice.principalId, name);
  }
  return names;
}

function touches(
  slice: Slice,
  document: LinkDocument,
  names: ReadonlyMap<PrincipalId, string>,
  { directory, organization, supportNestedOu }: MarkedPairsContext,
): boolean {
  switch (slice.kind) {
    case 'everything':
      return true;
    case 'permissionSet':
      return document.permissionSetName === slice.permissionSetName;
    case 'principal': {
      if (document.principalType !== slice.principalType) return false;
      const isCalledSo = directory.nameInDirectory(document.principalName) === names.get(slice.principalId);
      return isCalledSo || standsFor(document, slice.principalId);
    }
    case 'assignment': {
      const { outcome } = document;
      return outcome?.principalId === slice.principalId && outcome.permissionSetArn === slice.permissionSetArn;
    }
    case 'organizationalUnit':
      return document.scopeType === 'ou_id' && document.scopeValue === slice.organizationalUnitId;
    case 'account': {
      if (document.scopeType === 'account') return document.scopeValue === slice.accountId;
      const account = organization.accounts.get(slice.accountId);
      return account !== undefined && covers(linkOfDocument(document).scope, account, supportNestedOu);
    }
    case 'link':
    case 'plan':
      return false;
  }
}

/** Whether the link's names stood for this principal when it was planned, or earlier. */
function standsFor({ outcome }: LinkDocument, principalId: PrincipalId): boolean {
  return (
    outcome?.principalId === principalId || (outcome?.earlier ?? []).some((ids) => ids.principalId === principalId)
  );
}
