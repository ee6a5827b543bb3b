import type { PermissionSetName } from '../domain/ids';
import type { LinkDocument } from '../domain/link-document';
import { type Store, scanAll } from '../ports/store';

/** Text forms of the links that are declared with a permission set, in order: every link is looked at, consistently. */
export async function linksReferencing(store: Store, name: PermissionSetName): Promise<string[]> {
  const links: string[] = [];
  for await (const item of scanAll(store, 'links')) {
    const { permissionSetName, state, linkData } = item as unknown as LinkDocument;
    if (permissionSetName === name && state === 'present') links.push(linkData);
  }
  return links.sort();
}
