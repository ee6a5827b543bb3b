import fc from 'fast-check';
import {
  type DeclaredLink,
  type ExportedFile,
  type ExportOptions,
  exportedFiles,
  isExportedPath,
} from '../../lambda/domain/exported-files';
import type { AccountId } from '../../lambda/domain/ids';
import { linkIdOf, printLink } from '../../lambda/domain/link';
import type { LinkLimits } from '../../lambda/domain/link-limits';
import type { PermissionSet } from '../../lambda/domain/permission-set';
import { parsePermissionSet } from '../../lambda/domain/permission-set';
import { parseLinkRequest } from '../../lambda/intake/parse-link-request';
import { parsePermissionSetRequest } from '../../lambda/intake/parse-permission-set-request';
import { anyLink, parsedLink } from '../support/any-link';
import { anyPermissionSet } from '../support/any-permission-set';

const NOW = Date.UTC(2026, 0, 1);
const PLAIN: ExportOptions = { portable: false, asRequests: false, now: NOW };

const anyLimits: fc.Arbitrary<LinkLimits> = fc.oneof(
  fc.constant({}),
  fc.record(
    {
      expiresAt: fc.constant('2026-12-31T18:00:00Z'),
      notBefore: fc.constantFrom('2025-10-01T08:00:00+02:00', '2026-10-01T08:00:00Z'),
      except: fc.constantFrom(
        { tags: [{ value: 'x', key: 'team' }, { key: 'frozen' }] },
        { accounts: ['444444444401' as AccountId] },
      ),
    },
    { requiredKeys: [] },
  ),
);
const anyDeclared = fc.uniqueArray(fc.record({ link: anyLink, limits: anyLimits }), {
  selector: ({ link }) => linkIdOf(link),
  maxLength: 6,
});
const anySets = fc.uniqueArray(anyPermissionSet, {
  selector: ({ permissionSetName }) => permissionSetName,
  maxLength: 4,
});

/** What intake makes of the files of an export. */
function takenIn(files: readonly ExportedFile[]) {
  const links = new Map<string, LinkLimits>();
  const permissionSets = new Map<string, PermissionSet>();
  for (const { path, content } of files) {
    const [folder, ...rest] = path.split('/');
    if (folder === 'links_data') links.set(printLink(parsedLink(rest.join('/'))), {});
    else if (folder === 'permission_sets') {
      const parsed = parsePermissionSet(JSON.parse(content), '');
      if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
      expect(rest.join('/')).toBe(`${parsed.value.permissionSetName}.json`);
      permissionSets.set(parsed.value.permissionSetName, parsed.value);
    } else if (rest[0]?.startsWith('link-')) {
      const parsed = parseLinkRequest(content, NOW);
      if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
      links.set(printLink(parsed.value.link), parsed.value.limits ?? {});
    } else {
      const parsed = parsePermissionSetRequest(content);
      if (!parsed.ok || !('document' in parsed.value)) throw new Error(content);
      permissionSets.set(parsed.value.name, parsed.value.document);
    }
  }
  return { links, permissionSets };
}

function paths(links: readonly DeclaredLink[], options: Partial<ExportOptions> = {}, sets: PermissionSet[] = []) {
  return exportedFiles(links, sets, { ...PLAIN, ...options }).files.map(({ path }) => path);
}

const named = (name: string): DeclaredLink => ({
  link: { ...parsedLink('root%all%Ps%x%GROUP%ssofile'), principal: { type: 'GROUP', name } },
  limits: {},
});
const requestOf = ({ link }: DeclaredLink) => `requests/link-${linkIdOf(link)}.json`;

