import {
  type FinishedImport,
  IMPORT_PREFIX,
  type ImportCounts,
  type ImportEntry,
  importFailedNotification,
  importNotification,
  LAST_IMPORT_REPORT,
  lastImportKey,
  lastImportOf,
  NOTHING_COUNTED,
  type OnConflict,
  openImportKey,
  parseImportInput,
} from '../domain/import-report';
import { type Fence, fenceCheck } from '../domain/lease';
import { notificationWrite } from '../domain/notification';
import { type Failure, messageOf } from '../full-pass/failure-text';
import { begin, stepDown } from '../leadership/lead';
import { Rejected } from '../ports/faults';
import { beginWalk, type WalkWorld, walkAssignments } from '../walk/walk-assignments';
import { type ImportContext, isAskedFor, type OpenWalk } from './import-context';
import { ImportFindings } from './import-findings';

export type ImportInput =
  /** `input`: of the execution, whatever it is. `startedAt`: when the execution began, ISO 8601. */
  | { readonly action: 'work'; readonly input?: unknown; readonly startedAt: string }
  | { readonly action: 'end'; readonly failure?: Failure };

export type ImportResult =
  /** A full pass or another import is at work: there is one reader at a time. */
  | { readonly state: 'busy' }
  | { readonly state: 'again' }
  | { readonly state: 'finished'; readonly counts: ImportCounts; readonly report: string }
  | { readonly state: 'ended' };

/** A step stops when this much of its time is left. */
const RESERVED_MS = 60_000;
/** An import that was interrupted longer ago than this is not gone on with: too much may be otherwise since. */
const OLDEST_OPEN_MS = 7 * 24 * 3_600_000;

/**
 * One step of an import. It goes on where the last one stopped, whichever execution that belonged to. It reads Identity
 * Center and stores documents; planner and controllers find nothing to do about them. The full pass reads at the same
 * share of the request rate, so that both take the same lead.
 */
export async function importCurrent(context: ImportContext, input: ImportInput): Promise<ImportResult> {
  if (input.action === 'end') return end(context, input.failure);
  const asked = parseImportInput(input.input);
  if (!asked.ok) throw new Rejected(asked.problems.map(({ path, message }) => `${path}: ${message}`).join('; '));
  const lead = await begin(context);
  if (lead === undefined) return { state: 'busy' };
  return work(context, lead.fence, { onConflict: asked.value.onConflict, startedAt: input.startedAt });
}

interface Asked {
  readonly onConflict: OnConflict | undefined;
  readonly startedAt: string;
}

async function work(context: ImportContext, fence: Fence, asked: Asked): Promise<ImportResult> {
  const open = await openImport(context, asked);
  const finished = open === undefined ? await finishedSince(context, asked) : undefined;
  if (finished) return finishedResult(finished);
  const findings = new ImportFindings(context, fence, open ?? (await newImport(context, asked)));
  const state = await walk(context, findings);
  return state === 'walked' ? finish(context, fence, findings.open) : { state };
}

async function walk(context: ImportContext, findings: ImportFindings): Promise<'walked' | 'again' | 'busy'> {
  const { clock, deadline } = context;
  try {
    if (!(await findings.commit())) return 'busy';
    for await (const found of walkAssignments(walkWorld(context), findings.open.position)) {
      await findings.note(found);
      const isLate = clock.now() > deadline - RESERVED_MS;
      if ((isLate || findings.isFull()) && !(await findings.commit())) return 'busy';
      if (isLate) return 'again';
    }
  } catch (fault) {
    // The next attempt goes on from here instead of asking for all of it again.
    await findings.commit();
    throw fault;
  }
  return (await findings.commit()) ? 'walked' : 'busy';
}

/** One that was begun, wants the same, and is not too old. */
async function openImport({ store, clock }: ImportContext, { onConflict }: Asked): Promise<OpenWalk | undefined> {
  const open = (await store.get(openImportKey)) as unknown as OpenWalk | undefined;
  const isYoung = open !== undefined && Date.parse(open.startedAt) + OLDEST_OPEN_MS > clock.now();
  return isYoung && isAskedFor(open, onConflict) ? open : undefined;
}

/** The one that was finished since the execution began: a step that is tried again tells of it, and begins no other one. */
async function finishedSince(
  context: ImportContext,
  { onConflict, startedAt }: Asked,
): Promise<FinishedImport | undefined> {
  const last = lastImportOf(await context.store.get(lastImportKey));
  const isIt =
    last !== undefined && isAskedFor(last, onConflict) && Date.parse(last.finishedAt) > Date.parse(startedAt);
  return isIt ? last : undefined;
}

async function newImport(context: ImportContext, { onConflict }: Asked): Promise<OpenWalk> {
  const startedAt = new Date(context.clock.now()).toISOString();
  const position = await beginWalk(walkWorld(context));
  const asked = onConflict === undefined ? {} : { onConflict };
  return { importId: context.newId(), startedAt, ...asked, position, parts: [], counts: NOTHING_COUNTED };
}

function walkWorld({ instance, importDocuments: { lists }, newId }: ImportContext): WalkWorld {
  return { instance, lists, newListKey: () => `${IMPORT_PREFIX}lists/${newId()}.json` };
}

/** The report first: whoever is told of the import finds it. */
async function finish(context: ImportContext, fence: Fence, open: OpenWalk): Promise<ImportResult> {
  const { store, clock, log, importDocuments } = context;
  const { importId, startedAt, onConflict, counts, parts } = open;
  const report = `${IMPORT_PREFIX}${importId}/report.json`;
  const asked = onConflict === undefined ? {} : { onConflict };
  const finishedAt = new Date(clock.now()).toISOString();
  const finished: FinishedImport = { importId, startedAt, finishedAt, ...asked, counts, report };
  const entries: ImportEntry[] = [];
  for (const part of parts) entries.push(...(await importDocuments.parts.load(part)).filter(isForPeople));
  const document = {
    ...finished,
    different: entries.filter(({ outcome }) => outcome === 'different'),
    notRepresentable: entries.filter(({ outcome }) => outcome === 'notRepresentable'),
    parts,
  };
  for (const key of [report, LAST_IMPORT_REPORT]) await importDocuments.reports.save(key, document);
  const { applied } = await store.transact([
    fenceCheck(fence),
    { at: lastImportKey, put: { ...finished } },
    { at: openImportKey, delete: true },
    notificationWrite(importNotification(finished)),
  ]);
  if (!applied) return { state: 'busy' };
  log.info('What exists was imported', { importId, ...counts });
  return finishedResult(finished);
}

/** All others are as they should be. */
function isForPeople({ outcome }: ImportEntry): boolean {
  return outcome === 'different' || outcome === 'notRepresentable';
}

function finishedResult({ counts, report }: FinishedImport): ImportResult {
  return { state: 'finished', counts, report };
}

/**
 * What was begun and failed stays open: the next execution goes on with it. Nobody is rung here: within a minute it is
 * for the planner, and for a full pass that somebody asked for meanwhile.
 */
async function end(context: ImportContext, failure: Failure | undefined): Promise<ImportResult> {
  const { controller, execution, store } = context;
  const { Error: error = 'Failed', Cause: cause = '' } = failure ?? {};
  if (failure) await store.transact([notificationWrite(importFailedNotification(error, messageOf(cause)))]);
  await stepDown(store, controller, execution);
  return { state: 'ended' };
}
