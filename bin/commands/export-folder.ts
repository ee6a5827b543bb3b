import {
  type Dirent,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { EXPORT_FOLDERS, type ExportedFile, isExportedPath } from '../../lambda/domain/exported-files';

/** What became of a folder. */
export interface Written {
  readonly removed: readonly string[];
  /** In the folders of an export, but nothing that an export writes: left as it was. */
  readonly left: readonly string[];
}

/**
 * Makes the folders of an export in `folder` hold exactly these files. Without `replace` the folder has to be empty or
 * absent; with it, files of an earlier export that are no longer among them are removed. Nothing else is touched.
 */
export function writeExport(folder: string, files: readonly ExportedFile[], replace: boolean): Written {
  requireUsable(folder, replace);
  const there = EXPORT_FOLDERS.flatMap((name) => filesBelow(join(folder, name))).map((path) =>
    relative(folder, path).split(sep).join('/'),
  );
  const wanted = new Set(files.map(({ path }) => path));
  const others = there.filter((path) => !wanted.has(path));
  const removed = others.filter(isExportedPath);
  // Before anything is written: where upper and lower case are one, a name may stay and its case change.
  for (const path of removed) rmSync(join(folder, path));
  for (const name of EXPORT_FOLDERS) removeEmptyFolders(join(folder, name));
  for (const { path, content } of files) write(join(folder, path), content);
  return { removed, left: others.filter((path) => !isExportedPath(path)) };
}

function requireUsable(folder: string, replace: boolean): void {
  if (!existsSync(folder)) return;
  if (!lstatSync(folder).isDirectory()) throw new Error(`--to: expected a folder, but ${folder} is none.`);
  if (!replace && readdirSync(folder).length > 0) {
    const remedy = 'give another one, or --replace to make its folders of an earlier export equal to this one';
    throw new Error(`--to: expected an empty folder, but something is in ${folder}: ${remedy}.`);
  }
}

/** Every file below a folder. What leads elsewhere is refused: nothing outside is ever written or removed. */
function filesBelow(folder: string): string[] {
  if (!lstatSync(folder, { throwIfNoEntry: false })) return [];
  requireFolder(folder, lstatSync(folder));
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isFile()) return [path];
    requireFolder(path, entry);
    return filesBelow(path);
  });
}

function requireFolder(path: string, entry: Pick<Dirent, 'isDirectory'>): void {
  if (entry.isDirectory()) return;
  throw new Error(`--to: ${path} is neither a file nor a folder, such as a symbolic link; remove it and export again.`);
}

/** Folders that files of an earlier export had to themselves. */
function removeEmptyFolders(folder: string): void {
  if (!existsSync(folder)) return;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) removeEmptyFolders(join(folder, entry.name));
  }
  if (readdirSync(folder).length === 0) rmdirSync(folder);
}

/** A file that is as it should be keeps its time. */
function write(path: string, content: string): void {
  if (existsSync(path) && readFileSync(path, 'utf8') === content) return;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}
