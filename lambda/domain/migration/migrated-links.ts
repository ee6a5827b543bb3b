import { isDottedLink, parseDottedLink } from '../dotted-link';
import type { LinkId } from '../ids';
import { type Link, linkIdOf, parseLinkText, printLink } from '../link';
import type { Parsed } from '../problem';
import { scopeValueOf } from '../scope';
import type { Finding, LeftOut } from './finding';
import { type PredecessorData, type PredecessorItem, type Preference, textOf } from './predecessor-data';

export interface MigratedLinks {
  readonly links: readonly Link[];
  readonly leftOut: readonly LeftOut[];
  readonly findings: readonly Finding[];
}

/** One link with all its spellings in the table and among the files. */
interface Found {
  readonly link: Link;
  readonly inTable: string[];
  readonly inFiles: string[];
}

/**
 * The links that table and files declare. Both say the same unless something failed between the writes of the
 * predecessor: it is `preference` that decides about a link that only one of them has; without one it is left out.
 */
export function migratedLinks(
  { tables, linkFiles }: PredecessorData,
  isKnownSet: (name: string) => boolean,
  preference: Preference | undefined,
): MigratedLinks {
  const rows = new Map((tables.linksTable ?? []).map((row) => [textOf(row, 'awsEntityId'), row]));
  const files = new Set(linkFiles ?? []);
  const findings: Finding[] = [];
  const leftOut: LeftOut[] = [];
  const found = new Map<LinkId, Found>();
  for (const text of new Set([...rows.keys(), ...files])) {
    const read = readLink(text, rows.get(text), isKnownSet);
    if (read.ok) note(found, read.value, text, { isRow: rows.has(text), isFile: files.has(text) });
    else {
      const message = read.problems.map(({ path, message: told }) => `${path} ${told}`).join('; ');
      findings.push({ kind: 'unreadableLink', subject: text, message: `${message}${meant(text)}` });
      leftOut.push({ kind: 'link', subject: text, why: 'it is no link' });
      continue;
    }
    findings.push(...findingsOf(text, read.value, rows.get(text)));
  }
  const isCompared = tables.linksTable !== undefined && linkFiles !== undefined;
  const links = [...found.values()].filter((one) => {
    const against = isCompared ? decide(one, preference, findings) : undefined;
    if (against !== undefined) leftOut.push({ kind: 'link', subject: printLink(one.link), why: against });
    return against === undefined;
  });
  return { links: links.map(({ link }) => link), leftOut, findings };
}

function readLink(text: string, row: PredecessorItem | undefined, isKnownSet: (name: string) => boolean): Parsed<Link> {
  if (!isDottedLink(text)) return parseLinkText(text);
  // The row had its fields before they were joined.
  const inRow = row && parseDottedLink(text, (link) => differing(link, row).length === 0);
  return inRow?.ok ? inRow : parseDottedLink(text, ({ permissionSetName }) => isKnownSet(permissionSetName));
}

function note(
  found: Map<LinkId, Found>,
  link: Link,
  text: string,
  { isRow, isFile }: { readonly isRow: boolean; readonly isFile: boolean },
): void {
  const linkId = linkIdOf(link);
  const one = found.get(linkId) ?? { link, inTable: [], inFiles: [] };
  if (isRow) one.inTable.push(text);
  if (isFile) one.inFiles.push(text);
  found.set(linkId, one);
}

function findingsOf(text: string, link: Link, row: PredecessorItem | undefined): Finding[] {
  const old: Finding[] = isDottedLink(text) ? [{ kind: 'oldFormat', subject: text, message: printLink(link) }] : [];
  const attributes = row ? differing(link, row) : [];
  if (attributes.length === 0) return old;
  return [...old, { kind: 'rowDiffers', subject: text, message: attributes.join(', ') }];
}

/** Attributes of a row that do not say what the link says; one that is absent says nothing. */
function differing({ scope, permissionSetName, principal }: Link, row: PredecessorItem): string[] {
  const expected = {
    awsEntityType: scope.type,
    awsEntityData: scopeValueOf(scope),
    permissionSetName,
    principalName: principal.name,
    principalType: principal.type,
  };
  return Object.entries(expected)
    .filter(([name, value]) => row[name] !== undefined && row[name] !== value)
    .map(([name]) => `${name} is ${JSON.stringify(row[name])}`);
}

/** The predecessor stored some texts that its patterns let through and that it then ignored. */
function meant(text: string): string {
  const separated = text.replace(/^account(?=\d{12}%)/, 'account%');
  const [inside = ''] = /(account|root|ou_id|account_tag)%.*%(GROUP|USER)%ssofile/s.exec(separated) ?? [];
  const parsed = parseLinkText(inside);
  if (!parsed.ok) return '';
  return `. It gave no access so far; if it was to, submit ${printLink(parsed.value)}`;
}

/** Why a link that only table or files have is left out; nothing when it is not. */
function decide(
  { link, inTable, inFiles }: Found,
  preference: Preference | undefined,
  findings: Finding[],
): string | undefined {
  if (inTable.length > 0 && inFiles.length > 0) return undefined;
  const [kind, side] = inTable.length > 0 ? (['onlyInTable', 'tables'] as const) : (['onlyInFiles', 'files'] as const);
  const decided = preference === undefined ? undecided(side) : `--prefer ${preference}`;
  const isTaken = preference === side;
  findings.push({ kind, subject: printLink(link), message: isTaken ? `taken: ${decided}` : `left out: ${decided}` });
  return isTaken ? undefined : `only the ${side} have it: ${decided}`;
}

function undecided(side: Preference): string {
  return `--prefer ${side} takes it, the other one leaves it out`;
}
