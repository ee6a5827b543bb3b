import fc from 'fast-check';
import { compilePattern } from '../../../local/cloud/event-bridge/pattern';

const EVENT = {
  source: 'aws.organizations',
  account: '111111111111',
  resources: ['arn:a', 'arn:b'],
  detail: {
    eventName: 'MoveAccount',
    count: 5,
    ok: true,
    nothing: null,
    ip: '10.0.3.7',
    empty: [],
    nested: { name: 'Team-Finance' },
    list: [
      { type: 'ACCOUNT', id: 'x' },
      { type: 'EMAIL', id: 'y' },
    ],
  },
};

describe('an event pattern', () => {
  it.each<[string, object, boolean]>([
    ['literal', { source: ['aws.organizations'] }, true],
    ['one of several', { source: ['x', 'aws.organizations'] }, true],
    ['other literal', { source: ['aws.sso'] }, false],
    ['all fields', { source: ['aws.organizations'], account: ['2'] }, false],
    ['element of an array', { resources: ['arn:b'] }, true],
    ['number, boolean, null', { detail: { count: [5], ok: [true], nothing: [null] } }, true],
    ['number is no string', { detail: { count: ['5'] } }, false],
    ['prefix', { detail: { eventName: [{ prefix: 'Move' }] } }, true],
    ['prefix ignoring case', { detail: { eventName: [{ prefix: { 'equals-ignore-case': 'MOVE' } }] } }, true],
    ['suffix', { detail: { eventName: [{ suffix: 'Account' }] } }, true],
    ['suffix differs', { detail: { eventName: [{ suffix: 'account' }] } }, false],
    ['equals-ignore-case', { detail: { eventName: [{ 'equals-ignore-case': 'moveaccount' }] } }, true],
    ['wildcard', { detail: { nested: { name: [{ wildcard: 'T*m-*ce' }] } } }, true],
    ['wildcard with a literal dot', { source: [{ wildcard: 'aws?organizations' }] }, false],
    ['wildcard escape', { source: [{ wildcard: 'aws\\*' }] }, false],
    ['exists', { detail: { ip: [{ exists: true }] } }, true],
    ['exists not', { detail: { gone: [{ exists: false }] } }, true],
    ['exists not, below nothing', { detail: { gone: { deeper: [{ exists: false }] } } }, true],
    ['exists is about leaves', { detail: { nested: [{ exists: true }] } }, false],
    ['exists not, but there', { detail: { ip: [{ exists: false }] } }, false],
    ['an empty array is absent', { detail: { empty: [{ exists: false }] } }, true],
    ['numeric range', { detail: { count: [{ numeric: ['>', 0, '<=', 5] }] } }, true],
    ['numeric out of range', { detail: { count: [{ numeric: ['<', 5] }] } }, false],
    ['numeric equal', { detail: { count: [{ numeric: ['=', 5] }] } }, true],
    ['cidr', { detail: { ip: [{ cidr: '10.0.0.0/16' }] } }, true],
    ['cidr outside', { detail: { ip: [{ cidr: '10.0.0.0/24' }] } }, false],
    ['cidr of no address', { source: [{ cidr: '10.0.0.0/24' }] }, false],
    ['anything-but', { source: [{ 'anything-but': 'aws.sso' }] }, true],
    ['anything-but list', { source: [{ 'anything-but': ['aws.sso', 'aws.organizations'] }] }, false],
    ['anything-but an absent field', { detail: { gone: [{ 'anything-but': 'x' }] } }, false],
    ['anything-but prefix', { source: [{ 'anything-but': { prefix: 'aws.' } }] }, false],
    ['anything-but suffixes', { source: [{ 'anything-but': { suffix: ['.sso', '.tag'] } }] }, true],
    ['anything-but wildcard', { source: [{ 'anything-but': { wildcard: '*org*' } }] }, false],
    [
      'anything-but equals-ignore-case',
      { source: [{ 'anything-but': { 'equals-ignore-case': ['AWS.ORGANIZATIONS'] } }] },
      false,
    ],
    ['one element matches inside a list', { detail: { list: { type: ['ACCOUNT'], id: ['x'] } } }, true],
    ['not across elements of a list', { detail: { list: { type: ['ACCOUNT'], id: ['y'] } } }, false],
    ['$or', { $or: [{ source: ['x'] }, { detail: { count: [5] } }] }, true],
    ['$or beside a field', { account: ['2'], $or: [{ source: ['aws.organizations'] }, { source: ['y'] }] }, false],
    ['nested $or', { detail: { $or: [{ eventName: ['A'] }, { eventName: ['MoveAccount'] }] } }, true],
    ['an absent alternative beside a literal', { detail: { gone: ['x', { exists: false }] } }, true],
  ])('%s', (_, pattern, expected) => {
    expect(compilePattern(pattern)(EVENT)).toBe(expected);
  });

  it.each<[unknown]>([
    [{}],
    ['text'],
    [{ source: 'aws' }],
    [{ source: [] }],
    [{ detail: {} }],
    [{ source: [{ unknown: 1 }] }],
    [{ source: [{ prefix: 'a', suffix: 'b' }] }],
    [{ source: [{ prefix: 1 }] }],
    [{ source: [['nested']] }],
    [{ source: [{ wildcard: 'a**' }] }],
    [{ detail: { n: [{ numeric: ['~', 1] }] } }],
    [{ detail: { n: [{ cidr: '10.0.0.0/33' }] } }],
    [{ source: [{ 'anything-but': { exists: true } }] }],
  ])('%j is refused', (pattern) => {
    expect(() => compilePattern(pattern)).toThrow(expect.objectContaining({ code: 'InvalidEventPatternException' }));
  });

  it('made of an event matches it, and its negation does not', () => {
    const leaf = fc.oneof(fc.string({ minLength: 1 }), fc.integer());
    const key = fc.string({ minLength: 1 }).filter((name) => !name.startsWith('$') && name !== '__proto__');
    fc.assert(
      fc.property(fc.dictionary(key, leaf, { minKeys: 1 }), (event) => {
        const entries = Object.entries(event);
        const same = Object.fromEntries(entries.map(([name, value]) => [name, [value]]));
        const other = Object.fromEntries(entries.map(([name, value]) => [name, [{ 'anything-but': value }]]));
        return compilePattern(same)(event) && !compilePattern(other)(event);
      }),
    );
  });
});
