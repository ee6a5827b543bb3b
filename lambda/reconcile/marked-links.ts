import { type LinkDocument, linkDocumentOf, linkKey } from '../domain/link-document';
import type { Mark } from '../domain/slice';
import { type Store, scanAll } from '../ports/store';

/** The links that were marked themselves; all of them when everything was. */
export async function* markedLinks(store: Store, marks: readonly Mark[]): AsyncGenerator<LinkDocument> {
  if (marks.some(({ slice }) => slice.kind === 'everything')) {
    for await (const item of scanAll(store, 'links')) yield linkDocumentOf(item);
    return;
  }
  const keys = marks.flatMap(({ slice }) => (slice.kind === 'link' ? [linkKey(slice)] : []));
  for (const item of await store.getMany(keys)) yield linkDocumentOf(item);
}
