import { utf8ToBytes } from '@noble/hashes/utils';
import linkSchema from '../../schemas/link.schema.json';
import permissionSetSchema from '../../schemas/permission-set.schema.json';
import { isFilePath, isPortablePath, sameFileKey } from './file-name';
import { sha26 } from './ids';
import { type Link, linkIdOf, parseLinkText, printLink, structuredLinkOf } from './link';
import { type LinkLimits, outOfTime } from './link-limits';
import type { PermissionSet } from './permission-set';
import { inSchemaOrder, type OrderingSchema } from './schema-order';

/** A link as it is declared, with what narrows it or bounds it in time. */
export interface DeclaredLink {
  readonly link: Link;
  readonly limits: LinkLimits;
}

/** A file of an export; the path is relative to the folder, with `/` between its parts. */
export interface ExportedFile {
  readonly path: string;
  readonly content: string;
}

export interface ExportOptions {
  /** Only names that Windows and macOS can hold, too. */
  readonly portable: boolean;
  /** Everything as bodies of requests, for an installation without the S3 interface. */
  readonly asRequests: boolean;
  /** Epoch milliseconds. */
  readonly now: number;
  /** What stands before each path in the key of a bucket, beside which a path has to find room; default: nothing. */
  readonly keyPrefix?: string;
}

export interface Export {
  /** In order of their paths. */
  readonly files: readonly ExportedFile[];
  /** Text forms of links that are over: they claim nothing, and intake would refuse them. */
  readonly expired: readonly string[];
}

/** The folders of an export: the two prefixes of the artefacts bucket, and bodies of requests. */
export const LINKS_FOLDER = 'links_data';
export const PERMISSION_SETS_FOLDER = 'permission_sets';
export const REQUESTS_FOLDER = 'requests';
export const EXPORT_FOLDERS: readonly string[] = [LINKS_FOLDER, PERMISSION_SETS_FOLDER, REQUESTS_FOLDER];

/** AWS: the longest key in a bucket. */
const LONGEST_KEY_BYTES = 1024;

/**
 * Everything that is declared, as files that declare it again. A link is the name of an empty file and a permission
 * set a JSON file, as the S3 interface takes them. What such a file cannot say or be called is the body of the request that
 * declares it: never is a link written without its limits.
 */
export function exportedFiles(
  links: readonly DeclaredLink[],
  permissionSets: readonly PermissionSet[],
  options: ExportOptions,
): Export {
  const over = (limits: LinkLimits) => outOfTime(limits, options.now)?.phase === 'over';
  const entries = [
    ...links.filter(({ limits }) => !over(limits)).map((one) => linkEntry(one, options)),
    ...permissionSets.map(permissionSetEntry),
  ];
  const taken = countOf(entries.flatMap(({ file }) => (file ? [sameFileKey(file.path)] : [])));
  const fits = ({ path }: ExportedFile) =>
    options.portable ? isPortablePath(path) && taken.get(sameFileKey(path)) === 1 : isFilePath(path);
  const files = entries.map(({ file, request }) => (file && !options.asRequests && fits(file) ? file : request));
  return {
    files: files.sort(by(({ path }) => path)),
    expired: links
      .filter(({ limits }) => over(limits))
      .map(({ link }) => printLink(link))
      .sort(),
  };
}

/** Whether a path is one that an export writes: nothing else in its folders is ours to remove. */
export function isExportedPath(path: string): boolean {
  const [folder = '', ...rest] = path.split('/');
  const name = rest.join('/');
  if (folder === LINKS_FOLDER) return parseLinkText(name).ok;
  if (folder === PERMISSION_SETS_FOLDER) return /^[\w+=,.@-]{1,32}\.json$/.test(name);
  return folder === REQUESTS_FOLDER && /^(link|permission-set)-[a-z2-7]{26}\.json$/.test(name);
}

/** The ways to write one document: as a file of the S3 interface, if one can say it, and as a request. */
interface Entry {
  readonly file?: ExportedFile;
  readonly request: ExportedFile;
}

function linkEntry({ link, limits }: DeclaredLink, { keyPrefix = '' }: ExportOptions): Entry {
  const path = `${LINKS_FOLDER}/${printLink(link)}`;
  const fitsIntoKey = utf8ToBytes(`${keyPrefix}${path}`).length <= LONGEST_KEY_BYTES;
  const isFile = Object.keys(limits).length === 0 && fitsIntoKey;
  const structured = inSchemaOrder(structuredLinkOf(link, limits), linkSchema as OrderingSchema);
  const request = {
    path: `${REQUESTS_FOLDER}/link-${linkIdOf(link)}.json`,
    content: json(create({ link: structured })),
  };
  return { ...(isFile ? { file: { path, content: '' } } : {}), request };
}

function permissionSetEntry(document: PermissionSet): Entry {
  const name = document.permissionSetName;
  const permissionSetData = inSchemaOrder(document, permissionSetSchema as OrderingSchema);
  return {
    file: { path: `${PERMISSION_SETS_FOLDER}/${name}.json`, content: json(permissionSetData) },
    request: {
      path: `${REQUESTS_FOLDER}/permission-set-${sha26(name)}.json`,
      content: json(create({ permissionSetData })),
    },
  };
}

function create(body: object): object {
  return { action: 'create', ...body };
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function countOf(keys: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

/** By code units, which no locale changes. */
function by<T>(key: (value: T) => string): (one: T, other: T) => number {
  return (one, other) => (key(one) < key(other) ? -1 : 1);
}
