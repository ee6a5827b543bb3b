import { heldPairOf, PAIR_PREFIX, planPartition } from '../domain/held-plan';
import type { PairId } from '../domain/ids';
import { type LinkDocument, linkDocumentOf, linkKey } from '../domain/link-document';
import type { Mark } from '../domain/slice';
import { queryAll, type Store, scanAll } from '../ports/store';

/** A pair that has to be planned. */
export interface MarkedPair {
  readonly pairId: PairId;
  /** Its permission set is looked at again: what is parked is tried again. */
  readonly retriesParked: boolean;
}

/** The pairs that the marked slices touch, in a fixed order. */
export async function markedPairs(store: Store, marks: readonly Mark[]): Promise<MarkedPair[]> {
  const retried = new Set(
    marks.flatMap(({ slice }) => (slice.kind === 'permissionSet' ? [slice.permissionSetName] : [])),
  );
  const pairs = new Map<PairId, boolean>();
  for (const { slice } of marks) if (slice.kind === 'link') pairs.set(slice.pairId, false);
  for await (const { pairId, permissionSetName } of linksOfOthers(store, marks)) {
    pairs.set(pairId, retried.has(permissionSetName));
  }
  return [...pairs]
    .map(([pairId, retriesParked]) => ({ pairId, retriesParked }))
    .sort((one, other) => (one.pairId < other.pairId ? -1 : 1));
}

/** The links that the marked slices are about or touch. */
export async function* markedLinks(store: Store, marks: readonly Mark[]): AsyncGenerator<LinkDocument> {
  const keys = marks.flatMap(({ slice }) => (slice.kind === 'link' ? [linkKey(slice)] : []));
  for (const item of await store.getMany(keys)) yield linkDocumentOf(item);
  yield* linksOfOthers(store, marks);
}

/** Links touched by slices that are no links: found by looking at all, since any of them may be. */
async function* linksOfOthers(store: Store, marks: readonly Mark[]): AsyncGenerator<LinkDocument> {
  const others = marks.filter(({ slice }) => slice.kind !== 'link');
  if (others.length === 0) return;
  const decided = await pairsOfPlans(store, others);
  for await (const item of scanAll(store, 'links')) {
    const document = linkDocumentOf(item);
    if (decided.has(document.pairId) || others.some((mark) => touches(mark, document))) yield document;
  }
}

/** The pairs of held plans that somebody decided about. */
async function pairsOfPlans(store: Store, marks: readonly Mark[]): Promise<Set<PairId>> {
  const found = new Set<PairId>();
  for (const { slice } of marks) {
    if (slice.kind !== 'plan') continue;
    const pairs = { table: 'control', pk: planPartition(slice.planId), sortPrefix: PAIR_PREFIX } as const;
    for (const item of await queryAll(store, pairs)) found.add(heldPairOf(item).pairId);
  }
  return found;
}

/** Accounts and units touch every pair: which links cover them is what planning finds out. */
function touches({ slice }: Mark, document: LinkDocument): boolean {
  if (slice.kind === 'permissionSet') return document.permissionSetName === slice.permissionSetName;
  if (slice.kind === 'principal') return document.principalType === slice.principalType;
  if (slice.kind === 'plan') return false;
  return true;
}
