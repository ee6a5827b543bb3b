import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/** The root of this repository. */
export const PROJECT_ROOT = join(__dirname, '../..');

/** Folders that tools make; `.gitignore` names them too. */
const MADE_BY_TOOLS = /^(node_modules|dist|cdk\.out.*|coverage|\.cache|\.git)$/;

/** Paths of all files of this repository, made by people or committed, from its root. */
export function projectFiles(folder = PROJECT_ROOT): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return MADE_BY_TOOLS.test(entry.name) ? [] : projectFiles(path);
    return entry.isFile() && !entry.name.endsWith('.log') ? [relative(PROJECT_ROOT, path)] : [];
  });
}

export function readProjectFile(path: string): string {
  return readFileSync(join(PROJECT_ROOT, path), 'utf8');
}