describe('an export', () => {
  const anyOptions = fc.record({ portable: fc.boolean(), asRequests: fc.boolean(), now: fc.constant(NOW) });

  test('declares exactly what it was made of, and writes no path twice', () => {
    fc.assert(
      fc.property(anyDeclared, anySets, anyOptions, (links, sets, options) => {
        const { files, expired } = exportedFiles(links, sets, options);
        const taken = takenIn(files);
        expect(expired).toEqual([]);
        expect(taken.links).toEqual(new Map(links.map(({ link, limits }) => [printLink(link), limits])));
        expect(taken.permissionSets).toEqual(new Map(sets.map((set) => [set.permissionSetName, set])));
        expect(new Set(files.map(({ path }) => path)).size).toBe(files.length);
        expect(files.filter(({ path }) => !isExportedPath(path))).toEqual([]);
      }),
    );
  });

  test('is the same byte for byte, whatever order things were stored in', () => {
    fc.assert(
      fc.property(anyDeclared, anySets, (links, sets) => {
        const turned = exportedFiles(reversed([...links].reverse()), reversed([...sets].reverse()), PLAIN);
        expect(turned).toEqual(exportedFiles(links, sets, PLAIN));
      }),
    );
  });

  test('has the properties of a permission set in the order of its schema, and a line break at the end', () => {
    const set = {
      tags: [{ Value: 'Support', Key: 'team' }],
      inlinePolicyDocument: {
        Statement: {
          Resource: '*',
          Condition: { Z: { b: '1', a: '2' }, A: { c: true } },
          Action: 's3:*',
          Effect: 'Deny',
        },
        Version: '2012-10-17',
      },
      permissionSetName: 'Support-ps',
    } as const;
    const [file] = exportedFiles([], [set as unknown as PermissionSet], PLAIN).files;
    const ordered = {
      permissionSetName: 'Support-ps',
      tags: [{ Key: 'team', Value: 'Support' }],
      inlinePolicyDocument: {
        Version: '2012-10-17',
        Statement: {
          Effect: 'Deny',
          Action: 's3:*',
          Resource: '*',
          Condition: { Z: { b: '1', a: '2' }, A: { c: true } },
        },
      },
    };
    expect(file).toEqual({ path: 'permission_sets/Support-ps.json', content: `${JSON.stringify(ordered, null, 2)}\n` });
  });

  test('never writes a link without its limits, and leaves out one that is over', () => {
    const link = parsedLink('root%all%Ps%team%GROUP%ssofile');
    const limited = { link, limits: { expiresAt: '2026-12-31T18:00:00Z' } };
    expect(paths([limited])).toEqual([requestOf(limited)]);
    const over = { link, limits: { expiresAt: '2025-12-31T18:00:00Z' } };
    expect(exportedFiles([over], [], PLAIN)).toEqual({ files: [], expired: [printLink(link)] });
  });

  test.each([
    ['a name that leads out of the folder', '/../../elsewhere/'],
    ['a folder without a name', 'a//b'],
    ['a line break', 'a\nb'],
    ['a name that no file system holds', 'a'.repeat(300)],
    ['a text form that is longer than a key', '/aaaaaaaaa'.repeat(100)],
  ])('writes the request of a link with %s', (_, name) => {
    expect(paths([named(name)])).toEqual([requestOf(named(name))]);
  });

  test('keeps names with spaces, percent signs and slashes as the keys that intake expects', () => {
    const names = ['50% club', 'a+b=c,d.e@f-g_h', 'net/ops', 'data: 会計?'];
    expect(paths(names.map(named))).toEqual(
      names.map((name) => `links_data/root%all%Ps%${name.replace('%', '%25')}%GROUP%ssofile`).sort(),
    );
  });

  test('that is portable has no name that Windows refuses, and none twice without regard to case', () => {
    const fine = named('net/ops');
    const links = [
      fine,
      ...['data: x', 'a?', 'a\\b', 'a/con/b', 'end./x', 'end /x', 'Team', 'team', 'e\u0301', 'é'].map(named),
    ];
    expect(paths(links, { portable: true })).toEqual(
      [`links_data/${printLink(fine.link)}`, ...links.slice(1).map(requestOf)].sort(),
    );
    const sets = ['aux', 'Admin', 'admin', 'Viewer'].map((permissionSetName) => ({ permissionSetName }));
    expect(paths([], { portable: true }, sets)).toEqual([
      'permission_sets/Viewer.json',
      ...['aux', 'Admin', 'admin'].map(() => expect.stringMatching(/^requests\/permission-set-[a-z2-7]{26}\.json$/)),
    ]);
    expect(paths([], {}, sets)).toHaveLength(4);
    expect(paths(links).every((path) => path.startsWith('links_data/'))).toBe(true);
  });
});

/** The same values with the properties of every object the other way round. */
function reversed<T>(value: T): T {
  if (Array.isArray(value)) return value.map((item) => reversed(item)) as T;
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, child]) => {
    // What is below a condition is named by whoever wrote it, and stays in that order.
    return [name, name === 'Condition' ? child : reversed(child)];
  });
  return Object.fromEntries(entries.reverse()) as T;
}
