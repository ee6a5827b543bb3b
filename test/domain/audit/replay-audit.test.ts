import fc from 'fast-check';
import type { AuditEvent } from '../../../lambda/domain/audit/audit-event';
import { auditEvents } from '../../../lambda/domain/audit/audit-events';
import { replayAudit } from '../../../lambda/domain/audit/replay-audit';
import { CLAIM, changed, OTHER, ROW, ROW_KEY } from './stored';

const op = (kind: 'create' | 'delete', generation: number) => ({
  id: `${kind}${generation}`,
  kind,
  generation,
  leaseUntil: 1,
});
/** What happens to one row: planned, applied, claimed otherwise, removed, and planned again. */
const HISTORY = [
  undefined,
  ROW,
  { ...ROW, operation: op('create', 1) },
  { ...ROW, applied: 1 },
  { ...ROW, applied: 1, claims: [CLAIM, OTHER] },
  { ...ROW, applied: 1, claims: [], desired: false, generation: 2 },
  { ...ROW, applied: 1, claims: [], desired: false, generation: 2, operation: op('delete', 2) },
  undefined,
  { ...ROW, born: 'plan-2' },
  { ...ROW, born: 'plan-2', operation: op('create', 1) },
  { ...ROW, born: 'plan-2', applied: 1 },
];
/** The events of the first so many changes; sequence numbers grow from two digits to three. */
const eventsAfter = (changes: number): AuditEvent[] =>
  HISTORY.slice(1, changes + 1).flatMap((after, index) =>
    auditEvents({
      ...changed(ROW_KEY, HISTORY[index] as never, after as never, String(95 + index)),
      at: `2026-11-2${Math.floor(index / 4)}T10:00:00Z`,
    }),
  );

describe('replaying the trail', () => {
  test.each([
    [2, false],
    [3, true],
    [6, true],
    [7, false],
    [9, false],
    [10, true],
  ])('after %d changes the assignment exists: %s', (changes, exists) => {
    expect(replayAudit(eventsAfter(changes))).toHaveLength(exists ? 1 : 0);
  });

  test('tells since when it exists, and the links that claim it', () => {
    expect(replayAudit(eventsAfter(4))).toEqual([
      {
        accountId: '444444444401',
        permissionSetArn: ROW.permissionSetArn,
        permissionSetName: 'Billing-ps',
        principalType: 'GROUP',
        principalId: 'g-1',
        principalName: 'team',
        since: '2026-11-20T10:00:00Z',
        claims: [CLAIM, OTHER],
      },
    ]);
  });

  test('gives the same whatever the order, and however often an event is there', () => {
    const events = eventsAfter(10);
    const expected = replayAudit(events);
    const disordered = fc.shuffledSubarray([...events, ...events], { minLength: events.length * 2 });
    fc.assert(fc.property(disordered, (shuffled) => expect(replayAudit(shuffled)).toEqual(expected)));
  });

  test('stops at a time', () => {
    const events = eventsAfter(10);
    expect(replayAudit(events, '2026-11-20T23:59:59Z')).toHaveLength(1);
    expect(replayAudit(events, '2026-11-21T23:59:59Z')).toHaveLength(0);
  });

  test('an adopted assignment exists from then on, and one that is disowned does not count', () => {
    const adopted = auditEvents(changed(ROW_KEY, undefined, { ...ROW, adopted: true } as never, '1'));
    expect(replayAudit(adopted)).toHaveLength(1);
    const disowned = auditEvents(changed(ROW_KEY, { ...ROW, applied: 1 } as never, undefined, '2'));
    expect(replayAudit([...disowned, ...adopted])).toHaveLength(0);
  });
});
