import type { Change } from './plan';
import type { Key, Write } from './write';

/** `Guard` of the configuration: a plan over both limits is held. */
export interface GuardLimits {
  readonly maxRemovals: number;
  /** Of the managed assignments; 0–100. */
  readonly maxRemovalPercent: number;
}

/** What would be removed, and what was removed in the hour before without anybody having looked at it. */
export interface Removals {
  readonly removals: number;
  readonly recent: number;
}

/** A plan that is over the limits, in numbers. */
export interface Excess extends Removals {
  /** The assignments that are managed now and those that were removed in the hour before. */
  readonly managed: number;
  /** `removals` and `recent` of `managed`, to one decimal. */
  readonly percent: number;
}

/** A change that takes an assignment away. What is tried again was let through when it was first planned. */
export function isRemoval(change: Change): change is Extract<Change, { type: 'revise' }> {
  return change.type === 'revise' && !change.desired && change.row.desired;
}

/** Whether the number alone is no reason to look further. */
export function isWithinCount({ removals, recent }: Removals, { maxRemovals }: GuardLimits): boolean {
  return removals === 0 || removals + recent <= maxRemovals;
}

/** So many rows that are desired make the removals stay within the percentage: nobody has to count on. */
export function rowsThatSuffice({ removals, recent }: Removals, { maxRemovalPercent }: GuardLimits): number {
  if (maxRemovalPercent <= 0) return Number.POSITIVE_INFINITY;
  return Math.max(0, Math.ceil(((removals + recent) * 100) / maxRemovalPercent) - recent);
}

/** Judges by `desired`, the number of rows that are desired. Nothing: the plan is within the limits. */
export function excessOf(judged: Removals, desired: number, limits: GuardLimits): Excess | undefined {
  if (isWithinCount(judged, limits) || desired >= rowsThatSuffice(judged, limits)) return undefined;
  const managed = desired + judged.recent;
  const percent = Math.round((1000 * (judged.removals + judged.recent)) / Math.max(1, managed)) / 10;
  return { ...judged, managed, percent };
}

/** Why a plan is held, in words. */
export function reasonOf({ removals, recent, managed, percent }: Excess, limits: GuardLimits): string {
  const before = recent > 0 ? ` and ${recent} of the hour before` : '';
  const over = `over Guard.MaxRemovals (${limits.maxRemovals}) and Guard.MaxRemovalPercent (${limits.maxRemovalPercent})`;
  const verb = removals + recent === 1 ? 'is' : 'are';
  return `${counted(removals)}${before} ${verb} ${percent} % of ${managed} managed assignments: ${over}`;
}

export function counted(removals: number): string {
  return removals === 1 ? '1 removal' : `${removals} removals`;
}

/** Committed removals, counted by the minute. */
export const REMOVAL_COUNTS = 'REMOVALS';

/** An hour begins in one minute and ends in another one. */
export const MINUTES_THAT_COUNT = 61;

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** Long after the hour in which they matter. */
const KEPT_SECONDS = 7_200;

interface RemovalCount {
  /** The minute in which they were committed; epoch milliseconds. */
  readonly minute: number;
  readonly removals: number;
}

/** Counts removals that are about to be committed: before the effect, so that a crash makes them too many, never too few. */
export function countRemovals(removals: number, now: number): Write {
  const minute = Math.floor(now / MINUTE_MS) * MINUTE_MS;
  const at: Key = { table: 'control', pk: REMOVAL_COUNTS, sk: new Date(minute).toISOString() };
  const expiresAt = Math.floor(minute / 1000) + KEPT_SECONDS;
  return { at, update: { set: { minute, expiresAt }, add: { removals } } };
}

/** The removals of the hour before `now`, the minute in which it began included. */
export function recentRemovals(counts: readonly unknown[], now: number): number {
  return (counts as readonly RemovalCount[])
    .filter(({ minute }) => minute + MINUTE_MS > now - HOUR_MS)
    .reduce((sum, { removals }) => sum + removals, 0);
}
