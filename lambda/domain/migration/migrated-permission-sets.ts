import { type PermissionSet, parsePermissionSet } from '../permission-set';
import { changedParts, definitionOf, differences } from '../permission-set-definition';
import type { Parsed, Problem } from '../problem';
import type { Finding, LeftOut } from './finding';
import {
  type PredecessorData,
  type PredecessorFile,
  type PredecessorItem,
  type Preference,
  textOf,
} from './predecessor-data';

export interface MigratedPermissionSets {
  readonly documents: readonly PermissionSet[];
  readonly leftOut: readonly LeftOut[];
  readonly findings: readonly Finding[];
}

const SUFFIX = '.json';

/** One permission set as table and file have it. */
interface Found {
  readonly name: string;
  readonly row?: PredecessorItem;
  readonly file?: PredecessorFile;
}

/** What becomes of one: its document, or why it is left out. */
type Decided = { readonly document: PermissionSet } | { readonly why: string };

/** The permission sets that table and files declare; `preference` decides where they say different things. */
export function migratedPermissionSets(
  { tables, permissionSetFiles }: PredecessorData,
  preference: Preference | undefined,
): MigratedPermissionSets {
  const rows = tables.permissionSetTable;
  const isCompared = rows !== undefined && permissionSetFiles !== undefined;
  const documents: PermissionSet[] = [];
  const leftOut: LeftOut[] = [];
  const findings: Finding[] = [];
  for (const found of foundSets(rows ?? [], permissionSetFiles ?? [])) {
    const tell = (kind: Finding['kind'], message: string) => findings.push({ kind, subject: found.name, message });
    const decided = decide(found, isCompared, preference, tell);
    if ('document' in decided) documents.push(decided.document);
    else leftOut.push({ kind: 'permissionSet', subject: found.name, why: decided.why });
  }
  return { documents, leftOut, findings: [...findings, ...arnFindings(tables)] };
}

function foundSets(rows: readonly PredecessorItem[], files: readonly PredecessorFile[]): Found[] {
  const found = new Map<string, Found>();
  for (const row of rows) {
    const name = textOf(row, 'permissionSetName');
    found.set(name, { name, row });
  }
  for (const file of files) {
    const name = file.name.endsWith(SUFFIX) ? file.name.slice(0, -SUFFIX.length) : file.name;
    found.set(name, { ...found.get(name), name, file });
  }
  return [...found.values()];
}

type Tell = (kind: Finding['kind'], message: string) => void;

function decide(found: Found, isCompared: boolean, preference: Preference | undefined, tell: Tell): Decided {
  const { row, file } = found;
  const fromRow = row && documentOfRow(row);
  const fromFile = file && documentOfFile(file, found.name);
  if (row && file && fromRow && fromFile) return decideBetween({ row, file, fromRow, fromFile }, preference, tell);
  const [only, side] = fromRow ? ([fromRow, 'tables'] as const) : ([fromFile, 'files'] as const);
  if (isCompared) {
    const isTaken = preference === side;
    const why = preference ? `--prefer ${preference}` : `--prefer ${side} takes it, the other one leaves it out`;
    tell(side === 'tables' ? 'onlyInTable' : 'onlyInFiles', `${isTaken ? 'taken' : 'left out'}: ${why}`);
    if (!isTaken) return { why: `only the ${side} have it: ${why}` };
  }
  return taken(only ?? { ok: false, problems: [] }, tell);
}

interface Both {
  readonly row: PredecessorItem;
  readonly file: PredecessorFile;
  readonly fromRow: Parsed<PermissionSet>;
  readonly fromFile: Parsed<PermissionSet>;
}

