import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folders: string[] = [];

/** A new folder that is removed after the last test of the file, or when the command ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'lib-test-'));
  folders.push(folder);
  return folder;
}

function removeAll(): void {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
}

// Commands that are no tests use it, too.
if (typeof afterAll === 'function') afterAll(removeAll);
else process.once('exit', removeAll);
