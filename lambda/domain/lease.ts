import type { Item, Key, Write } from './write';

/**
 * The controllers of which one execution leads at a time. An import takes the lead of the full pass: both read at the same
 * share of the request rate.
 */
export type Controller = 'reconcile' | 'apply-assignments' | 'converge-permission-sets' | 'full-pass';

/** Who leads a controller. One item is lease (holder, until) and fence (epoch) together. */
export interface Leader {
  /** ARN of the execution that leads; absent after it stepped down. */
  readonly holder?: string;
  /** End of the lease, epoch milliseconds. */
  readonly until?: number;
  /** Raised by every begin; a write with an older epoch is refused. */
  readonly epoch: number;
  /** Keys of the slices that the present pass looks at; left behind by a pass that ended without a result. */
  readonly attempting?: readonly string[];
  /** When a pass last came to its end; epoch milliseconds. */
  readonly succeededAt?: number;
}

/** Proof of having begun: the epoch that every commit and claim checks in its own transaction. */
export interface Fence {
  readonly controller: Controller;
  readonly epoch: number;
}

/** How long a lease outlives the invocation that took it: clocks differ, and a frozen function may wake up late. */
export const LEASE_MARGIN_MS = 30_000;

export function leaderKey(controller: Controller): Key {
  return { table: 'control', pk: `LEADER#${controller}`, sk: 'LEADER' };
}

export function leaderOf(item: Item | undefined): Leader {
  return item ? (item as unknown as Leader) : { epoch: 0 };
}

/** Whether somebody leads at `now`. Whoever sees a live leader after its own write need not ring: the leader looks again after it stepped down. */
export function isLed(leader: Leader, now: number): boolean {
  return leader.holder !== undefined && (leader.until ?? 0) > now;
}

/** Whether `execution` may begin at `now`: nobody leads, the lease ran out, or it leads itself. */
export function mayBegin(leader: Leader, execution: string, now: number): boolean {
  return leader.holder === execution || !isLed(leader, now);
}

/**
 * Take or keep the lead and raise the epoch. Every attempt of every step that reads the world begins, so that a step
 * that is retried while its first attempt still runs overtakes it.
 */
export function beginWrite(
  controller: Controller,
  read: Leader,
  { execution, now, deadline }: { execution: string; now: number; deadline: number },
): Write {
  const epoch = read.epoch === 0 ? ({ absent: true } as const) : ({ equals: read.epoch } as const);
  return {
    at: leaderKey(controller),
    update: { set: { holder: execution, until: deadline + LEASE_MARGIN_MS, epoch: read.epoch + 1 } },
    when: [
      { epoch, holder: { absent: true } },
      { epoch, until: { below: now } },
      { epoch, holder: { equals: execution } },
    ],
  };
}

/** A commit step begins: it extends the lease but keeps the epoch of the plan it carries out. */
export function renewWrite({ controller, epoch }: Fence, deadline: number): Write {
  return {
    at: leaderKey(controller),
    update: { set: { until: deadline + LEASE_MARGIN_MS } },
    when: [{ epoch: { equals: epoch } }],
  };
}

/** Part of every commit's and claim's own transaction. */
export function fenceCheck({ controller, epoch }: Fence): Write {
  return { at: leaderKey(controller), check: true, when: [{ epoch: { equals: epoch } }] };
}

/**
 * Gives the lead up. Executions are unique and never begin again after this, so the holder's name is as good a
 * condition as the epoch, and a run whose step failed half way can still give up a lead it holds.
 */
export function stepDownWrite(controller: Controller, execution: string, forgets: readonly string[] = []): Write {
  return {
    at: leaderKey(controller),
    update: { remove: ['holder', 'until', ...forgets] },
    when: [{ holder: { equals: execution } }],
  };
}
