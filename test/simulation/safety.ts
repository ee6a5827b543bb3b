import { isLed } from '../../lambda/domain/lease';
import { type Assignment, type LedgerRow, type OperationKind, rowId, rowKey } from '../../lambda/domain/ledger-row';
import { linkDocumentOf } from '../../lambda/domain/link-document';
import { type Notification, OUTBOX } from '../../lambda/domain/notification';
import { MARKS, type Mark, PARKED_MARKS } from '../../lambda/domain/slice';
import { PARK_AFTER_FAILURES } from '../../lambda/domain/worker-writes';
import type { Item } from '../../lambda/ports/store';
import { MOST_OUTSTANDING } from './assignments-world';
import { ClaimsOverTime } from './claims-over-time';
import type { Cloud } from './cloud';
import type { Invocation, Role } from './invocation';
import type { AppliedWrite } from './watched-store';

/** Clocks differ: a time that a function wrote down may be this much later than it says. */
const SKEW_MS = 4_000;
const LAST_FULL_READ = { table: 'organization', pk: 'META', sk: 'LAST_FULL_READ' } as const;

/** Looks at every write and every submitted operation, and collects what must never happen. */
export class Safety {
  readonly violations: string[] = [];
  checks = 0;
  /** Rows that the ledger ever had. */
  readonly everOwned = new Set<string>();
  private readonly claims: ClaimsOverTime;
  private readonly passStarts = new Map<string, number>();
  private readonly passMarks = new Map<string, Set<string>>();
  /** For each execution, the moment since which its present plan may have read the world. */
  private readonly planWindows = new Map<string, number>();
  /** For each row, the moment since which the plan that made it desired or not may have read the world. */
  private readonly decisions = new Map<string, number>();
  /** The same for each operation that was reserved. */
  private readonly reasons = new Map<string, number | undefined>();
  /** Operations that were reserved, by row and generation. */
  private readonly reserved = new Map<string, number>();

  constructor(private readonly cloud: Cloud) {
    this.claims = new ClaimsOverTime(cloud);
    cloud.store.onApplied = (writes, by) => this.afterTransaction(writes, by);
    cloud.assignments.onSubmit = (kind, assignment) => this.beforeSubmit(kind, assignment);
    cloud.onPass = {
      begins: (execution) => this.passStarts.set(execution, cloud.scheduler.now()),
      reads: (execution, marks) => this.passMarks.set(execution, new Set(marks.map(({ version }) => version))),
    };
  }

  /** What must never be, by whatever way. */
  check(holds: boolean, sentence: () => string): void {
    this.checks += 1;
    if (holds) return;
    this.violations.push(sentence());
    this.cloud.scheduler.note(`VIOLATED: ${sentence()}`);
  }

  private afterTransaction(writes: readonly AppliedWrite[], by: Invocation): void {
    const isParking = writes.some(({ write }) => write.at.pk === PARKED_MARKS && 'put' in write);
    const tells = writes.some(({ write }) => write.at.pk === OUTBOX && 'put' in write);
    for (const applied of writes) {
      const { table, pk } = applied.write.at;
      if ('check' in applied.write) continue;
      if (table === 'ledger' && pk.startsWith('arn:')) this.afterRowWrite(applied, by.role);
      if (table === 'ledger' && pk.startsWith('arn:')) this.afterSettingAside(applied, tells);
      if (pk === OUTBOX && 'delete' in applied.write) this.afterTelling(applied.before);
      if (table === 'links') this.afterLinkWrite(applied);
      if (pk === MARKS && 'delete' in applied.write && !isParking) this.afterMarkCleared(applied.before, by);
      if (pk.startsWith('LEADER#')) this.afterLeaderWrite(applied, by);
    }
  }

  private afterRowWrite({ before, after }: AppliedWrite, role: Role): void {
    const [was, is] = [before, after] as unknown as (LedgerRow | undefined)[];
    const row = is ?? was;
    if (!row) return;
    const id = rowId(row);
    this.everOwned.add(id);
    if (!is) {
      const isDone = was !== undefined && !was.desired && was.operation?.generation === was.generation;
      this.check(isDone, () => `a row was dropped that is still wanted: ${JSON.stringify(was)}`);
      return;
    }
    this.check(is.applied <= is.generation, () => `applied ${is.applied} of generation ${is.generation}: ${id}`);
    if (was) {
      this.check(was.born === is.born, () => `a row was written over: ${id}`);
      const goesOn = was.generation <= is.generation && was.applied <= is.applied && was.revision <= is.revision;
      this.check(goesOn, () => `a generation went back: ${JSON.stringify(was)} → ${JSON.stringify(is)}`);
    }
    if (is.desired !== was?.desired) this.afterDecision(id, role.execution);
    if (role.step === 'CommitPlan') {
      this.check(is.revision === (was?.revision ?? 0) + 1, () => `a plan was made over another one: ${id}`);
    }
    if (is.operation && is.operation.id !== was?.operation?.id) this.afterReservation(is, id);
    if (is.parked && !was?.parked) {
      const operations = this.reserved.get(`${id} ${is.generation}`) ?? 0;
      this.check(operations >= PARK_AFTER_FAILURES, () => `${id} was given up after ${operations} operations`);
    }
  }

