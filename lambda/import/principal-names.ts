import type { PrincipalId, PrincipalType } from '../domain/ids';
import { type NameInDirectory, UNTOLD } from '../domain/link-of-assignment';
import { Unavailable } from '../ports/faults';
import type { IdentityCenterReader } from '../ports/identity-center-reader';

/** What the directory calls a principal; nothing when it knows none of this id. */
export type NameOf = (type: PrincipalType, id: PrincipalId) => Promise<NameInDirectory>;

/** Asks for each principal once in a step. */
export function namesFrom(directory: Pick<IdentityCenterReader, 'principalName'>): NameOf {
  const known = new Map<PrincipalId, ReturnType<NameOf>>();
  return (type, id) => {
    const name = known.get(id) ?? directory.principalName(type, id).catch(untold);
    known.set(id, name);
    return name;
  };
}

function untold(fault: unknown): typeof UNTOLD {
  if (fault instanceof Unavailable) return UNTOLD;
  throw fault;
}
