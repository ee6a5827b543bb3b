import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeExport } from '../../bin/commands/export-folder';
import { temporaryFolder } from '../lib/temporary-folder';

const LINK = 'links_data/root%all%Ps%team%GROUP%ssofile';
const SLASHED = 'links_data/root%all%Ps%net/ops%GROUP%ssofile';
const SET = 'permission_sets/Ps.json';

function put(folder: string, path: string, content = ''): void {
  mkdirSync(join(folder, path, '..'), { recursive: true });
  writeFileSync(join(folder, path), content);
}

const file = (path: string, content = '') => ({ path, content });

describe('writing an export', () => {
  test('makes the folder, and folders for names with slashes', () => {
    const folder = join(temporaryFolder(), 'new', 'folder');
    expect(writeExport(folder, [file(SLASHED), file(SET, '{}\n')], false)).toEqual({ removed: [], left: [] });
    expect(readFileSync(join(folder, SLASHED), 'utf8')).toBe('');
    expect(readFileSync(join(folder, SET), 'utf8')).toBe('{}\n');
  });

  test('refuses what is not empty, and what is no folder, and changes nothing', () => {
    const folder = temporaryFolder();
    put(folder, 'README.md', 'mine');
    expect(() => writeExport(folder, [file(LINK)], false)).toThrow(/--to: .*--replace/);
    expect(() => writeExport(join(folder, 'README.md'), [file(LINK)], true)).toThrow(/--to: expected a folder/);
    expect(existsSync(join(folder, 'links_data'))).toBe(false);
  });

  test('replacing removes what is no longer declared, and nothing that no export wrote', () => {
    const folder = temporaryFolder();
    const kept = ['README.md', '.git/config', 'links_data/.gitkeep', 'permission_sets/notes.txt', 'other/x.json'];
    for (const path of kept) put(folder, path, 'mine');
    const gone = [SLASHED, SET, `requests/link-${'a'.repeat(26)}.json`];
    for (const path of gone) put(folder, path, 'old');
    const { removed, left } = writeExport(folder, [file(LINK)], true);
    expect([...removed].sort()).toEqual([...gone].sort());
    expect([...left].sort()).toEqual(['links_data/.gitkeep', 'permission_sets/notes.txt']);
    expect(gone.filter((path) => existsSync(join(folder, path)))).toEqual([]);
    expect(kept.map((path) => readFileSync(join(folder, path), 'utf8'))).toEqual(kept.map(() => 'mine'));
    expect(existsSync(join(folder, LINK))).toBe(true);
    expect(['requests', 'links_data/root%all%Ps%net'].filter((path) => existsSync(join(folder, path)))).toEqual([]);
  });

  test.each(['links_data', 'permission_sets/elsewhere'])('refuses %s that leads elsewhere', (path) => {
    const [folder, elsewhere] = [temporaryFolder(), temporaryFolder()];
    put(elsewhere, 'root%all%Ps%other%GROUP%ssofile', 'not ours');
    mkdirSync(join(folder, 'permission_sets'));
    symlinkSync(elsewhere, join(folder, path));
    expect(() => writeExport(folder, [file(LINK)], true)).toThrow(/symbolic link; remove it/);
    expect(readFileSync(join(elsewhere, 'root%all%Ps%other%GROUP%ssofile'), 'utf8')).toBe('not ours');
    expect(existsSync(join(elsewhere, 'root%all%Ps%team%GROUP%ssofile'))).toBe(false);
  });
});
