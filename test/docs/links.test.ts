import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { readMarkdown } from '../support/markdown';
import { PROJECT_ROOT, projectFiles } from '../support/project-files';

const documents = projectFiles()
  .filter((path) => path.endsWith('.md'))
  .map(readMarkdown);

/** What is wrong with a link of a document, if anything; links to other sites are not followed. */
function problemOf(path: string, link: string): string | undefined {
  if (/^[a-z]+:/.test(link)) return undefined;
  const [file = '', anchor] = link.split('#');
  const target = file === '' ? path : normalize(join(dirname(path), decodeURI(file)));
  if (!existsSync(join(PROJECT_ROOT, target))) return `${path} → ${link}: there is no ${target}`;
  if (anchor === undefined) return undefined;
  const found = documents.find((document) => document.path === target);
  const isThere = found?.headings.some((heading) => heading.anchor === anchor);
  return isThere ? undefined : `${path} → ${link}: ${target} has no such heading`;
}

test('every link in a document leads somewhere', () => {
  const all = documents.flatMap(({ path, links }) => links.map((link) => [path, link] as const));
  expect(documents.length).toBeGreaterThan(10);
  expect(all.length).toBeGreaterThan(30);
  expect(all.flatMap(([path, link]) => problemOf(path, link) ?? [])).toEqual([]);
});

test('the README leads to every document', () => {
  const { links } = readMarkdown('README.md');
  const linked = new Set(links.map((link) => normalize(link)));
  const unreached = documents
    .map(({ path }) => path)
    .filter((path) => path.startsWith('docs/') && !linked.has(path) && !linked.has(dirname(path)));
  expect(unreached).toEqual([]);
});
