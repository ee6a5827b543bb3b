import type { LinkId, PairId } from '../../lambda/domain/ids';
import { linkKey } from '../../lambda/domain/link-document';
import type { PlannedLink } from '../../lambda/domain/plan-document';
import { listedLinkKey, WAITING_LINKS, waitingLinkWrites, waits } from '../../lambda/domain/waiting-link';

const linkId = 'a-link' as LinkId;
const pairId = 'a-pair' as PairId;
const at = { table: 'control', pk: WAITING_LINKS, sk: linkId };

function planned(waitingFor: string[], more: Partial<PlannedLink> = {}): PlannedLink {
  const outcome = { generation: 1, waitingFor, skipped: [], skippedCount: 0, at: '2026-01-01T00:00:00.000Z' };
  return { linkId, openRequests: [], outcome, ...more };
}

describe('the list of what waits', () => {
  test('has a link that waits, where its document is, and a tombstone for as long as that is kept', () => {
    expect(waitingLinkWrites(pairId, planned(['ou: is missing']))).toEqual([{ at, put: { linkId, pairId } }]);
    const [write] = waitingLinkWrites(pairId, planned(['account: is closed'], { waited: true, expiresAt: 7 }));
    expect(write).toEqual({ at, put: { linkId, pairId, expiresAt: 7 } });
    expect(listedLinkKey({ pk: at.pk, sk: at.sk, linkId, pairId })).toEqual(linkKey({ linkId, pairId }));
  });

  test('loses a link that waits no more, and is not written for one that never did', () => {
    expect(waitingLinkWrites(pairId, planned([], { waited: true }))).toEqual([{ at, delete: true }]);
    expect(waitingLinkWrites(pairId, planned([]))).toEqual([]);
  });

  test.each<[boolean, Parameters<typeof waits>[0]]>([
    [false, {}],
    [false, { outcome: planned([]).outcome }],
    [true, { outcome: planned(['ou: is missing']).outcome }],
  ])('waits: %s', (expected, document) => {
    expect(waits(document)).toBe(expected);
  });
});
