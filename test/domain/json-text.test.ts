import fc from 'fast-check';
import { depthOf, repeatedKeys } from '../../lambda/domain/json-text';

/** A key of which every character is escaped. */
const escaped = (key: string) =>
  `"${[...Array(key.length).keys()].map((at) => `\\u${key.charCodeAt(at).toString(16).padStart(4, '0')}`).join('')}"`;

describe('keys that stand twice', () => {
  test.each<[text: string, paths: string[]]>([
    ['{"a": 1, "a": 2}', ['a']],
    ['{"a": 1, "b": 2, "a": 1}', ['a']],
    ['{"a": 1, "a": 2, "a": 3}', ['a', 'a']],
    ['{"a": {"b": 1, "b": 2}}', ['a.b']],
    ['{"a": [{}, {"b": [], "b": {}}]}', ['a.1.b']],
    ['[[1, {"a": 1}], {"a": 1, "a": 1}]', ['1.a']],
    ['{"a": {"c": 1}, "a": {"c": 1, "c": 2}}', ['a', 'a.c']],
    ['{"Effect": "Deny", "\\u0045ffect": "Allow"}', ['Effect']],
    ['{"a\\"b": 1, "a\\u0022b": 2}', ['a"b']],
    ['{"": 1, "": 2}', ['']],
    ['{"__proto__": 1, "__proto__": 2}', ['__proto__']],
    ['{"a":1,\n\t"a"\n:\r2}', ['a']],
  ])('are found in %s', (text, paths) => {
    expect(repeatedKeys(text)).toEqual(paths);
  });

  test.each([
    '{}',
    '[]',
    '"a"',
    '7',
    'null',
    '{"a": 1, "A": 2, "a ": 3}',
    '{"a": {"a": {"a": 1}}}',
    '[{"a": 1}, {"a": 2}]',
    '{"a": "b", "b": "a", "c": ["a", "a", "a"]}',
    '{"a": "{\\"a\\": 1, \\"a\\": 2}", "b": "}],:[{"}',
    '{"a": "\\\\", "b": "\\\\\\"", "c": ":"}',
    '{"a:b": 1, "a": {"b": 2}}',
  ])('are not in %s', (text) => {
    expect(repeatedKeys(text)).toEqual([]);
  });

  test('are never in what was printed', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary' }), fc.constantFrom(0, 2), (value, spaces) => {
        expect(repeatedKeys(JSON.stringify(value, null, spaces))).toEqual([]);
      }),
    );
  });

  test('are found wherever they stand, however they are spelt', () => {
    const anyText = fc.string({ unit: 'binary' });
    const anyStep = fc.oneof(anyText, fc.nat({ max: 3 }));
    fc.assert(
      fc.property(fc.array(anyStep), anyText, fc.jsonValue(), fc.boolean(), (steps, key, value, isEscaped) => {
        const [one, other] = [JSON.stringify(key), isEscaped ? escaped(key) : JSON.stringify(key)];
        const repeated = `{${one}: ${JSON.stringify(value)}, ${other}: ${JSON.stringify(value)}}`;
        const text = steps.reduceRight<string>(
          (inner, step) =>
            typeof step === 'string'
              ? `{"before": {}, ${JSON.stringify(`${step}!`)}: ${inner}}`
              : `[${'"", '.repeat(step)}${inner}]`,
          repeated,
        );
        const path = [...steps.map((step) => (typeof step === 'string' ? `${step}!` : step)), key];
        expect(repeatedKeys(text)).toEqual([path.join('.')]);
      }),
    );
  });

  test('are looked for in long texts, too', () => {
    const long = '\\"{'.repeat(100_000);
    expect(repeatedKeys(`{"a": "${long}", "b": ["${long}"], "a": 1}`)).toEqual(['a']);
  });
});

describe('the depth of a text', () => {
  test.each([
    ['1', 0],
    ['{}', 1],
    ['{"a": [], "b": [[]]}', 3],
    ['["{[", {"]}": "\\"{"}]', 2],
    [`${'['.repeat(100_000)}${']'.repeat(100_000)}`, 100_000],
  ])('%#', (text, depth) => {
    expect(depthOf(text)).toBe(depth);
  });
});
