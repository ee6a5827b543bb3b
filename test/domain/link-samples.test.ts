import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseLinkText } from '../../lambda/domain/link';
import { SCOPE_TYPES } from '../../lambda/domain/scope';

const ROOT = join(__dirname, '..', '..');
const SAMPLES = join(ROOT, 'docs', 'samples', 'links_data');

describe('docs/samples/links_data', () => {
  const names = readdirSync(SAMPLES);

  test.each(names)('%s is an empty file named like a link', (name) => {
    expect(statSync(join(SAMPLES, name)).size).toBe(0);
    expect(parseLinkText(name)).toMatchObject({ ok: true });
  });

  test('shows every kind of scope', () => {
    const shown = names.map((name) => name.split('%')[0]);
    expect(SCOPE_TYPES.filter((type) => !shown.includes(type))).toEqual([]);
  });

  test('names what the default local organization has', () => {
    const organization = readFileSync(join(ROOT, 'config', 'local-organization.yaml'), 'utf8');
    const links = names.flatMap((name) => {
      const parsed = parseLinkText(name);
      return parsed.ok ? [parsed.value] : [];
    });
    for (const { scope, principal } of links) {
      expect(organization).toContain(principal.name);
      if (scope.type === 'account') expect(organization).toContain(scope.accountId);
      if (scope.type === 'ou_id') expect(organization).toContain(scope.organizationalUnitId);
      if (scope.type === 'account_tag') expect(organization).toContain(`${scope.key}: ${scope.value}`);
    }
  });
});
