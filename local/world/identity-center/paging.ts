import { decodePageToken, encodePageToken } from '../page-token';
import type { PagedMap } from '../paged-map';
import { invalidToken } from './faults';

/** AWS: at most 100 entries a page, which is also what a request without MaxResults gets. */
export const PAGE_SIZE = 100;

export interface PagedInput {
  readonly MaxResults?: number;
  readonly NextToken?: string;
}

interface PageRequest<V> {
  /** Names the list and its filter: a token is good for this list only. */
  readonly list: string;
  readonly input: PagedInput;
  readonly accepts?: (value: V) => boolean;
}

/** One page of a list, as `{ items, NextToken? }`. */
export function pageOf<V>(map: PagedMap<V>, { list, input, accepts }: PageRequest<V>) {
  const [after = 0] = positionOf(list, input.NextToken);
  const limit = input.MaxResults ?? PAGE_SIZE;
  const page = map.page({ after, limit, ...(accepts ? { accepts } : {}) });
  return { items: page.items, ...(page.next === undefined ? {} : { NextToken: encodePageToken(list, [page.next]) }) };
}

/** The position in a token; empty for the first page. Throws when the token belongs to another list. */
export function positionOf(list: string, token: string | undefined): number[] {
  if (token === undefined || token === '') return [];
  const position = decodePageToken(list, token);
  if (!position) throw invalidToken();
  return position;
}
