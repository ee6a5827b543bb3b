import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import type { Mutation } from './mutations';

const PROJECT_ROOT = join(__dirname, '../..');

/** Bundles the simulation with a mutation of the product, or with the product as it is. Throws when a text is not found exactly once. */
export async function bundleSimulation(outfile: string, mutation?: Mutation): Promise<void> {
  const changed = mutation ? mutatedFiles(mutation) : new Map<string, string>();
  await build({
    absWorkingDir: PROJECT_ROOT,
    entryPoints: [join(__dirname, 'main.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    logLevel: 'error',
    plugins: [instead(changed)],
  });
}

/** The texts of the files that a mutation changes. */
export function mutatedFiles({ name, edits }: Mutation): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const { file, find, replace } of edits) {
    const path = join(PROJECT_ROOT, file);
    const parts = (files.get(path) ?? readFileSync(path, 'utf8')).split(find);
    if (parts.length !== 2) {
      throw new Error(`The mutation "${name}" finds its text ${parts.length - 1} times in ${file}, not once.`);
    }
    files.set(path, parts.join(replace));
  }
  return files;
}

function instead(changed: ReadonlyMap<string, string>): Plugin {
  return {
    name: 'mutation',
    setup({ onLoad }) {
      onLoad({ filter: /\.ts$/ }, ({ path }) => {
        const contents = changed.get(path);
        return contents === undefined ? undefined : { contents, loader: 'ts' };
      });
    },
  };
}
