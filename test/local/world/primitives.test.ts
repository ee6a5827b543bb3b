import { seededRandom, VirtualClock } from '../../../local/clock';
import { ServiceFault } from '../../../local/cloud/service';
import { AccountPolicies } from '../../../local/world/account-policies';
import { CallMeter } from '../../../local/world/call-meter';
import { derivedUuid, randomUuid } from '../../../local/world/derived-ids';
import { logNormalLatency } from '../../../local/world/latency';
import { operationMaker, validationText } from '../../../local/world/operation';
import { decodePageToken, encodePageToken } from '../../../local/world/page-token';
import { integer, list, oneOf, structure, text, union } from '../../../local/world/shape';
import { TokenBucket } from '../../../local/world/token-bucket';
import { accountKey } from './small-world';

describe('token bucket', () => {
  it('allows its burst at once and its rate afterwards', async () => {
    const clock = new VirtualClock();
    const bucket = new TokenBucket(clock, { ratePerSecond: 2, burst: 3 });
    expect([1, 2, 3, 4].map(() => bucket.take())).toEqual([true, true, true, false]);
    await clock.runUntil(clock.sleep(500));
    expect([bucket.take(), bucket.take()]).toEqual([true, false]);
    await clock.runUntil(clock.sleep(60_000));
    expect([1, 2, 3, 4].map(() => bucket.take())).toEqual([true, true, true, false]);
  });
});

describe('latency', () => {
  it('has the median and the 99th percentile it was asked for', () => {
    const draw = logNormalLatency(seededRandom(7), { medianMs: 4_000, p99Ms: 30_000 });
    const drawn = Array.from({ length: 40_000 }, draw).sort((a, b) => a - b);
    expect(drawn[20_000]).toBeGreaterThan(3_900);
    expect(drawn[20_000]).toBeLessThan(4_100);
    expect(drawn[39_600]).toBeGreaterThan(28_000);
    expect(drawn[39_600]).toBeLessThan(32_000);
    const mean = drawn.reduce((sum, value) => sum + value, 0) / drawn.length;
    expect(mean).toBeGreaterThan(5_600);
    expect(mean).toBeLessThan(6_050);
  });
});

describe('ids', () => {
  const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/;

  it('are the same for the same name and differ between names', () => {
    expect(derivedUuid('group/a')).toMatch(uuid);
    expect(derivedUuid('group/a')).toBe(derivedUuid('group/a'));
    expect(derivedUuid('group/a')).not.toBe(derivedUuid('group/b'));
  });

  it('are repeatable under a seed', () => {
    expect(randomUuid(seededRandom(3))).toMatch(uuid);
    expect(randomUuid(seededRandom(3))).toBe(randomUuid(seededRandom(3)));
  });
});

describe('page tokens', () => {
  it('fit the grammar of the services and belong to one list', () => {
    const token = encodePageToken('groups of ü', [3, 400, 1]);
    expect(token).toMatch(/^[-a-zA-Z0-9+=/_]+$/);
    expect(decodePageToken('groups of ü', token)).toEqual([3, 400, 1]);
    expect(decodePageToken('users', token)).toBeUndefined();
    expect(decodePageToken('users', 'garbage')).toBeUndefined();
  });
});

describe('call meter', () => {
  it('counts calls and throttled calls by operation', () => {
    const meter = new CallMeter();
    meter.called('A');
    meter.called('A');
    meter.throttled('A');
    meter.called('B');
    expect(meter.byOperation()).toEqual({ A: { calls: 2, throttled: 1 }, B: { calls: 1, throttled: 0 } });
    expect(meter.totals()).toEqual({ calls: 3, throttled: 1 });
  });
});

describe('account policies', () => {
  it('belong to one account, and case matters', () => {
    const policies = new AccountPolicies();
    policies.add('111111111111', '/a/Policy');
    expect(policies.has('111111111111', '/a/Policy')).toBe(true);
    expect(policies.has('111111111111', '/a/policy')).toBe(false);
    expect(policies.has('222222222222', '/a/Policy')).toBe(false);
    expect(policies.remove('111111111111', '/a/Policy')).toBe(true);
    expect(policies.inAccount('111111111111')).toEqual([]);
  });
});

describe('input shapes', () => {
  const shape = structure(
    { Name: text({ min: 1, max: 5, pattern: '[a-z]+' }) },
    {
      Type: oneOf('A', 'B'),
      Count: integer({ min: 1, max: 9 }),
      Tags: list(structure({ Key: text({ max: 3, sensitive: true }) }), { max: 2 }),
      By: union({ Id: text(), Path: text() }),
    },
  );
  const operation = operationMaker((found) => new ServiceFault('ValidationException', validationText(found)));
  const run = (input: unknown) => {
    const call = { operation: 'X', input, principal: accountKey('111111111111'), region: 'r' };
    return operation('read', shape, (valid) => valid.Name).run(call);
  };

  it('accept what fits and ignore unknown and null members', () => {
    expect(run({ Name: 'abc', Type: 'A', Count: 3, Tags: [{ Key: 'k' }], By: { Id: 'x' }, Other: 1, Path: null })).toBe(
      'abc',
    );
  });

  it.each([
    [{}, "1 validation error detected: Value null at 'name' failed to satisfy constraint: Member must not be null"],
    [
      { Name: 'abcdef' },
      "Value 'abcdef' at 'name' failed to satisfy constraint: Member must have length less than or equal to 5",
    ],
    [
      { Name: 'A' },
      "Value 'A' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-z]+",
    ],
    [
      { Name: 'a', Type: 'C' },
      "Value 'C' at 'type' failed to satisfy constraint: Member must satisfy enum value set: [A, B]",
    ],
    [
      { Name: 'a', Count: 10 },
      "Value '10' at 'count' failed to satisfy constraint: Member must have value less than or equal to 9",
    ],
    [
      { Name: 'a', Count: 0 },
      "Value '0' at 'count' failed to satisfy constraint: Member must have value greater than or equal to 1",
    ],
    [
      { Name: 'a', Tags: [{ Key: 'k' }, { Key: 'long' }] },
      "Value at 'tags.2.member.key' failed to satisfy constraint: Member must have length less than or equal to 3",
    ],
    [
      { Name: 'a', By: { Id: 'x', Path: 'y' } },
      "Value at 'by' failed to satisfy constraint: Member must have exactly one value set",
    ],
  ])('refuse %j', (input, message) => {
    expect(() => run(input)).toThrow(message);
  });

  it('report every violation at once', () => {
    expect(() => run({ Name: '', Type: 'C' })).toThrow(/^3 validation errors detected: .*; .*; /);
  });

  it('refuse a wrong JSON type before anything else', () => {
    expect(() => run({ Name: 7 })).toThrow(expect.objectContaining({ code: 'SerializationException' }));
  });
});
