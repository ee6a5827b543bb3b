import { createHash } from 'node:crypto';
import {
  EXPORT_FOLDERS,
  type ExportedFile,
  exportedFiles,
  LINKS_FOLDER,
  PERMISSION_SETS_FOLDER,
} from '../../lambda/domain/exported-files';
import { parseLinkText, parseStructuredLink } from '../../lambda/domain/link';
import { limitsOf } from '../../lambda/domain/link-limits';
import { parsePermissionSet } from '../../lambda/domain/permission-set';
import type { Parsed } from '../../lambda/domain/problem';
import type { Bundle } from '../../lambda/domain/region-switch';
import { version } from '../../package.json';
import type { StructuredLink } from '../../schemas/generated/link';
import {
  type RegionSwitchManifest,
  validateRegionSwitchManifest,
} from '../../schemas/generated/region-switch-manifest';
import { schemaProblems } from '../../schemas/schema-problems';
import { atOnce } from './at-once';
import type { BundleStore } from './bundle-store';

/** What the bundle that counts is; written last. */
export const MANIFEST = 'manifest.json';
const BUNDLES = 'bundles/';
/** What was assigned when it was discovered, by names. */
const ASSIGNMENTS = 'assignments.json';
/** What the bundle cannot bring back, and why. */
const REPORT = 'report.json';

/** Files that are written or read at the same time. */
const AT_A_TIME = 16;

export type Source = RegionSwitchManifest['source'];

export interface BundleFacts {
  /** Of this bundle alone: letters, digits, hyphens. */
  readonly bundleId: string;
  readonly source: Source;
  /** Epoch milliseconds. */
  readonly readFrom: number;
  readonly readUntil: number;
}

export interface WrittenBundle {
  readonly manifest: RegionSwitchManifest;
  /** Text forms of links that were over: they claim nothing. */
  readonly expired: readonly string[];
}

/**
 * Writes a bundle into every store. An earlier one counts until the manifest is written, and goes then: whoever is
 * interrupted leaves a whole bundle, the earlier or the new one.
 */
export async function writeBundle(
  stores: readonly BundleStore[],
  bundle: Bundle,
  facts: BundleFacts,
): Promise<WrittenBundle> {
  const at = `${BUNDLES}${facts.bundleId}/`;
  const exported = exportedFiles(bundle.links, bundle.permissionSets, {
    portable: false,
    asRequests: false,
    now: facts.readUntil,
    keyPrefix: at,
  });
  const { assignments, leftAlone, noted } = bundle;
  const files = [
    ...exported.files,
    { path: ASSIGNMENTS, content: json(assignments) },
    { path: REPORT, content: json({ leftAlone, noted, expired: exported.expired }) },
  ];
  const manifest = manifestOf(at, bundle, facts, files);
  for (const store of stores) {
    await atOnce(AT_A_TIME, files, ({ path, content }) => store.write(`${at}${path}`, content));
    await store.write(MANIFEST, json(manifest));
  }
  for (const store of stores) await removeOthers(store, at);
  return { manifest, expired: exported.expired };
}

async function removeOthers(store: BundleStore, at: string): Promise<void> {
  const others = (await store.list(BUNDLES)).filter((key) => !key.startsWith(at));
  await store.remove(others);
}

function manifestOf(
  at: string,
  { permissionSets, links, assignments, leftAlone }: Bundle,
  { source, readFrom, readUntil }: BundleFacts,
  files: readonly ExportedFile[],
): RegionSwitchManifest {
  return {
    format: 1,
    version,
    bundle: at,
    source,
    readFrom: new Date(readFrom).toISOString(),
    readUntil: new Date(readUntil).toISOString(),
    counts: {
      permissionSets: permissionSets.length,
      links: links.length,
      assignments: assignments.length,
      leftAlone: leftAlone.length,
    },
    files: files.map(({ path, content }) => ({ path, sha256: sha256(content) })),
  };
}