  /** People are told of what is set aside: now, or before and nothing is new. */
  private afterSettingAside({ before, after }: AppliedWrite, tells: boolean): void {
    const [was, is] = [before, after] as unknown as (LedgerRow | undefined)[];
    if (!is?.parked || was?.parked) return;
    const isKnown = is.told !== undefined && is.told === was?.told;
    this.check(tells !== isKnown, () => `of ${rowId(is)} people were told ${tells ? 'again' : 'nothing'}`);
  }

  /** What is taken off the outbox was sent. */
  private afterTelling(before: Item | undefined): void {
    if (!before) return;
    const { subject } = JSON.parse(String(before.text)) as Notification;
    this.check(this.cloud.sent.has(subject), () => `"${subject}" was not sent`);
  }

  private afterDecision(id: string, execution: string): void {
    const since = this.planWindows.get(execution);
    this.check(since !== undefined, () => `something was committed that nobody planned: ${id}`);
    this.decisions.set(id, since ?? Number.NEGATIVE_INFINITY);
  }

  /** What begins is what is planned at that moment. */
  private afterReservation({ operation, generation, desired }: LedgerRow, id: string): void {
    const kind = desired ? 'create' : 'delete';
    const isCurrent = operation?.kind === kind && operation.generation === generation;
    this.check(isCurrent, () => `${JSON.stringify(operation)} was reserved for generation ${generation} of ${id}`);
    this.reasons.set(operation?.id ?? '', this.decisions.get(id));
    const key = `${id} ${generation}`;
    this.reserved.set(key, (this.reserved.get(key) ?? 0) + 1);
  }

  private afterLinkWrite({ before, after }: AppliedWrite): void {
    this.check(after !== undefined, () => `a link document was lost: ${JSON.stringify(before)}`);
    if (!after) return;
    const link = linkDocumentOf(after);
    const generation = before ? linkDocumentOf(before).generation : 0;
    this.check(generation <= link.generation, () => `the generation of link ${link.linkData} went back`);
    this.claims.linkWritten(link.pairId);
  }

  private afterMarkCleared(before: Item | undefined, by: Invocation): void {
    const mark = before as unknown as Mark | undefined;
    if (!mark) return;
    const wasRead = this.passMarks.get(by.role.execution)?.has(mark.version) === true;
    this.check(wasRead, () => `the mark of ${JSON.stringify(mark.slice)} was deleted in a version that nobody read`);
  }

  private afterLeaderWrite({ before, after }: AppliedWrite, by: Invocation): void {
    const [was, is] = [before, after].map((item) => Number(item?.epoch ?? 0)) as [number, number];
    this.check(was <= is, () => `an epoch went back from ${was} to ${is}`);
    if (by.role.step === 'ExpandScopes') this.planWindows.set(by.role.execution, this.planWindow(by.role.execution));
    this.checkTakeOver(before, after, by);
  }

  private planWindow(execution: string): number {
    const started = this.passStarts.get(execution) ?? Number.NEGATIVE_INFINITY;
    const readAt = Number(this.cloud.store.peek(LAST_FULL_READ)?.readAt ?? Number.NEGATIVE_INFINITY);
    return Math.min(started, readAt) - SKEW_MS;
  }

  /** Nobody takes the lead from a run whose lease has not ended. */
  private checkTakeOver(before: Item | undefined, after: Item | undefined, by: Invocation): void {
    const holder = before?.holder;
    if (holder === undefined || after?.holder === undefined || holder === after.holder) return;
    const leader = { holder: String(holder), until: Number(before?.until), epoch: Number(before?.epoch) };
    this.check(!isLed(leader, by.now()), () => `${after.holder} took the lead from ${holder} too early`);
  }

  private beforeSubmit(kind: OperationKind, assignment: Assignment): void {
    const { store, assignments } = this.cloud;
    const id = rowId(assignment);
    const row = store.peek(rowKey(assignment)) as unknown as LedgerRow | undefined;
    const operation = row?.operation;
    this.check(operation !== undefined, () => `a ${kind} of ${id} was submitted without an operation in the ledger`);
    const running = assignments.outstanding();
    this.check(running.length < MOST_OUTSTANDING, () => `${running.length + 1} operations at once`);
    const isBusy = running.some((other) => other.assignment.accountId === assignment.accountId);
    this.check(!isBusy, () => `two operations at once in ${assignment.accountId}`);
    this.checkReason(kind, assignment, this.reasons.get(operation?.id ?? ''));
  }

  private checkReason(kind: OperationKind, assignment: Assignment, since: number | undefined): void {
    const id = rowId(assignment);
    this.check(since !== undefined, () => `a ${kind} of ${id} was submitted that nobody planned`);
    if (since === undefined) return;
    const isOutOfReach = this.claims.isOutOfReachSince(assignment, since);
    this.check(!isOutOfReach, () => `a ${kind} of ${id} was submitted where nothing can be done`);
    if (kind === 'delete') {
      const isClaimed = this.claims.isClaimedSince(assignment, since);
      this.check(!isClaimed, () => `a delete of ${id} was submitted although links claimed it all the time`);
    } else {
      const couldBeClaimed = this.claims.couldBeClaimedSince(assignment, since);
      this.check(couldBeClaimed, () => `a create of ${id} was submitted although no link claimed it`);
    }
  }
}
