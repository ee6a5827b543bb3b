import type { PairId } from '../domain/ids';
import type { LedgerPair } from '../domain/ledger-row';
import { type LinkDocument, linkDocumentOf } from '../domain/link-document';
import { type Store, scanAll } from '../ports/store';
import type { Directory } from './directory';
import { linksOutOfTime } from './link-outcome';

/**
 * Links of other pairs that mean the same ids: a principal that was renamed is meant by its new name. Before an
 * assignment of it goes, they are asked, too. Found by looking at all links, since any of them may be.
 */
export async function linksByOtherNames(
  pairId: PairId,
  ids: LedgerPair,
  { store, directory, at }: { readonly store: Store; readonly directory: Directory; readonly at: string },
): Promise<LinkDocument[]> {
  const { permissionSetArn } = await directory.permissionSet(ids.permissionSetName);
  const name = await directory.currentName(ids.principalType, ids.principalId);
  if (permissionSetArn !== ids.permissionSetArn || name === undefined) return [];
  const found: LinkDocument[] = [];
  for await (const item of scanAll(store, 'links')) {
    const document = linkDocumentOf(item);
    const { permissionSetName, principalType, principalName, state } = document;
    const isOther = document.pairId !== pairId && state === 'present' && permissionSetName === ids.permissionSetName;
    const isCalledSo = principalType === ids.principalType && directory.nameInDirectory(principalName) === name;
    if (isOther && isCalledSo) found.push(document);
  }
  const untimely = linksOutOfTime(found, at);
  return found.filter(({ linkId }) => !untimely.has(linkId));
}
