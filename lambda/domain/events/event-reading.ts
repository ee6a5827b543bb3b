import type { PermissionSetArn } from '../ids';
import type { Slice } from '../slice';

/** What an event says to look at. Events of Identity Center name permission sets by ARN; the caller knows their names. */
export type Subject = Slice | { readonly kind: 'permissionSetArn'; readonly permissionSetArn: PermissionSetArn };

/** Who changed something outside of this solution, as CloudTrail recorded it. */
export interface OutsideChange {
  /** `DeleteAccountAssignment` */
  readonly action: string;
  /** Role and session, user name or ARN. */
  readonly who: string;
  /** The Identity Store's id of the user on whose behalf it was done, when there is one. */
  readonly onBehalfOf?: string;
  /** ISO 8601. */
  readonly at: string;
  /** Address or service from which the call came. */
  readonly from: string;
}

export type IgnoredBecause =
  /** It lacks what its kind always has. */
  | 'malformed'
  /** Nothing here depends on this kind of event. */
  | 'unknown'
  /** It comes from an account that has no say. */
  | 'foreign';

export type EventReading =
  /** Nothing happened that anything depends on: a bell, or a call that failed. */
  | { readonly outcome: 'nothing' }
  | { readonly outcome: 'ignored'; readonly because: IgnoredBecause }
  | { readonly outcome: 'look'; readonly subjects: readonly Subject[]; readonly change?: OutsideChange };

export const NOTHING: EventReading = { outcome: 'nothing' };

export function ignored(because: IgnoredBecause): EventReading {
  return { outcome: 'ignored', because };
}

/** No subject in an event of a known kind: it is not as such events are. */
export function lookAt(subjects: readonly Subject[], change?: OutsideChange): EventReading {
  if (subjects.length === 0) return ignored('malformed');
  return { outcome: 'look', subjects, ...(change === undefined ? {} : { change }) };
}
