import { spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PROJECT_ROOT = join(__dirname, '../../..');

/** Synthesizes config/local.yaml into a temporary folder, in a process of its own, and answers the folder. */
export async function startSynthesis(): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), 'e2e-assembly-'));
  const program = join(__dirname, 'synthesize-local.ts');
  const result = spawnSync(process.execPath, ['--import', 'tsx', program, directory], {
    cwd: PROJECT_ROOT,
    encoding: 'utf8',
  });
  if (result.status !== 0) throw new Error(`The local stacks do not synthesize:\n${result.stdout}${result.stderr}`);
  return directory;
}
