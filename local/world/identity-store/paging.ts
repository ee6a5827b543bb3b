import { decodePageToken, encodePageToken } from '../page-token';
import type { PagedMap } from '../paged-map';
import { validationFault } from './faults';

const PAGE_SIZE = 100;

/** One page of a list, as `{ items, NextToken? }`. A token is good for the list it came from. */
export function pageOf<V>(
  map: PagedMap<V>,
  list: string,
  input: { readonly MaxResults?: number; readonly NextToken?: string },
) {
  const position = input.NextToken === undefined ? [0] : decodePageToken(list, input.NextToken);
  if (!position) throw validationFault('The provided NextToken is invalid.');
  const page = map.page({ after: position[0] ?? 0, limit: input.MaxResults ?? PAGE_SIZE });
  return { items: page.items, ...(page.next === undefined ? {} : { NextToken: encodePageToken(list, [page.next]) }) };
}
