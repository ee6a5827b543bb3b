import type { DriftMode } from './drift-mode';
import { comparedText, type FullPassCounts } from './full-pass-counts';
import type { RequestId } from './ids';
import { type InventorySummary, inventoryText } from './inventory';
import { type RequestRecord, requestKey } from './request';
import type { RequestStatus } from './request-status';
import type { Item, Key, Write } from './write';

/** A request that no pass has answered. While there is one, a full pass is due. */
export interface AskedPass {
  readonly requestId: RequestId;
  /** Whether an inventory of what is not managed is wanted, too. */
  readonly inventory: boolean;
  /** ARN of the execution that took it up; absent until one does. */
  readonly execution?: string;
}

export const ASKED_PASSES = 'ASKED#full-pass';

export const STARTED = 'A full pass was started';
export const WAITS = 'A full pass or an import is running: another full pass begins when it has ended';
const UNDER_WAY = 'What is assigned is being compared with the ledger';
const INVENTORY_UNDER_WAY = 'The inventory of what is not managed is being taken.';
const NO_INVENTORY =
  'No inventory of what is not managed was taken so far: POST /full-pass?inventory=true takes one, and so does the schedule.';

function askedPassKey(requestId: RequestId): Key {
  return { table: 'control', pk: ASKED_PASSES, sk: requestId };
}

export function askedPassOf(item: Item): AskedPass {
  return item as unknown as AskedPass;
}

export function askedPassWrite(asked: AskedPass): Write {
  return { at: askedPassKey(asked.requestId), put: { ...asked } };
}

/** A pass takes a request up; what a pass that died had taken up as well. */
export function takeUpWrites({ requestId }: AskedPass, execution: string, now: number): Write[] {
  const begunAt = new Date(now).toISOString();
  return [
    { at: askedPassKey(requestId), update: { set: { execution } }, when: [{ requestId: { equals: requestId } }] },
    { at: requestKey(requestId), update: { set: { begunAt, message: UNDER_WAY } } },
  ];
}

/** What the comparison of a pass came to. */
export interface Compared {
  readonly counts: FullPassCounts;
  readonly driftMode: DriftMode;
}

/** Everything was compared. That answers a request, unless it wants an inventory, too. */
export function comparedWrites(asked: AskedPass, compared: Compared, last: InventorySummary | undefined): Write[] {
  const { counts } = compared;
  const text = comparedText(counts, compared.driftMode);
  if (asked.inventory) {
    const message = `${text} ${INVENTORY_UNDER_WAY}`;
    return [{ at: requestKey(asked.requestId), update: { set: { counts, message } } }];
  }
  return answeredWrites(asked, `${text} ${last ? inventoryText(last) : NO_INVENTORY}`, { counts });
}

export function inventoryTakenWrites(asked: AskedPass, compared: Compared, inventory: InventorySummary): Write[] {
  const { counts, driftMode } = compared;
  return answeredWrites(asked, `${comparedText(counts, driftMode)} ${inventoryText(inventory)}`, { counts });
}

function answeredWrites({ requestId }: AskedPass, message: string, found: { counts: FullPassCounts }): Write[] {
  return [
    { at: requestKey(requestId), update: { set: { ...found, status: 'DONE', message } } },
    { at: askedPassKey(requestId), delete: true },
  ];
}

/** The pass failed: the request is over, and says why. */
export function failedWrites({ requestId }: AskedPass, failure: string): Write[] {
  return [
    { at: requestKey(requestId), update: { set: { failure }, remove: ['message'] } },
    { at: askedPassKey(requestId), delete: true },
  ];
}

/** How a request for a full pass stands. */
export function fullPassRequestStatus({ status, begunAt, counts, failure, message }: RequestRecord): RequestStatus {
  const begun = begunAt === undefined ? 'ACCEPTED' : 'APPLYING';
  return {
    status: failure !== undefined ? 'COMPLETED_WITH_FAILURES' : status === 'DONE' ? 'COMPLETED' : begun,
    planned: { create: 0, delete: 0 },
    adopted: 0,
    completed: 0,
    failed: 0,
    waitingFor: [],
    ...(counts ? { counts } : {}),
    skipped: [],
    skippedCount: 0,
    errors: failure === undefined ? [] : [{ path: 'fullPass', message: failure }],
    ...(message ? { message } : {}),
  };
}
