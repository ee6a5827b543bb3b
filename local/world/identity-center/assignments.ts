import type { Clock } from '../../clock';
import { PagedMap } from '../paged-map';

export type PrincipalType = 'USER' | 'GROUP';

export interface Assignment {
  readonly AccountId: string;
  readonly PermissionSetArn: string;
  readonly PrincipalType: PrincipalType;
  readonly PrincipalId: string;
}

/** The assignments of one permission set in one account, by principal: those that exist, and those that lists show. */
interface Pair {
  readonly existing: PagedMap<Assignment>;
  readonly shown: PagedMap<Assignment>;
}

const NOTHING: PagedMap<Assignment> = new PagedMap();

/**
 * Which assignments exist, and what the lists show of them. Lists may lag behind; they are brought up to
 * date with the truth of that moment, so they never stay wrong.
 */
export class Assignments {
  /** By permission set, then account. An emptied list stays: its sequence numbers must go on for open page tokens. */
  private readonly pairs = new Map<string, Map<string, Pair>>();
  private readonly byPrincipal = new Map<string, PagedMap<Assignment>>();
  /** Effects that lists do not show yet. */
  unseen = 0;

  constructor(
    private readonly clock: Clock,
    /** Undefined when lists show every effect at once. */
    private readonly listLagMs?: () => number,
  ) {}

  has(assignment: Assignment): boolean {
    return this.exists(assignment, principalKey(assignment.PrincipalType, assignment.PrincipalId));
  }

  /** Assignments of this permission set in this account, whoever holds them. */
  countInPair(accountId: string, permissionSetArn: string): number {
    return this.pairs.get(permissionSetArn)?.get(accountId)?.existing.size ?? 0;
  }

  add(assignment: Assignment): void {
    const principal = principalKey(assignment.PrincipalType, assignment.PrincipalId);
    if (this.exists(assignment, principal)) return;
    this.pairOf(assignment).existing.set(principal, assignment);
    this.show(assignment, principal);
  }

  /** Adds one that lists show from the beginning. */
  addShown(assignment: Assignment): void {
    const principal = principalKey(assignment.PrincipalType, assignment.PrincipalId);
    this.pairOf(assignment).existing.set(principal, assignment);
    this.showNow(assignment, principal);
  }

  remove(assignment: Assignment): void {
    const principal = principalKey(assignment.PrincipalType, assignment.PrincipalId);
    if (this.pairOf(assignment).existing.delete(principal)) this.show(assignment, principal);
  }

  inPair(accountId: string, permissionSetArn: string): PagedMap<Assignment> {
    return this.pairs.get(permissionSetArn)?.get(accountId)?.shown ?? NOTHING;
  }

  ofPrincipal(type: PrincipalType, id: string): PagedMap<Assignment> {
    return this.byPrincipal.get(principalKey(type, id)) ?? NOTHING;
  }

  private exists({ AccountId, PermissionSetArn }: Assignment, principal: string): boolean {
    return this.pairs.get(PermissionSetArn)?.get(AccountId)?.existing.has(principal) ?? false;
  }

  private pairOf({ AccountId, PermissionSetArn }: Assignment): Pair {
    const accounts = this.pairs.get(PermissionSetArn) ?? new Map<string, Pair>();
    this.pairs.set(PermissionSetArn, accounts);
    const known = accounts.get(AccountId);
    if (known) return known;
    const existing = new PagedMap<Assignment>();
    const pair = { existing, shown: this.listLagMs ? new PagedMap<Assignment>() : existing };
    accounts.set(AccountId, pair);
    return pair;
  }

  private show(assignment: Assignment, principal: string): void {
    if (!this.listLagMs) {
      this.showNow(assignment, principal);
      return;
    }
    this.unseen += 1;
    this.clock.after(this.listLagMs(), () => {
      this.unseen -= 1;
      this.showNow(assignment, principal);
    });
  }

  private showNow(assignment: Assignment, principal: string): void {
    const pair = this.pairOf(assignment);
    const held = this.byPrincipal.get(principal) ?? new PagedMap<Assignment>();
    this.byPrincipal.set(principal, held);
    const key = `${assignment.AccountId}|${assignment.PermissionSetArn}`;
    if (pair.existing.has(principal)) {
      pair.shown.set(principal, assignment);
      held.set(key, assignment);
    } else {
      pair.shown.delete(principal);
      held.delete(key);
    }
  }
}

function principalKey(type: PrincipalType, id: string): string {
  return `${type}|${id}`;
}
