import type { AccountId, PermissionSetArn, PrincipalId, PrincipalType } from '../../lambda/domain/ids';
import { type Assignment, type OperationKind, rowId } from '../../lambda/domain/ledger-row';
import type { AssignmentService, OperationStatus } from '../../lambda/ports/assignment-service';
import { Conflict, Missing, Throttled } from '../../lambda/ports/faults';
import type { DirectoryWorld } from './directory-world';
import type { Invocation, Surroundings } from './invocation';
import type { OrganizationWorld } from './organization-world';

/** An operation the service has accepted. */
interface Running {
  readonly requestId: string;
  readonly kind: OperationKind;
  readonly assignment: Assignment;
}

/** Operations that the service takes at once; AWS: 15. Small worlds reach a small limit more often. */
export const MOST_OUTSTANDING = 3;
/** How long an operation takes. */
const SHORTEST_MS = 1_000;
const LONGEST_MS = 20_000;
/** How far the list of a principal's assignments may lag. */
const LONGEST_LAG_MS = 20_000;

/** Account assignments of Identity Center in memory. */
export class AssignmentsWorld {
  private readonly assigned = new Map<string, Assignment>();
  private readonly running = new Map<string, Running>();
  private readonly ended = new Map<string, OperationStatus>();
  private readonly subjects = new Map<string, Assignment>();
  private changes: { readonly at: number; readonly id: string; readonly before: Assignment | undefined }[] = [];
  private requests = 0;
  /** What people assigned or removed past the controller. */
  readonly touchedByHand = new Set<string>();
  /** Called before an operation that the controller submits takes effect. */
  onSubmit: (kind: OperationKind, assignment: Assignment) => void = () => undefined;

  constructor(
    private readonly surroundings: Surroundings,
    private readonly organization: OrganizationWorld,
    private readonly directory: () => DirectoryWorld,
  ) {}

  isAssigned(assignment: Assignment): boolean {
    return this.assigned.has(rowId(assignment));
  }

  all(): Assignment[] {
    return [...this.assigned.values()];
  }

  /** What somebody does by hand, at once. */
  byHand(kind: OperationKind, assignment: Assignment): void {
    this.touchedByHand.add(rowId(assignment));
    this.carryOut(kind, assignment);
  }

  /** Operations in progress. */
  outstanding(): readonly Running[] {
    return [...this.running.values()];
  }

  ofPrincipal(type: PrincipalType, id: PrincipalId): ReadonlyMap<PermissionSetArn, ReadonlySet<AccountId>> {
    const found = new Map<PermissionSetArn, Set<AccountId>>();
    for (const { principalType, principalId, permissionSetArn, accountId } of this.listed().values()) {
      if (principalType !== type || principalId !== id) continue;
      const accounts = found.get(permissionSetArn) ?? new Set();
      found.set(permissionSetArn, accounts.add(accountId));
    }
    return found;
  }

  serviceOf(invocation: Invocation): AssignmentService {
    return {
      submit: (kind, assignment) =>
        invocation.call('write', `submits ${kind} ${described(assignment)}`, () => this.submit(kind, assignment)),
      inProgress: (kind) =>
        invocation.call('read', `lists ${kind}s in progress`, () => {
          return new Set(this.outstanding().flatMap((one) => (one.kind === kind ? one.requestId : [])));
        }),
      subject: (_kind, requestId) =>
        invocation.call('read', `asks whose ${requestId} is`, () => this.subjectOf(requestId)),
      status: (_kind, requestId) => invocation.call('read', `asks for ${requestId}`, () => this.statusOf(requestId)),
    };
  }

  private submit(kind: OperationKind, { accountId, permissionSetArn, principalType, principalId }: Assignment): string {
    const { scheduler, chance, faults } = this.surroundings;
    const assignment = { accountId, permissionSetArn, principalType, principalId };
    if (faults.strikes('conflict at submit')) throw new Conflict('Something else is changing there.');
    this.onSubmit(kind, assignment);
    if (this.running.size >= MOST_OUTSTANDING) throw new Throttled('Too many operations are in progress.');
    if (!this.directory().hasPermissionSetArn(permissionSetArn)) throw new Missing('There is no such permission set.');
    this.requests += 1;
    const requestId = `request-${this.requests}`;
    this.running.set(requestId, { requestId, kind, assignment });
    this.subjects.set(requestId, assignment);
    scheduler.after(chance.between(SHORTEST_MS, LONGEST_MS), `${requestId} ends`, () => this.end(requestId));
    return requestId;
  }

  private end(requestId: string): void {
    const operation = this.running.get(requestId);
    if (!operation) return;
    const { kind, assignment } = operation;
    this.running.delete(requestId);
    const reason = this.refusal(kind, assignment);
    if (reason === undefined) this.carryOut(kind, assignment);
    this.ended.set(requestId, reason === undefined ? { status: 'SUCCEEDED' } : { status: 'FAILED', reason });
  }

  private refusal(kind: OperationKind, { accountId, principalId }: Assignment): string | undefined {
    if (this.surroundings.faults.strikes('operation failed')) return 'The service had an internal problem.';
    if (this.organization.account(accountId)?.state !== 'ACTIVE') return `${accountId} cannot be worked in.`;
    if (kind === 'create' && !this.directory().hasPrincipalId(principalId)) return 'There is no such principal.';
    return undefined;
  }

  private carryOut(kind: OperationKind, assignment: Assignment): void {
    const id = rowId(assignment);
    this.changes.push({ at: this.surroundings.scheduler.now(), id, before: this.assigned.get(id) });
    if (kind === 'create') this.assigned.set(id, assignment);
    else this.assigned.delete(id);
  }

  private statusOf(requestId: string): OperationStatus {
    const ended = this.ended.get(requestId);
    if (ended) return ended;
    if (!this.running.has(requestId)) throw new Missing(`There is no operation ${requestId}.`);
    return { status: 'IN_PROGRESS' };
  }

  private subjectOf(requestId: string): Assignment {
    const subject = this.subjects.get(requestId);
    if (!subject) throw new Missing(`There is no operation ${requestId}.`);
    return subject;
  }

  /** What the list shows: at times as it was some seconds ago. */
  private listed(): ReadonlyMap<string, Assignment> {
    const { faults, chance, scheduler } = this.surroundings;
    if (!faults.strikes('stale read')) return this.assigned;
    const asOf = scheduler.now() - chance.between(0, LONGEST_LAG_MS);
    const listed = new Map(this.assigned);
    for (const { at, id, before } of [...this.changes].reverse()) {
      if (at <= asOf) break;
      if (before) listed.set(id, before);
      else listed.delete(id);
    }
    return listed;
  }
}

function described({ accountId, permissionSetArn, principalId }: Assignment): string {
  return `${accountId} ${permissionSetArn.slice(-4)} ${principalId.slice(-4)}`;
}
