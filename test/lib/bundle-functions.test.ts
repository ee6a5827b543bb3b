import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { bundleFunctions, MOST_BUNDLE_BYTES } from '../../bin/bundle-functions';
import { PROJECT_ROOT } from '../../lib/config';
import { ENTRIES } from './synthesized';
import { temporaryFolder } from './temporary-folder';

/** A project with these files below `lambda/`. */
function projectWith(files: Readonly<Record<string, string>>): string {
  const root = temporaryFolder();
  mkdirSync(join(root, 'lambda'));
  for (const [file, text] of Object.entries(files)) {
    const path = join(root, 'lambda', file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  return root;
}

const HANDLER = `import { greeting } from './greeting';\nexport const handler = async () => greeting;\n`;

describe('bundles', () => {
  it('are one CommonJS file per handler, wherever below lambda/ it lies', async () => {
    const projectRoot = projectWith({
      'one/greet.handler.ts': HANDLER,
      'one/greeting.ts': `export const greeting: string = 'hello';\n`,
      'two/deep/part.handler.ts': `export const handler = async () => 'part';\n`,
    });
    const bundles = await bundleFunctions({ projectRoot });
    expect(bundles.map(({ name }) => name)).toEqual(['greet', 'part']);
    const file = join(projectRoot, 'dist', 'lambda', 'greet', 'index.js');
    expect(bundles[0]?.bytes).toBe(readFileSync(file).byteLength);
    await expect(require(file).handler()).resolves.toBe('hello');
    expect(existsSync(`${file}.map`)).toBe(false);
  });

  it('of handlers that are gone are removed', async () => {
    const projectRoot = projectWith({ 'part.handler.ts': `export const handler = async () => 'part';\n` });
    const outdir = join(projectRoot, 'out');
    mkdirSync(join(outdir, 'gone'), { recursive: true });
    await bundleFunctions({ projectRoot, outdir });
    expect(existsSync(join(outdir, 'gone'))).toBe(false);
    expect(existsSync(join(outdir, 'part', 'index.js'))).toBe(true);
  });

  it('that are too large are refused by name', async () => {
    const text = 'x'.repeat(MOST_BUNDLE_BYTES);
    const projectRoot = projectWith({ 'large.handler.ts': `export const handler = async () => '${text}';\n` });
    await expect(bundleFunctions({ projectRoot })).rejects.toThrow(/^Larger than 600\.0 kB: large \(600\.\d kB\)\.$/);
  });

  it('cannot have the same name', async () => {
    const handler = 'export const handler = async () => 1;\n';
    const projectRoot = projectWith({ 'one/same.handler.ts': handler, 'two/same.handler.ts': handler });
    await expect(bundleFunctions({ projectRoot })).rejects.toThrow('Two handlers are called same');
  });

  it('of this project are the functions of the templates, each small enough', async () => {
    const outdir = temporaryFolder();
    const bundles = await bundleFunctions({ projectRoot: PROJECT_ROOT, outdir });
    expect(bundles.map(({ name }) => name)).toEqual([...ENTRIES].sort());
  });
});
