import { sha26 } from '../domain/ids';
import type { PageKey } from '../ports/store';

/** Where a listing goes on: in which of its sources, after which item. */
export interface PagePosition {
  readonly source: number;
  readonly after?: PageKey;
}

/** Characters of the checksum that tells a token of ours from anything else. */
const CHECK_CHARACTERS = 10;

/**
 * An opaque token for the next page. It belongs to one question (`question` names it with its filters) and is refused
 * for any other, so that pages of different listings are never mixed.
 */
export function printPageToken(position: PagePosition, question: string): string {
  const text = JSON.stringify(position);
  return Buffer.from(`${check(text, question)}${text}`).toString('base64url');
}

/** The position in a token, or nothing when it is not a token of this question. */
export function readPageToken(token: string, question: string): PagePosition | undefined {
  const decoded = Buffer.from(token, 'base64url').toString('utf8');
  const text = decoded.slice(CHECK_CHARACTERS);
  if (decoded.slice(0, CHECK_CHARACTERS) !== check(text, question)) return undefined;
  return JSON.parse(text) as PagePosition;
}

function check(text: string, question: string): string {
  return sha26(`${question}\n${text}`).slice(0, CHECK_CHARACTERS);
}
