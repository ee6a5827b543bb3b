/**
 * Bundles every handler below `lambda/` into `dist/lambda/<name>/index.js`, the assets that are deployed and that run
 * locally. Run by `npm run bundle`, and before every synth.
 */
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { basename, join, sep } from 'node:path';
import { build, type Metafile } from 'esbuild';

/** Most that a bundle may have, in bytes: what has to be loaded before a cold function does anything. */
export const MOST_BUNDLE_BYTES = 600_000;

const SUFFIX = '.handler.ts';

export interface BundleOptions {
  /** Folder that holds `lambda/`. */
  readonly projectRoot: string;
  /** Folder for `<name>/index.js`; default: `dist/lambda` in the project. */
  readonly outdir?: string;
}

export interface Bundle {
  /** Name of the handler. */
  readonly name: string;
  readonly bytes: number;
}

/** Bundles all handlers at once; answers their sizes by name. Throws when one is larger than it may be. */
export async function bundleFunctions({ projectRoot, outdir }: BundleOptions): Promise<readonly Bundle[]> {
  const folder = outdir ?? join(projectRoot, 'dist', 'lambda');
  const handlers = findHandlers(projectRoot);
  const { metafile } = await build({
    absWorkingDir: projectRoot,
    entryPoints: [...handlers].map(([name, file]) => ({ in: file, out: join(name, 'index') })),
    outdir: folder,
    bundle: true,
    platform: 'node',
    // The oldest Node.js that the code runs on: Lambda has a newer one, laptops may not.
    target: 'node20',
    format: 'cjs',
    minify: true,
    mainFields: ['module', 'main'],
    alias: { '@aws-sdk/credential-provider-node': join(__dirname, 'bundled', 'credential-provider.ts') },
    sourcemap: false,
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
  });
  removeOthers(folder, new Set(handlers.keys()));
  const bundles = sizesOf(metafile);
  refuseLarge(bundles);
  return bundles;
}

/** Handler files by their names. Throws when two have the same name. */
function findHandlers(projectRoot: string): ReadonlyMap<string, string> {
  const folder = join(projectRoot, 'lambda');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith(SUFFIX));
  const handlers = new Map<string, string>();
  for (const file of files.sort()) {
    const name = basename(file, SUFFIX);
    const other = handlers.get(name);
    if (other !== undefined) throw new Error(`Two handlers are called ${name}: ${other} and lambda/${file}.`);
    handlers.set(name, `lambda/${file.split(sep).join('/')}`);
  }
  if (handlers.size === 0) throw new Error(`There is no *${SUFFIX} below ${folder}.`);
  return handlers;
}

/** What no handler stands behind any more is not left lying there. */
function removeOthers(folder: string, names: ReadonlySet<string>): void {
  if (!existsSync(folder)) return;
  const others = readdirSync(folder).filter((name) => !names.has(name));
  for (const name of others) rmSync(join(folder, name), { recursive: true, force: true });
}

function sizesOf(metafile: Metafile): Bundle[] {
  return Object.entries(metafile.outputs)
    .map(([file, { bytes }]) => ({ name: basename(join(file, '..')), bytes }))
    .sort((left, right) => (left.name < right.name ? -1 : 1));
}

function refuseLarge(bundles: readonly Bundle[]): void {
  const large = bundles.filter(({ bytes }) => bytes > MOST_BUNDLE_BYTES);
  if (large.length === 0) return;
  const list = large.map(({ name, bytes }) => `${name} (${kilobytes(bytes)})`).join(', ');
  throw new Error(`Larger than ${kilobytes(MOST_BUNDLE_BYTES)}: ${list}.`);
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`;
}

if (require.main === module) {
  const projectRoot = join(__dirname, '..');
  bundleFunctions({ projectRoot })
    // Standard output belongs to the template when the CDK command line runs this before a synth.
    .then((bundles) => {
      for (const { name, bytes } of bundles) process.stderr.write(`${kilobytes(bytes).padStart(9)}  ${name}\n`);
      process.stderr.write(`Bundled ${bundles.length} functions into dist/lambda.\n`);
    })
    .catch((error: unknown) => {
      process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
      process.exitCode = 1;
    });
}
