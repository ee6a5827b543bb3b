import { archiveAudit } from '../../lambda/audit/archive-audit';
import { tellAudit } from '../../lambda/audit/tell-audit';
import type { AuditEvent } from '../../lambda/domain/audit/audit-event';
import { auditObjects } from '../../lambda/domain/audit/audit-objects';
import { changed, ROW, ROW_KEY } from '../domain/audit/stored';
import { silentLog } from '../support/silent-log';

const log = silentLog;

describe('telling', () => {
  const changes = ['7', '8', '9'].map((sequence) =>
    changed(ROW_KEY, undefined, { ...ROW, adopted: true } as never, sequence),
  );

  test('tells every event of every change, and asks for nothing again', async () => {
    const told: AuditEvent[] = [];
    const bus = {
      tell: async (events: readonly AuditEvent[]) => {
        told.push(...events);
        return new Set<string>();
      },
    };
    expect(await tellAudit({ bus, log }, changes)).toEqual([]);
    expect(told.map(({ eventId }) => eventId)).toEqual(
      ['7', '8', '9'].flatMap((sequence) => [`change-${sequence}-0`, `change-${sequence}-1`]),
    );
  });

  test('asks again for the changes whose events were not taken', async () => {
    const bus = { tell: async () => new Set(['change-8-1', 'change-9-0', 'change-9-1']) };
    expect(await tellAudit({ bus, log }, changes)).toEqual(['8', '9']);
  });

  test('calls nobody when there is nothing to tell', async () => {
    const bus = { tell: () => Promise.reject(new Error('not expected')) };
    expect(await tellAudit({ bus, log }, [changed({ pk: 'WORK#grant', sk: 'x' }, undefined, {})])).toEqual([]);
  });
});

const event = (eventId: string, at: string) => ({ eventId, at, type: 'Request Accepted' }) as AuditEvent;
const message = (told: unknown, messageId = 'm') => ({
  messageId,
  body: JSON.stringify({ source: 'x', detail: told }),
});

describe('keeping', () => {
  const first = event('b', '2026-11-27T23:59:59Z');
  const second = event('a', '2026-11-27T10:00:01Z');
  const third = event('c', '2026-11-28T00:00:00Z');

  test('puts the events of each day into an object of that day, in order', async () => {
    const kept = new Map<string, string>();
    const archive = { keep: async (key: string, text: string) => void kept.set(key, text) };
    expect(
      await archiveAudit(
        { archive, log },
        [first, second, third].map((told) => message(told)),
      ),
    ).toEqual([]);
    expect([...kept.keys()]).toEqual([
      expect.stringMatching(/^audit\/day=2026-11-27\/100001-[a-z2-7]{26}\.json$/),
      expect.stringMatching(/^audit\/day=2026-11-28\/000000-[a-z2-7]{26}\.json$/),
    ]);
    expect([...kept.values()][0]).toBe(`${JSON.stringify(second)}\n${JSON.stringify(first)}\n`);
  });

  test('makes the same objects of the same events, in any order and however often', () => {
    const objects = auditObjects([first, second, third]);
    expect(auditObjects([third, first, second, first])).toEqual(objects);
    expect(auditObjects([first, second]).map(({ key }) => key)).toEqual([objects[0]?.key]);
  });

  test('refuses what is no event, and keeps the others', async () => {
    const keys: string[] = [];
    const archive = { keep: async (key: string) => void keys.push(key) };
    const strange = [message({ other: 1 }, 'm-1'), { messageId: 'm-2', body: 'text' }, message(undefined, 'm-3')];
    expect(await archiveAudit({ archive, log }, [...strange, message(first)])).toEqual(['m-1', 'm-2', 'm-3']);
    expect(keys).toHaveLength(1);
  });

  test('fails as a whole when nothing can be kept', async () => {
    const archive = { keep: () => Promise.reject(new Error('denied')) };
    await expect(archiveAudit({ archive, log }, [message(first)])).rejects.toThrow('denied');
  });
});
