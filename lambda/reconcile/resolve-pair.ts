import type { PermissionSetName, PrincipalId, PrincipalType } from '../domain/ids';
import { type LedgerPair, pairPartition } from '../domain/ledger-row';
import type { LinkDocument } from '../domain/link-document';
import type { Directory } from './directory';

/** The names that all links of a pair share. */
export interface PairNames {
  readonly permissionSetName: PermissionSetName;
  readonly principalType: PrincipalType;
  readonly principalName: string;
}

/** The ids the pair's names stand for now, or what is missing; and what is known of earlier ones. */
export interface Resolution {
  readonly pair: LedgerPair | undefined;
  readonly waitingFor: readonly string[];
  /** Principals that the name stood for earlier and no longer does, and how that is said. */
  readonly left: ReadonlyMap<PrincipalId, string>;
}

export const UNRESOLVED: Resolution = { pair: undefined, waitingFor: [], left: new Map() };

export async function resolvePair(
  names: PairNames,
  earlier: readonly LedgerPair[],
  directory: Directory,
): Promise<Resolution> {
  const { permissionSetName, principalType, principalName } = names;
  const { permissionSetArn, waitingFor: permissionSet } = await directory.permissionSet(permissionSetName);
  const ids = earlier.map((pair) => pair.principalId);
  const { principalId, left } = await directory.principal(principalType, principalName, ids);
  const waitingFor = [
    ...(permissionSet ? [permissionSet] : []),
    ...(principalId ? [] : [`principal: ${principalType} ${principalName} does not exist in the directory`]),
  ];
  const pair =
    permissionSetArn && principalId
      ? { permissionSetName, permissionSetArn, principalType, principalName, principalId }
      : undefined;
  return { pair, waitingFor, left };
}

/** The ids that links of the pair stood for when they were planned, or earlier: their rows may still be there. */
export function storedPairs(documents: readonly LinkDocument[]): LedgerPair[] {
  return documents.flatMap((document) => {
    const current = storedPair(document);
    const { permissionSetName, principalType, principalName, outcome } = document;
    const earlier = (outcome?.earlier ?? []).map((ids) => ({
      permissionSetName,
      principalType,
      principalName,
      ...ids,
    }));
    return current ? [current, ...earlier] : earlier;
  });
}

export function storedPair(document: LinkDocument): LedgerPair | undefined {
  const { permissionSetName, principalType, principalName, outcome } = document;
  if (!outcome?.permissionSetArn || !outcome.principalId) return undefined;
  const { permissionSetArn, principalId } = outcome;
  return { permissionSetName, permissionSetArn, principalType, principalName, principalId };
}

/**
 * What links of the pair mean for these ids. `current`: the names stand for them. `left`: they did, and no longer do;
 * their access goes. `kept`: nothing is known against them; what is there stays, and nothing new begins.
 */
export type Standing =
  | { readonly standing: 'current' | 'kept' }
  | { readonly standing: 'left'; readonly reason: string };

export function standingOf(ids: LedgerPair, { pair, left }: Resolution): Standing {
  if (pair && pairPartition(pair) === pairPartition(ids)) return { standing: 'current' };
  const reason = left.get(ids.principalId);
  if (reason !== undefined) return { standing: 'left', reason: `no link claims it since ${reason}` };
  // The principal is the same; the permission set of this name is another one.
  if (pair?.principalId === ids.principalId) {
    return {
      standing: 'left',
      reason: `no link claims it since ${ids.permissionSetName} is another permission set now`,
    };
  }
  return { standing: 'kept' };
}

/** Each pair of ids once. */
export function distinct(pairs: readonly LedgerPair[]): LedgerPair[] {
  return [...new Map(pairs.map((pair) => [pairPartition(pair), pair])).values()];
}
