import type { LinkId, PairId } from './ids';
import { type LinkDocument, linkKey } from './link-document';
import type { PlannedLink } from './plan-document';
import type { Item, Key, Write } from './write';

/** Links that wait for a name, a unit, an account or a time: listed, so that they are counted without reading all links. */
export const WAITING_LINKS = 'WAITING#links';

/** Whether a link waited when it was last planned. */
export function waits({ outcome }: Pick<LinkDocument, 'outcome'>): boolean {
  return (outcome?.waitingFor.length ?? 0) > 0;
}

/**
 * Lists a planned link, or takes it off the list, for the transaction that writes its outcome. Nothing when it was not
 * listed and need not be. A tombstone that waits for its accounts leaves the list when it leaves the table.
 */
export function waitingLinkWrites(pairId: PairId, { linkId, outcome, waited, expiresAt }: PlannedLink): Write[] {
  const at: Key = { table: 'control', pk: WAITING_LINKS, sk: linkId };
  if (outcome.waitingFor.length > 0)
    return [{ at, put: { linkId, pairId, ...(expiresAt === undefined ? {} : { expiresAt }) } }];
  return waited ? [{ at, delete: true }] : [];
}

/** Where the document of a listed link is. */
export function listedLinkKey({ linkId, pairId }: Item): Key {
  return linkKey({ linkId: linkId as LinkId, pairId: pairId as PairId });
}