/** A bundle as it was written. */
export interface ReadBundle extends Bundle {
  readonly manifest: RegionSwitchManifest;
  readonly expired: readonly string[];
}

/** Reads a bundle. Throws when it is not whole, or not as it was written. */
export async function readBundle(store: BundleStore): Promise<ReadBundle> {
  const manifest = await readManifest(store);
  const contents = new Map<string, string>();
  await atOnce(AT_A_TIME, manifest.files, async ({ path, sha256: expected }) => {
    const content = await store.read(`${manifest.bundle}${path}`);
    if (content === undefined || sha256(content) !== expected) {
      const what = content === undefined ? 'is missing' : 'is not as it was written';
      throw new Error(`${store.name}/${manifest.bundle}${path} ${what}: run region-switch:discover again.`);
    }
    contents.set(path, content);
  });
  const { leftAlone, noted, expired } = parsed(contents, REPORT) as Pick<ReadBundle, 'leftAlone' | 'noted' | 'expired'>;
  const assignments = parsed(contents, ASSIGNMENTS) as Bundle['assignments'];
  return { manifest, assignments, leftAlone, noted, expired, ...documentsIn(store, contents) };
}

/** The manifest of the bundle that counts. */
export async function readManifest(store: BundleStore): Promise<RegionSwitchManifest> {
  const text = await store.read(MANIFEST);
  if (text === undefined) {
    throw new Error(`${store.name} holds no ${MANIFEST}: run region-switch:discover, and let it come to its end.`);
  }
  const value: unknown = JSON.parse(text);
  if (validateRegionSwitchManifest(value)) return value;
  const problems = schemaProblems(validateRegionSwitchManifest.errors);
  const told = problems.map(({ path, message }) => `\n  ${path}: ${message}`).join('');
  throw new Error(`${store.name}/${MANIFEST} is no manifest that this version understands:${told}`);
}

function documentsIn(store: BundleStore, contents: ReadonlyMap<string, string>) {
  const links: Bundle['links'][number][] = [];
  const permissionSets: Bundle['permissionSets'][number][] = [];
  for (const [path, content] of [...contents]
    .sort()
    .filter(([name]) => EXPORT_FOLDERS.includes(name.split('/')[0] ?? ''))) {
    const document = documentIn(path, content);
    if (!document.ok) {
      const told = document.problems.map((problem) => `${problem.path}: ${problem.message}`).join('; ');
      throw new Error(`${store.name}: ${path} is nothing that this version understands: ${told}`);
    }
    if ('permissionSet' in document.value) permissionSets.push(document.value.permissionSet);
    else links.push(document.value);
  }
  return { links, permissionSets };
}

type Document = Bundle['links'][number] | { readonly permissionSet: Bundle['permissionSets'][number] };

function documentIn(path: string, content: string): Parsed<Document> {
  if (path.startsWith(`${LINKS_FOLDER}/`)) {
    const link = parseLinkText(path.slice(LINKS_FOLDER.length + 1));
    return link.ok ? { ok: true, value: { link: link.value, limits: {} } } : link;
  }
  const value = JSON.parse(content) as { readonly link?: StructuredLink; readonly permissionSetData?: unknown };
  if (!path.startsWith(`${PERMISSION_SETS_FOLDER}/`) && value.link !== undefined) {
    const link = parseStructuredLink(value.link, 'link');
    return link.ok ? { ok: true, value: { link: link.value, limits: limitsOf(value.link) } } : link;
  }
  const document = parsePermissionSet(value.permissionSetData ?? value, '');
  return document.ok ? { ok: true, value: { permissionSet: document.value } } : document;
}

function parsed(contents: ReadonlyMap<string, string>, path: string): unknown {
  return JSON.parse(contents.get(path) ?? 'null');
}

function sha256(content: string): string {
  return createHash('sha256').update(content).digest('hex');
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
