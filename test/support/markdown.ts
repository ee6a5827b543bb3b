import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const PROJECT_ROOT = join(__dirname, '../..');

/** A fenced block of a document. */
export interface Fence {
  /** First word after the fence: `sh`, `json`, `http`, … */
  readonly language: string;
  /** The words after it: `tour`, `answer`, `schema=link`, … */
  readonly words: readonly string[];
  readonly text: string;
  /** Line of its first line of text, counted from 1. */
  readonly line: number;
}

/** A heading with the anchor that GitHub gives it. */
export interface Heading {
  readonly title: string;
  readonly anchor: string;
}

/** A document of this repository, as far as tests look into it. */
export interface Markdown {
  readonly path: string;
  readonly fences: readonly Fence[];
  readonly headings: readonly Heading[];
  /** Targets of links and images, as written; code is not looked at. */
  readonly links: readonly string[];
  readonly tables: readonly Table[];
}

/** A table: cells as written, code marks included. */
export interface Table {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

const FENCE = /^(```+)\s*(.*)$/;

/** Reads a document by its path from the root of the repository. */
export function readMarkdown(path: string): Markdown {
  const fences: Fence[] = [];
  const prose: string[] = [];
  let open: { mark: string; info: string[]; lines: string[]; line: number } | undefined;
  for (const [index, line] of readFileSync(join(PROJECT_ROOT, path), 'utf8').split('\n').entries()) {
    const [, mark = '', info = ''] = FENCE.exec(line) ?? [];
    if (open && line.trim() === open.mark) {
      const [language = '', ...words] = open.info;
      fences.push({ language, words, text: open.lines.join('\n'), line: open.line });
      open = undefined;
    } else if (open) open.lines.push(line);
    else if (mark) open = { mark, info: info.split(/\s+/).filter((word) => word !== ''), lines: [], line: index + 2 };
    else prose.push(line);
  }
  if (open) throw new Error(`${path}: the fence at line ${open.line - 1} is not closed`);
  return { path, fences, headings: headingsOf(prose), links: linksOf(prose), tables: tablesOf(prose) };
}

function headingsOf(prose: readonly string[]): Heading[] {
  return prose.flatMap((line) => {
    const [, title] = /^#{1,6}\s+(.*)$/.exec(line) ?? [];
    return title === undefined ? [] : [{ title, anchor: anchorOf(title) }];
  });
}

/** GitHub: lower case, spaces become hyphens, everything but letters, digits, hyphens and underscores goes. */
function anchorOf(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replace(/\s/g, '-');
}

function linksOf(prose: readonly string[]): string[] {
  const text = prose.map((line) => line.replace(/`[^`]*`/g, (code) => 'x'.repeat(code.length))).join('\n');
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
}

function tablesOf(prose: readonly string[]): Table[] {
  const tables: { header: string[]; rows: string[][] }[] = [];
  let table: { header: string[]; rows: string[][] } | undefined;
  for (const line of prose) {
    if (!line.startsWith('|')) table = undefined;
    else if (/^[\s|:-]+$/.test(line)) continue;
    else if (table) table.rows.push(cellsOf(line));
    else {
      table = { header: cellsOf(line), rows: [] };
      tables.push(table);
    }
  }
  return tables;
}

/** Cells are divided by bars; one inside a cell is written `\|`. */
function cellsOf(line: string): string[] {
  return line
    .trim()
    .replace(/^\||\|$/g, '')
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim().replaceAll('\\|', '|'));
}
