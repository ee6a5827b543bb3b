import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { countedCharacters, isSamePolicy, policyText } from '../../lambda/domain/inline-policy';

const anyPolicy = fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue({ stringUnit: 'binary' }));

/** The same value with the keys of all its objects in reverse. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, inner]) => [key, reversed(inner)]),
  );
}

describe('the text of a policy', () => {
  test.each([
    ['a ~', 'a ~'],
    ['Größe ÿ', 'Größe ÿ'],
    ['\u00a0\u00a1', '\u00a0\u00a1'],
    ['会計', '\\u4f1a\\u8a08'],
    ['😀', '\\ud83d\\ude00'],
    ['\ud83d', '\\ud83d'],
    ['\u007f\u0080\u009f\u0100', '\\u007f\\u0080\\u009f\\u0100'],
    ['\t\n"\\/', '\\t\\n\\"\\\\/'],
  ])('says %j as %j', (text, escaped) => {
    expect(policyText({ Id: text })).toBe(`{"Id":"${escaped}"}`);
  });

  test('leaves nothing out and reorders nothing', () => {
    const policy = { b: false, a: 0, d: '', c: [], e: [{}, null], f: { z: [''], y: {} } };
    expect(policyText(policy)).toBe('{"b":false,"a":0,"d":"","c":[],"e":[{},null],"f":{"z":[""],"y":{}}}');
  });

  test('means the same as the policy, in characters that AWS takes', () => {
    fc.assert(
      fc.property(anyPolicy, (policy) => {
        const text = policyText(policy);
        expect(JSON.stringify(JSON.parse(text))).toBe(JSON.stringify(policy));
        expect(text).toMatch(/^[\u0020-\u00ff]*$/);
      }),
      { numRuns: 1000 },
    );
  });

  test('counts without white space, as it is escaped', () => {
    expect(countedCharacters(policyText({ Id: ' a b\t' }))).toBe('{"Id":"ab\\t"}'.length);
    expect(countedCharacters(policyText({ Id: '会ä' }))).toBe('{"Id":"\\u4f1aä"}'.length);
    expect(countedCharacters('{\n  "Id": ""\r\n}')).toBe('{"Id":""}'.length);
  });
});

describe('two policies', () => {
  test('are the same in any order of keys, with any white space and escapes', () => {
    fc.assert(
      fc.property(anyPolicy, fc.constantFrom(0, 2, '\t'), (policy, spaces) => {
        expect(isSamePolicy(policyText(policy), JSON.stringify(reversed(policy), null, spaces))).toBe(true);
      }),
    );
  });

  test.each<[one: object, other: object]>([
    [{ a: false }, {}],
    [{ a: [] }, {}],
    [{ a: {} }, {}],
    [{ a: '' }, {}],
    [{ a: null }, {}],
    [{ a: 0 }, { a: false }],
    [{ a: '' }, { a: false }],
    [{ a: [] }, { a: {} }],
    [{ a: 1 }, { a: '1' }],
    [{ a: true }, { a: 'true' }],
    [{ a: 'x' }, { a: ['x'] }],
    [{ a: ['x', 'y'] }, { a: ['y', 'x'] }],
    [{ a: ['x', 'x'] }, { a: ['x'] }],
    [{ a: 'x' }, { a: 'X' }],
    [{ a: 'x' }, { A: 'x' }],
    [{ a: 'x y' }, { a: 'xy' }],
    [{ a: { b: { c: [{ d: 0 }] } } }, { a: { b: { c: [{ d: 1 }] } } }],
  ])('%j and %j differ', (one, other) => {
    expect(isSamePolicy(policyText(one), policyText(other))).toBe(false);
    expect(isSamePolicy(policyText(other), policyText(one))).toBe(false);
  });

  test('are the same exactly when they are equal', () => {
    const value = fc.constantFrom<unknown>(false, 0, '', null, [], {}, ['x', 'y'], ['y', 'x'], { a: 0, b: 1 });
    const policy = fc.dictionary(fc.constantFrom('a', 'b'), value);
    fc.assert(
      fc.property(policy, policy, (one, other) => {
        expect(isSamePolicy(policyText(one), policyText(other))).toBe(isDeepStrictEqual({ ...one }, { ...other }));
      }),
      { numRuns: 500 },
    );
  });

  test.each<[one: string | undefined, other: string | undefined, isSame: boolean]>([
    [undefined, undefined, true],
    [undefined, '{}', false],
    ['{}', undefined, false],
    ['', undefined, false],
    ['not JSON', 'not JSON', true],
    ['not JSON', 'not  JSON', false],
    ['not JSON', '{}', false],
  ])('%j and %j: %j', (one, other, isSame) => {
    expect(isSamePolicy(one, other)).toBe(isSame);
  });
});
