import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ErrorObject } from 'ajv';
import fc from 'fast-check';
import { parseLinkText, printLink } from '../../lambda/domain/link';
import { validateLink } from '../../schemas/generated/link';
import { validateLinkKey } from '../../schemas/generated/link-key';
import { validateLinkRequest } from '../../schemas/generated/link-request';
import { validateLinkText } from '../../schemas/generated/link-text';
import { validatePermissionSet } from '../../schemas/generated/permission-set';
import { validatePermissionSetRequest } from '../../schemas/generated/permission-set-request';
import { schemaProblems } from '../../schemas/schema-problems';
import { anyLink } from '../support/any-link';

interface Validator {
  (document: unknown): boolean;
  errors?: ErrorObject[] | null;
}

/** Per schema: its validator, and what its document is called in paths. */
const SCHEMAS: [name: string, validator: Validator, root: string][] = [
  ['link', validateLink, ''],
  ['link-request', validateLinkRequest, ''],
  ['link-text', validateLinkText, 'link'],
  ['link-key', validateLinkKey, 'link'],
  ['permission-set', validatePermissionSet, ''],
  ['permission-set-request', validatePermissionSetRequest, ''],
];

function cases<T>(schema: string, kind: 'valid' | 'invalid'): [name: string, content: T][] {
  const folder = join(__dirname, schema, kind);
  return readdirSync(folder).map((file) => [
    file.replace('.json', ''),
    JSON.parse(readFileSync(join(folder, file), 'utf8')),
  ]);
}

/** Problems of the whole document have no path of their own. */
const WHOLE_DOCUMENT = ['link', 'document', 'request'];

describe.each(SCHEMAS)('%s.schema.json', (name, validator, root) => {
  test.each(cases<unknown>(name, 'valid'))('accepts %s', (_, document) => {
    validator(document);
    expect(schemaProblems(validator.errors, root)).toEqual([]);
  });

  test.each(cases<{ expectedPaths: string[]; document: unknown }>(name, 'invalid'))(
    'refuses %s',
    (_, { expectedPaths, document }) => {
      expect(validator(document)).toBe(false);
      const problems = schemaProblems(validator.errors, root);
      const expected = expectedPaths.map((path) => (WHOLE_DOCUMENT.includes(path) ? root : path));
      expect([...new Set(problems.map(({ path }) => path))].sort()).toEqual(expected.sort());
      for (const { message } of problems)
        expect(message).toMatch(/expected|is missing|is not a known property|exactly one/);
    },
  );
});

describe('the pattern of the text form', () => {
  test('accepts every link', () => {
    fc.assert(
      fc.property(anyLink, (link) => {
        expect(validateLinkText(printLink(link))).toBe(true);
        expect(validateLinkKey(`links_data/${printLink(link)}`)).toBe(true);
      }),
    );
  });

  test('agrees with the parser about texts that are nearly links', () => {
    const changed = fc
      .tuple(anyLink, fc.nat(), fc.constantFrom('', '%', '25', ' ', 'x', '\n', '^', '%25', '\u0000'), fc.boolean())
      .map(([link, at, inserted, replaces]) => {
        const text = [...printLink(link)];
        text.splice(at % (text.length + 1), replaces ? 1 : 0, inserted);
        return text.join('');
      });
    let accepted = 0;
    fc.assert(
      fc.property(changed, (text) => {
        const parsed = parseLinkText(text).ok;
        expect(validateLinkText(text)).toBe(parsed);
        if (parsed) accepted += 1;
      }),
      { numRuns: 3000, seed: 1 },
    );
    expect(accepted).toBeGreaterThan(100);
  });
});
