import type { AccountId, PermissionSetArn, PermissionSetName } from '../domain/ids';
import type { DocumentStore } from '../ports/document-store';
import { Missing } from '../ports/faults';
import type { AssignedPrincipal, InstanceReader } from '../ports/instance-reader';

export interface WalkWorld {
  readonly instance: InstanceReader;
  /** Where lists lie that are too long to travel. */
  readonly lists: DocumentStore<readonly string[]>;
  /** A key for a list that no other list has, not even one of another attempt at the same step. */
  readonly newListKey: () => string;
}

/** Where a walk goes on. Small, and good for as long as its lists are kept: it holds no token of the service. */
export interface WalkPosition {
  /** Key of the list of permission sets as it was when the walk began, how many they are, and which comes next. */
  readonly list: string;
  readonly permissionSets: number;
  readonly next: number;
  /** The permission set that the walk is in the middle of; absent between two. */
  readonly within?: WithinPermissionSet;
}

export interface WithinPermissionSet {
  readonly permissionSetArn: PermissionSetArn;
  readonly permissionSetName: PermissionSetName;
  /** Key of the list of accounts that have it, and which comes next. */
  readonly list: string;
  readonly next: number;
}

/** What a walk came by, and where it goes on after that. */
export type Found = { readonly after: WalkPosition } & (
  | {
      readonly kind: 'permissionSet';
      readonly permissionSetArn: PermissionSetArn;
      readonly permissionSetName: PermissionSetName;
    }
  | {
      readonly kind: 'assignments';
      readonly permissionSetArn: PermissionSetArn;
      readonly permissionSetName: PermissionSetName;
      readonly accountId: AccountId;
      /** Asks who is assigned it there; what is to be known of before that, whoever walks can look at first. */
      readonly assigned: () => Promise<readonly AssignedPrincipal[]>;
    }
);

/** Begins a walk: notes which permission sets there are. */
export async function beginWalk({ instance, lists, newListKey }: WalkWorld): Promise<WalkPosition> {
  const list = newListKey();
  const arns = [...(await instance.listPermissionSets())].sort();
  await lists.save(list, arns);
  return { list, permissionSets: arns.length, next: 0 };
}

/** Whether everything was come by. */
function isWalked({ next, permissionSets, within }: WalkPosition): boolean {
  return within === undefined && next >= permissionSets;
}

/**
 * Walks over every permission set and every account assignment of the instance, whoever made them. Whoever walks may
 * stop after anything that was found and go on from there in another step: at most a few calls lie between two.
 * AWS: only a call for each permission set and account that has it also tells of principals that nobody knows. One
 * such call answers all there is, almost always: at most 100 groups are assigned a permission set in an account.
 */
export async function* walkAssignments(world: WalkWorld, from: WalkPosition): AsyncGenerator<Found> {
  const arns = (await world.lists.load(from.list)) as readonly PermissionSetArn[];
  let position = from;
  if (from.within !== undefined) position = yield* walkAccounts(world, from, from.within);
  while (!isWalked(position)) {
    const permissionSetArn = arns[position.next] as PermissionSetArn;
    const entered = await unlessGone(enter(world, permissionSetArn));
    const { within: _, ...between } = position;
    if (entered === undefined) {
      position = { ...between, next: position.next + 1 };
      continue;
    }
    position = { ...between, within: entered };
    const { permissionSetName } = entered;
    yield { kind: 'permissionSet', permissionSetArn, permissionSetName, after: position };
    position = yield* walkAccounts(world, position, entered);
  }
}

async function enter(
  { instance, lists, newListKey }: WalkWorld,
  permissionSetArn: PermissionSetArn,
): Promise<WithinPermissionSet> {
  const permissionSetName = await instance.permissionSetName(permissionSetArn);
  const accounts = [...(await instance.accountsWith(permissionSetArn))].sort();
  const list = newListKey();
  await lists.save(list, accounts);
  return { permissionSetArn, permissionSetName, list, next: 0 };
}

/** The accounts that are left of one permission set; answers the position behind it. */
async function* walkAccounts(
  { instance, lists }: WalkWorld,
  position: WalkPosition,
  within: WithinPermissionSet,
): AsyncGenerator<Found, WalkPosition> {
  const { permissionSetArn, permissionSetName, list } = within;
  const accounts = (await lists.load(list)) as readonly AccountId[];
  const behind: WalkPosition = {
    list: position.list,
    permissionSets: position.permissionSets,
    next: position.next + 1,
  };
  for (const [index, accountId] of accounts.entries()) {
    if (index < within.next) continue;
    const assigned = async () => (await unlessGone(instance.assignedIn(permissionSetArn, accountId))) ?? [];
    const isLast = index + 1 === accounts.length;
    const after = isLast ? behind : { ...position, within: { ...within, next: index + 1 } };
    yield { kind: 'assignments', permissionSetArn, permissionSetName, accountId, assigned, after };
  }
  return behind;
}

/** What is gone since it was listed is nothing to come by. */
async function unlessGone<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (fault) {
    if (fault instanceof Missing) return undefined;
    throw fault;
  }
}