function decideBetween(
  { row, file, fromRow, fromFile }: Both,
  preference: Preference | undefined,
  tell: Tell,
): Decided {
  if (fromFile.ok && fromRow.ok && parts(fromFile.value, fromRow.value).length === 0) return taken(fromFile, tell);
  if (fromFile.ok && file.content.ok && sameJson(withoutEmpty(file.content.value), row)) {
    tell('lostValues', 'what the file says is brought in; see what it changes');
    return taken(fromFile, tell);
  }
  const differ = fromFile.ok && fromRow.ok ? ` in ${parts(fromFile.value, fromRow.value).join(', ')}` : '';
  if (preference === undefined) {
    tell('differsFromFile', `they differ${differ}: decide with --prefer tables or --prefer files`);
    return { why: 'its table and its file differ: --prefer decides' };
  }
  tell('differsFromFile', `they differ${differ}: --prefer ${preference}`);
  return taken(preference === 'files' ? fromFile : fromRow, tell);
}

function taken(parsed: Parsed<PermissionSet>, tell: Tell): Decided {
  if (parsed.ok) return { document: parsed.value };
  tell('unreadablePermissionSet', problemsText(parsed.problems));
  return { why: 'it is no permission set as a document can say it' };
}

/** The predecessor wrote empty texts where it knew nothing, which a document leaves out. */
function documentOfRow(row: PredecessorItem): Parsed<PermissionSet> {
  return parsePermissionSet(Object.fromEntries(Object.entries(row).filter(([, value]) => value !== '')), '');
}

function documentOfFile({ name, content }: PredecessorFile, expected: string): Parsed<PermissionSet> {
  if (!name.endsWith(SUFFIX)) return refused('file name', `expected <permissionSetName>${SUFFIX}`);
  if (!content.ok) return content;
  const { permissionSetData } = (content.value ?? {}) as { readonly permissionSetData?: unknown };
  if (permissionSetData !== undefined)
    return refused('permissionSetData', 'a file holds the permission set itself, not the body of a request');
  const parsed = parsePermissionSet(content.value, '');
  if (!parsed.ok || parsed.value.permissionSetName === expected) return parsed;
  return refused('permissionSetName', `expected ${expected}, as the file is called`);
}

function refused(path: string, message: string): Parsed<PermissionSet> {
  return { ok: false, problems: [{ path, message }] };
}

function problemsText(problems: readonly Problem[]): string {
  return problems.map(({ path, message }) => `${path || 'it'} ${message}`).join('; ');
}

function parts(one: PermissionSet, other: PermissionSet): string[] {
  const [desired, live] = [definitionOf(one), definitionOf(other)];
  return changedParts(differences(desired, live), live);
}

/** The predecessor threw away `false`, `0`, `""` and null of what was uploaded, at any depth. */
function withoutEmpty(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => (item ? withoutEmpty(item) : null));
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([, item]) => Boolean(item));
  return Object.fromEntries(kept.map(([name, item]) => [name, withoutEmpty(item)]));
}

function sameJson(one: unknown, other: unknown): boolean {
  return JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(entries.map(([name, item]) => [name, sorted(item)]));
}

/** Permission sets whose creation or deletion failed halfway: one of the two rows is missing. */
function arnFindings({ permissionSetTable, permissionSetArnTable }: PredecessorData['tables']): Finding[] {
  if (!permissionSetTable || !permissionSetArnTable) return [];
  const names = (rows: readonly PredecessorItem[]) => new Set(rows.map((row) => textOf(row, 'permissionSetName')));
  const [declared, noted] = [names(permissionSetTable), names(permissionSetArnTable)];
  const without = [...declared].filter((name) => !noted.has(name));
  const leftover = permissionSetArnTable.filter((row) => !declared.has(textOf(row, 'permissionSetName')));
  return [
    ...without.map((subject): Finding => {
      return { kind: 'halfCreated', subject, message: 'it is taken over by its name if it is there, else created' };
    }),
    ...leftover.map((row): Finding => {
      const message = `it stays as it is, not managed: ${textOf(row, 'permissionSetArn')}`;
      return { kind: 'halfDeleted', subject: textOf(row, 'permissionSetName'), message };
    }),
  ];
}
