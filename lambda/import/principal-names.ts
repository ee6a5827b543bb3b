import type { PrincipalId, PrincipalType } from '../domain/ids';
import { Unavailable } from '../ports/faults';
import type { IdentityCenterReader } from '../ports/identity-center-reader';

/** The directory hides the name, or does not answer at present. */
export const UNTOLD = Symbol('a name that the directory does not tell');

/** What the directory calls a principal; nothing when it knows none of this id. */
export type NameOf = (type: PrincipalType, id: PrincipalId) => Promise<string | typeof UNTOLD | undefined>;

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
