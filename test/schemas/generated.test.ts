import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PROJECT_ROOT = join(__dirname, '../..');

function contents(folder: string): Record<string, string> {
  return Object.fromEntries(readdirSync(folder).map((file) => [file, readFileSync(join(folder, file), 'utf8')]));
}

test('types and validators are what the schemas say now', () => {
  const output = mkdtempSync(join(tmpdir(), 'generated-'));
  try {
    const program = ['--import', 'tsx', 'bin/generate-schemas.ts', output];
    const { status, stderr } = spawnSync(process.execPath, program, { cwd: PROJECT_ROOT, encoding: 'utf8' });
    expect({ status, stderr }).toMatchObject({ status: 0 });
    const [generated, committed] = [contents(output), contents(join(PROJECT_ROOT, 'schemas/generated'))];
    expect(Object.keys(committed).length).toBeGreaterThanOrEqual(16);
    expect(Object.keys(committed)).toEqual(Object.keys(generated));
    expect(Object.keys(committed).filter((file) => committed[file] !== generated[file])).toEqual([]);
  } finally {
    rmSync(output, { recursive: true, force: true });
  }
}, 60_000);
