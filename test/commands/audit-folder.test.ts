import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { auditEventsIn } from '../../bin/commands/audit-folder';
import { temporaryFolder } from '../lib/temporary-folder';

const ROOT = join(__dirname, '../..');

function trail(): string {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'day=2026-11-27'));
  cpSync(join(ROOT, 'docs/samples/audit/events.ndjson'), join(folder, 'day=2026-11-27', '101502-a.json'));
  return folder;
}

const replayed = (...args: readonly string[]) =>
  spawnSync(process.execPath, ['--import', 'tsx', 'bin/replay-audit.ts', ...args], { cwd: ROOT, encoding: 'utf8' });

test('a copy of the trail is read, whatever its folders', () => {
  expect([...auditEventsIn(trail())]).toHaveLength(7);
});

test('a folder without files, and a line that is no event, are refused', () => {
  const folder = temporaryFolder();
  expect(() => [...auditEventsIn(folder)]).toThrow('There are no *.json files');
  writeFileSync(join(folder, 'x.json'), '{"type":"Something"}\n');
  expect(() => [...auditEventsIn(folder)]).toThrow('x.json, line 1 is no audit event.');
});

test('the command prints what exists now, and what existed at a time', () => {
  const folder = trail();
  const now = replayed(folder);
  expect([now.stderr, JSON.parse(now.stdout)]).toEqual([
    '',
    expect.objectContaining({ accountId: '123456789012', since: '2026-11-27T10:15:09Z' }),
  ]);
  expect(replayed(folder, '--at', '2026-11-27T11:15:08+01:00').stdout).toBe('');
  expect(replayed(folder, '--at', 'yesterday').stderr).toContain('--at: expected a time');
  expect(replayed().stderr).toContain('Expected one folder');
});
