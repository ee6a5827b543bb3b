import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readMarkdown } from '../support/markdown';
import { PROJECT_ROOT, projectFiles } from '../support/project-files';

test('every word of the glossary stands where it says', () => {
  const rows = readMarkdown('docs/domain.md').tables.flatMap((table) => table.rows);
  expect(rows.length).toBeGreaterThan(15);
  const places = rows.flatMap(([word = '', , where = '']) =>
    [...where.matchAll(/`([^`]+)`/g)].map(([, path = '']) => ({ word, path })),
  );
  expect(places.length).toBeGreaterThan(15);
  expect(places.filter(({ path }) => !existsSync(join(PROJECT_ROOT, path)))).toEqual([]);
});

test('every folder and file that a document names in code marks exists', () => {
  const folders = new Set(projectFiles().map((path) => path.split('/')[0] ?? ''));
  const named = ['README.md', 'CONTRIBUTING.md', 'docs/testing.md', 'docs/architecture.md'].flatMap((document) =>
    readMarkdown(document)
      .tables.flatMap(({ rows }) => rows.flat())
      .flatMap((cell) => [...cell.matchAll(/`([\w.-]+\/[\w./-]*)`/g)].map(([, path = '']) => ({ document, path }))),
  );
  const ours = named.filter(({ path }) => folders.has(path.split('/')[0] ?? ''));
  expect(ours.length).toBeGreaterThan(10);
  expect(ours.filter(({ path }) => !existsSync(join(PROJECT_ROOT, path)))).toEqual([]);
});
