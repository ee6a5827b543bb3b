import type { DriftMode } from '../domain/drift-mode';
import type { FullPassCounts } from '../domain/full-pass-counts';
import { isInventoryDue } from '../domain/inventory';
import type { Fence } from '../domain/lease';
import type { LedgerRow } from '../domain/ledger-row';
import { notificationWrite } from '../domain/notification';
import { type AssignmentSlice, markWrite, type Slice } from '../domain/slice';
import { begin, type LeadContext } from '../leadership/lead';
import { ring } from '../leadership/ring';
import { endLead } from '../leadership/step-down';
import { type LookAgainWorld, lookAgain } from '../permission-sets/look-again';
import type { DocumentStore } from '../ports/document-store';
import type { IdentityCenterReader } from '../ports/identity-center-reader';
import type { LeveledLog } from '../ports/leveled-log';
import type { Metrics } from '../ports/metrics';
import { isAskedAgain, takenUp, takeUpAsked, tellCompared, tellFailure, tellInventory } from './asked-passes';
import { comparePrincipal } from './compare-principal';
import { type Failure, failureText } from './failure-text';
import type { InventoryContext } from './inventory-findings';
import { type FullPassList, listManaged } from './managed-pairs';
import { inventories, takeInventory, takenSince } from './take-inventory';

export interface FullPassContext
  extends LeadContext,
    Omit<LookAgainWorld, 'store' | 'clock' | 'log'>,
    Pick<InventoryContext, 'instance' | 'inventoryDocuments'> {
  readonly identityCenter: IdentityCenterReader;
  readonly lists: DocumentStore<FullPassList>;
  readonly driftMode: DriftMode;
  readonly log: LeveledLog;
  readonly metrics: Metrics;
}

export type FullPassInput =
  | { readonly action: 'begin' }
  | { readonly action: 'compare'; readonly list: string; readonly next: number; readonly counts: FullPassCounts }
  /** `inventory`: whoever started the pass wants one. */
  | { readonly action: 'conclude'; readonly counts: FullPassCounts; readonly inventory?: boolean }
  /** `startedAt`: when the execution began, ISO 8601. */
  | { readonly action: 'takeInventory'; readonly counts: FullPassCounts; readonly startedAt: string }
  | { readonly action: 'end'; readonly failure?: Failure };

export type FullPassResult =
  | { readonly state: 'anotherRuns' }
  | {
      readonly state: 'again' | 'done';
      readonly list: string;
      /** Position of the next principal. */
      readonly next: number;
      readonly counts: FullPassCounts;
    }
  /** `inventory`: a step of it comes next. */
  | { readonly state: 'inventory' | 'concluded'; readonly inventory: 'none' | 'open' | 'taken' }
  | { readonly state: 'ended' };

/** A step stops taking up principals when this much of its time is left. */
const RESERVED_MS = 60_000;
/** Of more assignments that are missing the pair is marked, instead of each. */
const MOST_SINGLE_MARKS = 20;

/**
 * A pass takes part in an inventory no longer than this; the next pass goes on. What is left of a day is for passes that
 * begin with the comparison.
 */
const LONGEST_INVENTORY_MS = 12 * 3_600_000;

/**
 * One step of the full pass. It reads and marks; what is to be done about it the planner decides. One runs at a time, so
 * that the readers' share of the request rate is kept.
 */
export async function fullPass(context: FullPassContext, input: FullPassInput): Promise<FullPassResult> {
  const lead = await begin(context);
  if (lead === undefined) return { state: 'anotherRuns' };
  switch (input.action) {
    case 'begin':
      return beginPass(context);
    case 'compare':
      return compare(context, input);
    case 'conclude':
      return conclude(context, input);
    case 'takeInventory':
      return goOnWithInventory(context, lead.fence, input);
    case 'end':
      return end(context, input);
  }
}

/** The organization, the directory and every link are looked at anew, and so are the permission sets. */
async function beginPass(context: FullPassContext): Promise<FullPassResult> {
  await takeUpAsked(context);
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

/**
 * Everything was compared: it is told. An inventory follows when somebody wants one, when one was left unfinished, and,
 * in a pass that nobody asked for, every week: it takes a call for each permission set and account.
 */
async function conclude(
  context: FullPassContext,
  { counts, inventory: isWanted = false }: FullPassInput & { action: 'conclude' },
): Promise<FullPassResult> {
  const { store, log, metrics, driftMode } = context;
  const asked = await takenUp(context);
  const { last, isOpen } = await inventories(store);
  const isDue = asked.length === 0 && isInventoryDue(last, context.clock.now());
  await tellCompared(context, { counts, driftMode }, last);
  log.info('A full pass has compared everything', { ...counts, driftMode });
  metrics.gauges({ MissingAssignments: counts.missing, UnmanagedAssignments: counts.unmanaged });
  if (counts.missing > 0) await tell(context, counts);
  const follows = isWanted || isOpen || isDue || asked.some(({ inventory }) => inventory);
  return follows ? { state: 'inventory', inventory: 'open' } : { state: 'concluded', inventory: 'none' };
}

/** One step of an inventory. A pass that somebody asked for meanwhile comes first: the inventory goes on after its comparison. */
async function goOnWithInventory(
  context: FullPassContext,
  fence: Fence,
  { counts, startedAt }: FullPassInput & { action: 'takeInventory' },
): Promise<FullPassResult> {
  const { driftMode, identityCenter } = context;
  const step =
    (await takenSince(context.store, startedAt)) ??
    (await takeInventory({ ...context, directory: identityCenter }, fence));
  if (step.state === 'overtaken') return { state: 'anotherRuns' };
  if (step.state === 'finished') {
    const { inventoryId, assignments, permissionSets } = step.inventory;
    await tellInventory(context, { counts, driftMode }, step.inventory);
    context.log.info('An inventory was taken', { inventoryId, assignments, permissionSets });
    return { state: 'concluded', inventory: 'taken' };
  }
  const isLong = context.clock.now() > Date.parse(startedAt) + LONGEST_INVENTORY_MS;
  return { state: isLong || (await isAskedAgain(context)) ? 'concluded' : 'inventory', inventory: 'open' };
}

/** Requests that this pass took up and did not answer stay open for the next one, unless it failed. */
async function end(context: FullPassContext, { failure }: FullPassInput & { action: 'end' }): Promise<FullPassResult> {
  if (failure !== undefined) await tellFailure(context, failureText(failure));
  const { controller, execution } = context;
  await endLead(context, { controller, execution, ...(failure ? { failure: failure.Error ?? 'Failed' } : {}) });
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
