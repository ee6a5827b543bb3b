import { createHash } from 'node:crypto';
import type { Random } from '../clock';

/** Ids that an organization file leaves out are made from what it does name, so that they are the same in every run. */

function sha256Hex(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** `length` lower-case hexadecimal characters (at most 64) that stand for `text`. */
export function derivedHex(text: string, length: number): string {
  return sha256Hex(text).slice(0, length);
}

/** A UUID (version 4 in shape) that stands for `text`: the grammar of user, group and membership ids. */
export function derivedUuid(text: string): string {
  return uuidOf(sha256Hex(text));
}

export function randomHex(random: Random, length: number): string {
  let hex = '';
  while (hex.length < length) {
    hex += Math.floor(random() * 0x10000)
      .toString(16)
      .padStart(4, '0');
  }
  return hex.slice(0, length);
}

export function randomUuid(random: Random): string {
  return uuidOf(randomHex(random, 32));
}

export function randomDigits(random: Random, length: number): string {
  return Array.from({ length }, () => Math.floor(random() * 10)).join('');
}

function uuidOf(hex: string): string {
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
}
