import { utf8ToBytes } from '@noble/hashes/utils';

/** Linux and macOS: the longest name of a file or folder, in bytes; Windows: as many UTF-16 units, which are never more. */
const LONGEST_SEGMENT_BYTES = 255;

const CONTROL = /\p{Cc}/u;
/** Windows: characters that no name has. */
const NOT_ON_WINDOWS = /[<>:"|?*\\]/;
/** Windows: names that stand for devices, also with an ending. */
const DEVICE = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)/i;

/** Whether a path below a folder, with `/` between its parts, stays in that folder and is one that Linux can hold. */
export function isFilePath(path: string): boolean {
  return path
    .split('/')
    .every(
      (part) =>
        !['', '.', '..'].includes(part) && !CONTROL.test(part) && utf8ToBytes(part).length <= LONGEST_SEGMENT_BYTES,
    );
}

/** Whether Windows and macOS can hold it as well. */
export function isPortablePath(path: string): boolean {
  return isFilePath(path) && path.split('/').every(isPortablePart);
}

function isPortablePart(part: string): boolean {
  // Windows: spaces and full stops at the end are cut off.
  return !NOT_ON_WINDOWS.test(part) && !DEVICE.test(part) && !/[. ]$/.test(part);
}

/** Windows and macOS: two paths with the same answer are the same file. */
export function sameFileKey(path: string): string {
  return path.normalize('NFC').toUpperCase().toLowerCase();
}
