import type { FoldProposal } from './fold';
import { type Link, pairIdOf, parseLinkText, printLink } from './link';
import type { Parsed, Problem } from './problem';

/** A proposal as it is written to a file and read again; links in text form. */
export interface FoldDocument {
  readonly by: string;
  /** The wider link is there already: nothing is created. */
  readonly isDeclared: boolean;
  readonly replaces: readonly string[];
  readonly why: string;
}

export function foldDocumentOf({ by, isDeclared, replaces, why }: FoldProposal): FoldDocument {
  return { by: printLink(by), isDeclared, replaces: replaces.map(printLink), why };
}

/** Reads the proposals of a file; every problem at once. People may have taken some out. */
export function parseFoldDocuments(value: unknown): Parsed<readonly FoldDocument[]> {
  if (!Array.isArray(value))
    return { ok: false, problems: [{ path: '', message: 'expected a JSON list of proposals' }] };
  const problems = value.flatMap((entry, index) => problemsOf(entry, `[${index}]`));
  return problems.length > 0 ? { ok: false, problems } : { ok: true, value };
}

function problemsOf(entry: unknown, path: string): Problem[] {
  const { by, isDeclared, replaces } = (entry ?? {}) as Readonly<Record<string, unknown>>;
  const wider = linkAt(by, `${path}.by`);
  if (!Array.isArray(replaces))
    return [...wider.problems, { path: `${path}.replaces`, message: 'expected a list of links' }];
  const narrow = replaces.map((text, index) => linkAt(text, `${path}.replaces[${index}]`, wider.link));
  const flag =
    typeof isDeclared === 'boolean' ? [] : [{ path: `${path}.isDeclared`, message: 'expected true or false' }];
  return [...wider.problems, ...flag, ...narrow.flatMap(({ problems }) => problems)];
}

/** A link in text form; with `by`, one to a single account of the same permission set and principal. */
function linkAt(
  text: unknown,
  path: string,
  by?: Link,
): { readonly link?: Link; readonly problems: readonly Problem[] } {
  const parsed = parseLinkText(typeof text === 'string' ? text : '');
  if (!parsed.ok) return { problems: [{ path, message: 'expected a link in text form' }] };
  const link = parsed.value;
  if (by && (link.scope.type !== 'account' || pairIdOf(link) !== pairIdOf(by))) {
    const message = `expected a link to a single account with the permission set and principal of ${printLink(by)}`;
    return { link, problems: [{ path, message }] };
  }
  return { link, problems: [] };
}

/** What is proposed, for people. */
export function foldSummary(proposals: readonly FoldProposal[]): string {
  const replaced = proposals.reduce((sum, { replaces }) => sum + replaces.length, 0);
  const added = proposals.filter(({ isDeclared }) => !isDeclared).length;
  const head = `${added} wider links in place of ${replaced} links to single accounts; the same accounts have the same access.`;
  const blocks = proposals.map(
    ({ by, isDeclared, replaces, why }) =>
      `\n${isDeclared ? 'keep  ' : 'create'} ${printLink(by)}\n       ${why}\n${replaces.map((link) => `delete ${printLink(link)}\n`).join('')}`,
  );
  return `${head}\n${blocks.join('')}`;
}
