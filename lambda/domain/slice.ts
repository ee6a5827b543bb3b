import type {
  AccountId,
  LinkId,
  OrganizationalUnitId,
  PairId,
  PermissionSetArn,
  PermissionSetName,
  PrincipalId,
  PrincipalType,
} from './ids';
import { pairPartition } from './ledger-row';
import type { Item, Key, Write } from './write';

/** What a reconcile looks at. An event, upload or request only says "look at this". */
export type Slice =
  | { readonly kind: 'link'; readonly linkId: LinkId; readonly pairId: PairId }
  | { readonly kind: 'permissionSet'; readonly permissionSetName: PermissionSetName }
  | { readonly kind: 'principal'; readonly principalType: PrincipalType; readonly principalId: PrincipalId }
  | { readonly kind: 'account'; readonly accountId: AccountId }
  | { readonly kind: 'organizationalUnit'; readonly organizationalUnitId: OrganizationalUnitId }
  | AssignmentSlice
  | { readonly kind: 'everything' };

/** Assignments of one permission set to one principal, in one account or all: they are compared with what is observed. */
export interface AssignmentSlice {
  readonly kind: 'assignment';
  readonly permissionSetArn: PermissionSetArn;
  readonly principalType: PrincipalType;
  readonly principalId: PrincipalId;
  readonly accountId?: AccountId;
}

/** A dirty slice. Its version is a new unique string at every marking, so that a mark that was set again while a plan was made is not deleted with it. */
export interface Mark {
  readonly slice: Slice;
  readonly version: string;
  /** Passes that ended without a result while they looked at this slice. */
  readonly attempts?: number;
  /** When the last of them was noticed; epoch milliseconds. */
  readonly failedAt?: number;
  /** How many of them failed although another pass had succeeded since the one before: not an outage, but this slice. */
  readonly blamed?: number;
}

export const MARKS = 'MARK#reconcile';
export const PARKED_MARKS = 'PARKED#reconcile';

/** After this many attempts without a result a slice is planned alone, so that it cannot hold up others. */
export const ALONE_AFTER_ATTEMPTS = 3;
/** After this many attempts its requests are told; and parked it is if passes succeeded between them. */
export const PARK_AFTER_ATTEMPTS = 5;

export function sliceKey(slice: Slice): string {
  switch (slice.kind) {
    case 'link':
      return `link#${slice.linkId}`;
    case 'permissionSet':
      return `permissionSet#${slice.permissionSetName}`;
    case 'principal':
      return `principal#${slice.principalType}#${slice.principalId}`;
    case 'account':
      return `account#${slice.accountId}`;
    case 'organizationalUnit':
      return `organizationalUnit#${slice.organizationalUnitId}`;
    case 'assignment':
      return `assignment#${pairPartition(slice)}${slice.accountId === undefined ? '' : `#${slice.accountId}`}`;
    case 'everything':
      return 'everything';
  }
}

export function markKey(slice: Slice): Key {
  return { table: 'control', pk: MARKS, sk: sliceKey(slice) };
}

/** Marks a slice dirty. Marking twice is the same as once, with a newer version; attempts begin anew. */
export function markWrite(slice: Slice, version: string, markedAt: string): Write {
  return { at: markKey(slice), put: { slice, version, markedAt } };
}

/** Deletes the mark a plan was made for, unless it was set again since it was read; and what was parked of it before. */
export function clearMarkWrites({ slice, version }: Mark): Write[] {
  return [
    { at: markKey(slice), delete: true, when: [{ version: { equals: version } }] },
    { at: { ...markKey(slice), pk: PARKED_MARKS }, delete: true },
  ];
}

/** Sets a slice aside that no pass came to an end with, until it is marked again. */
export function parkMarkWrites(mark: Mark): Write[] {
  const at = markKey(mark.slice);
  return [
    { at, delete: true, when: [{ version: { equals: mark.version } }] },
    { at: { ...at, pk: PARKED_MARKS }, put: { ...mark } },
  ];
}

export function markOf(item: Item): Mark {
  return item as unknown as Mark;
}

/**
 * One more pass ended without a result for this slice. While nothing succeeds (an outage) no slice is to blame, however
 * often it is tried; a slice that fails while others succeed is.
 */
export function countFailure(mark: Mark, now: number, succeededAt = 0): Mark {
  const isBlamed = mark.failedAt !== undefined && succeededAt >= mark.failedAt;
  return {
    ...mark,
    attempts: (mark.attempts ?? 0) + 1,
    blamed: (mark.blamed ?? 0) + (isBlamed ? 1 : 0),
    failedAt: now,
  };
}

/** The first failure cannot be judged; those after it can. */
export function deservesParking(mark: Mark): boolean {
  return (mark.blamed ?? 0) >= PARK_AFTER_ATTEMPTS - 1;
}

/** The marks to look at together: all that are young, or of those that failed with others the one that was tried least. */
export function chooseMarks(marks: readonly Mark[]): readonly Mark[] {
  const attemptsOf = ({ attempts = 0 }: Mark) => attempts;
  const young = marks.filter((mark) => attemptsOf(mark) < ALONE_AFTER_ATTEMPTS);
  if (young.length > 0) return young;
  return [...marks].sort((one, other) => attemptsOf(one) - attemptsOf(other)).slice(0, 1);
}
