import type { LedgerRow } from '../domain/ledger-row';
import { notificationWrite } from '../domain/notification';
import { type AssignmentSlice, markWrite, type Slice } from '../domain/slice';
import { begin, type LeadContext, stepDown } from '../leadership/lead';
import { ring } from '../leadership/ring';
import { type LookAgainWorld, lookAgain } from '../permission-sets/look-again';
import type { DocumentStore } from '../ports/document-store';
import type { IdentityCenterReader } from '../ports/identity-center-reader';
import type { LeveledLog } from '../ports/leveled-log';
import type { DriftMode } from '../reconcile/note-outside-change';
import { comparePrincipal } from './compare-principal';
import { type FullPassList, listManaged } from './managed-pairs';

export interface FullPassContext extends LeadContext, Omit<LookAgainWorld, 'store' | 'clock' | 'log'> {
  readonly identityCenter: IdentityCenterReader;
  readonly lists: DocumentStore<FullPassList>;
  readonly driftMode: DriftMode;
  readonly log: LeveledLog;
}

/** What a pass has found so far. */
export interface FullPassCounts {
  readonly principals: number;
  readonly missing: number;
  readonly unmanaged: number;
}

export type FullPassInput =
  | { readonly action: 'begin' }
  | { readonly action: 'compare'; readonly list: string; readonly next: number; readonly counts: FullPassCounts }
  | { readonly action: 'end'; readonly counts?: FullPassCounts };

export type FullPassResult =
  | { readonly state: 'anotherRuns' }
  | {
      readonly state: 'again' | 'done';
      readonly list: string;
      /** Position of the next principal. */
      readonly next: number;
      readonly counts: FullPassCounts;
    }
  | { readonly state: 'ended' };

/** A step stops taking up principals when this much of its time is left. */
const RESERVED_MS = 60_000;
/** Of more assignments that are missing the pair is marked, instead of each. */
const MOST_SINGLE_MARKS = 20;

/**
 * One step of the full pass. It reads and marks; what is to be done about it the planner decides. One runs at a time, so
 * that the readers' share of the request rate is kept.
 */
export async function fullPass(context: FullPassContext, input: FullPassInput): Promise<FullPassResult> {
  if (!(await begin(context))) return { state: 'anotherRuns' };
  switch (input.action) {
    case 'begin':
      return beginPass(context);
    case 'compare':
      return compare(context, input);
    case 'end':
      return end(context, input.counts);
  }
}

/** The organization, the directory and every link are looked at anew, and so are the permission sets. */
async function beginPass(context: FullPassContext): Promise<FullPassResult> {
  await mark(context, [{ kind: 'everything' }]);
  await lookAgain(context, context.driftMode === 'repair' ? 'all' : 'setAside');
  const list = `full-pass/${context.newId()}.json`;
  const managed = await listManaged(context.store);
  await context.lists.save(list, managed);
  const counts = { principals: managed.principals.length, missing: 0, unmanaged: 0 };
  return { state: managed.principals.length > 0 ? 'again' : 'done', list, next: 0, counts };
}

async function compare(
  context: FullPassContext,
  { list, next, counts }: FullPassInput & { action: 'compare' },
): Promise<FullPassResult> {
  const { principals } = await context.lists.load(list);
  let position = next;
  let { missing, unmanaged } = counts;
  for (const principal of principals.slice(next)) {
    if (context.clock.now() > context.deadline - RESERVED_MS) break;
    const found = await comparePrincipal(context, principal);
    if (context.driftMode === 'repair') await mark(context, slicesOf(found.missing));
    missing += found.missing.length;
    unmanaged += found.unmanaged.length;
    position += 1;
  }
  const state = position < principals.length ? 'again' : 'done';
  return { state, list, next: position, counts: { ...counts, missing, unmanaged } };
}

async function end(context: FullPassContext, counts: FullPassCounts | undefined): Promise<FullPassResult> {
  if (counts !== undefined) {
    context.log.info('A full pass has ended', { ...counts, driftMode: context.driftMode });
    if (counts.missing > 0) await tell(context, counts);
  }
  await stepDown(context.store, 'full-pass', context.execution);
  return { state: 'ended' };
}

async function tell({ store, driftMode }: FullPassContext, { missing }: FullPassCounts): Promise<void> {
  const next =
    driftMode === 'repair'
      ? 'They are created again. GET /assignments shows how they stand.'
      : 'Nothing is changed, since DriftMode is report. To restore an assignment, submit its link again.';
  const subject = `${missing} managed account assignment${missing === 1 ? ' was' : 's were'} missing`;
  const details = { what: 'The full pass found assignments missing that were applied before.', missing, next };
  await store.transact([notificationWrite({ subject, details })]);
}

/** One mark for each assignment; of many of a pair one for all. */
function slicesOf(missing: readonly LedgerRow[]): Slice[] {
  const byPermissionSet = new Map<string, LedgerRow[]>();
  for (const row of missing) {
    byPermissionSet.set(row.permissionSetArn, [...(byPermissionSet.get(row.permissionSetArn) ?? []), row]);
  }
  return [...byPermissionSet.values()].flatMap((rows) => {
    const single = rows.map((row): Slice => ({ ...pairSlice(row), accountId: row.accountId }));
    return single.length > MOST_SINGLE_MARKS ? rows.slice(0, 1).map(pairSlice) : single;
  });
}

function pairSlice({ permissionSetArn, principalType, principalId }: LedgerRow): AssignmentSlice {
  return { kind: 'assignment', permissionSetArn, principalType, principalId };
}

async function mark(context: FullPassContext, slices: readonly Slice[]): Promise<void> {
  const markedAt = new Date(context.clock.now()).toISOString();
  for (const slice of slices) await context.store.transact([markWrite(slice, context.newId(), markedAt)]);
  if (slices.length > 0) await ring(context, 'reconcile');
}
