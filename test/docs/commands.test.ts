import { readMarkdown } from '../support/markdown';
import { projectFiles, readProjectFile } from '../support/project-files';

/** Options of a command, as its source declares them. */
function optionsOf(command: string): string[] {
  const [, declared = ''] = /\bOPTIONS = \{\n([\s\S]*?)\n\} as const/.exec(readProjectFile(`bin/${command}.ts`)) ?? [];
  return [...declared.matchAll(/^ {2}'?([\w-]+)'?: \{/gm)].map(([, name = '']) => `--${name}`);
}

const { fences, tables } = readMarkdown('docs/export-and-fold.md');

test('commands that the guide shows are scripts, with options that they have', () => {
  const scripts: Readonly<Record<string, string>> = JSON.parse(readProjectFile('package.json')).scripts;
  const shown = fences.flatMap(({ text }) => [...text.matchAll(/npm run ([\w-]+) -- (.*)/g)]);
  expect(shown.length).toBeGreaterThanOrEqual(1);
  for (const [, command = '', rest = ''] of shown) {
    expect(scripts[command]).toBe(`tsx bin/${command}.ts`);
    const used = [...rest.matchAll(/--[a-z-]+/g)].map(([option]) => option);
    expect(used.length).toBeGreaterThan(0);
    expect(used.filter((option) => !optionsOf(command).includes(option))).toEqual([]);
  }
});

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
