import type { LinkId, PairId } from './ids';
import type { LinkLimits } from './link-limits';
import { turningPoints } from './link-limits';
import { markWrite, type Slice, sliceKey } from './slice';
import type { Item, Key, Write } from './write';

/**
 * Times at which links begin or end, in order of time, so that each minute finds those that are due with one query. An
 * item only says "look at this link then": one that is out of date does no harm. They lie beside the marks they become,
 * not among the links, of which many are read by looking at all.
 */
export const LINK_TIMES = 'TIMES#links';

/**
 * A time counts as passed only this much later, milliseconds: clocks of different functions differ, and the planner must
 * not find by its own that the time is still to come.
 */
export const CLOCKS_DIFFER_MS = 5_000;

/** Digits of epoch milliseconds up to the year 9999: texts sort like the numbers. */
const TIME_DIGITS = 15;

interface TimedLink {
  readonly linkId: LinkId;
  readonly pairId: PairId;
}

/** What a submission does with the times of its link: the old ones go, those to come are noted. */
export function linkTimeWrites(link: TimedLink, old: LinkLimits, limits: LinkLimits, now: number): Write[] {
  const times = turningPoints(limits).filter((time) => time > now);
  const gone = turningPoints(old).filter((time) => !times.includes(time));
  return [
    ...times.map((time): Write => ({ at: timeKey(time, link), put: { linkId: link.linkId, pairId: link.pairId } })),
    ...gone.map((time): Write => ({ at: timeKey(time, link), delete: true })),
  ];
}

/** Whether the time of an item has passed. */
export function isTimePassed({ sk }: Item, now: number): boolean {
  return Number(sk.slice(0, TIME_DIGITS)) + CLOCKS_DIFFER_MS <= now;
}

/** Turns items into marks; a link that is there twice is marked once. */
export function timePassedWrites(items: readonly Item[], version: string, markedAt: string): Write[] {
  const slices = new Map<string, Slice>();
  for (const item of items) {
    const { linkId, pairId } = item as unknown as TimedLink;
    const slice = { kind: 'link', linkId, pairId } as const;
    slices.set(sliceKey(slice), slice);
  }
  return [
    ...[...slices.values()].map((slice) => markWrite(slice, version, markedAt)),
    ...items.map(({ pk, sk }): Write => ({ at: { table: 'control', pk, sk }, delete: true })),
  ];
}

function timeKey(time: number, { linkId }: TimedLink): Key {
  return { table: 'control', pk: LINK_TIMES, sk: `${String(time).padStart(TIME_DIGITS, '0')}#${linkId}` };
}
