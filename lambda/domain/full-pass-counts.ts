import type { DriftMode } from './drift-mode';

/** What a pass has found so far. */
export interface FullPassCounts {
  /** Principals that hold managed assignments, all of which are compared. */
  readonly principals: number;
  /** Managed assignments that were applied and are not there. */
  readonly missing: number;
  /** Assignments of these principals that are not managed; an inventory also tells of those of others. */
  readonly unmanaged: number;
}

/** In words, for a request. */
export function comparedText({ principals, missing, unmanaged }: FullPassCounts, driftMode: DriftMode): string {
  const then = driftMode === 'repair' ? ', created again' : ', left so since DriftMode is report';
  const differing = `${counted(missing, 'managed assignment')} missing${missing === 0 ? '' : then}`;
  return `Compared ${counted(principals, 'principal')}: ${differing}; ${counted(unmanaged, 'assignment')} not managed.`;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
