import { FINDINGS } from '../../lambda/domain/migration/finding';
import { PREDECESSOR_TABLES } from '../../lambda/domain/migration/predecessor-data';
import { readMarkdown } from '../support/markdown';
import { projectFiles, readProjectFile } from '../support/project-files';

/** Options of a command, as its source declares them. */
function optionsOf(command: string): string[] {
  const source = readProjectFile(`bin/${command}.ts`);
  const [, declared = ''] = /\boptions = \{([\s\S]*?)\n? ?\} as const/i.exec(source) ?? [];
  return [...declared.matchAll(/^ +'?([\w-]+)'?: \{/gm)].map(([, name = '']) => `--${name}`);
}

const { tables } = readMarkdown('docs/export-and-fold.md');
const migration = readMarkdown('docs/migration.md');

test.each(['docs/export-and-fold.md', 'docs/migration.md'])(
  'commands that %s shows are scripts, with options that they have',
  (guide) => {
    const { fences } = readMarkdown(guide);
    const scripts: Readonly<Record<string, string>> = JSON.parse(readProjectFile('package.json')).scripts;
    const shown = fences.flatMap(({ text }) => [...text.matchAll(/npm run ([\w-]+) -- (.*)/g)]);
    expect(shown.length).toBeGreaterThanOrEqual(1);
    for (const [, command = '', rest = ''] of shown) {
      expect(scripts[command]).toBe(`tsx bin/${command}.ts`);
      const used = [...rest.matchAll(/--[a-z-]+/g)].map(([option]) => option);
      expect(used.length).toBeGreaterThan(0);
      expect(used.filter((option) => !optionsOf(command).includes(option))).toEqual([]);
    }
  },
);

test('every option of an export is documented', () => {
  const table = tables.find(({ header }) => header[0] === 'option');
  expect(table?.rows.map(([name = '']) => name.replaceAll('`', '')).sort()).toEqual(optionsOf('export').sort());
});

test('the folders that the guide names are those of the samples and of an export', () => {
  const named = new Set(
    [...readProjectFile('docs/export-and-fold.md').matchAll(/access\/(\w+)\//g)].map(([, name]) => name),
  );
  expect([...named].sort()).toEqual(['links_data', 'permission_sets', 'requests']);
  const samples = projectFiles().flatMap(
    (path) => /^docs\/samples\/(links_data|permission_sets)\//.exec(path)?.[1] ?? [],
  );
  expect([...new Set(samples)].sort()).toEqual(['links_data', 'permission_sets']);
});

test('every option and every finding of a migration is documented', () => {
  const rowsOf = (first: string) => migration.tables.find(({ header }) => header[0] === first)?.rows ?? [];
  const options = rowsOf('option').map(([name = '']) => name.replaceAll('`', ''));
  expect(options.sort()).toEqual(optionsOf('migrate').sort());
  expect(Object.fromEntries(rowsOf('kind').map(([kind = '', meaning]) => [kind.replaceAll('`', ''), meaning]))).toEqual(
    FINDINGS,
  );
});

test('the guide takes out the tables that a migration reads', () => {
  const loops = migration.fences.flatMap(({ text }) => [...text.matchAll(/for table in (.*); do/g)]);
  expect(loops.map(([, names = '']) => names.split(' '))).toEqual([Object.keys(PREDECESSOR_TABLES)]);
});
