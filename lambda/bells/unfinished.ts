import type { Controller, Leader } from '../domain/lease';
import { leaderKey, leaderOf } from '../domain/lease';
import type { Item, Key } from '../domain/write';
import { UNFINISHED } from '../leadership/due';
import type { Store } from '../ports/store';

export const CONTROLLERS: readonly Controller[] = [
  'reconcile',
  'converge-permission-sets',
  'apply-assignments',
  'full-pass',
];
/** Items of one partition that are read in a minute: a gauge that shows so many says "at least". */
export const MOST_COUNTED = 500;
/** Since when something has been due or under way; absent while everything is as declared. */
export const unconvergedKey: Key = { table: 'control', pk: 'UNCONVERGED', sk: 'UNCONVERGED' };

/** What was unfinished when a minute began: read once, for the bells and for the gauges. */
export interface Unfinished {
  leader(controller: Controller): Leader;
  isDue(controller: Controller): boolean;
  /** The first items of one of the controllers' partitions. */
  head(partition: string): readonly Item[];
  /** Epoch milliseconds, as noted in an earlier minute. */
  readonly unconvergedSince?: number;
}

export async function readUnfinished(store: Store): Promise<Unfinished> {
  const single = await store.getMany([...CONTROLLERS.map(leaderKey), unconvergedKey]);
  const at = ({ pk }: Key) => single.find((item) => item.pk === pk);
  const heads = new Map<string, readonly Item[]>();
  for (const partition of CONTROLLERS.flatMap((controller) => UNFINISHED[controller])) {
    heads.set(partition.pk, (await store.query({ ...partition, limit: MOST_COUNTED })).items);
  }
  const head = (partition: string) => heads.get(partition) ?? [];
  const since = at(unconvergedKey)?.since;
  return {
    leader: (controller) => leaderOf(at(leaderKey(controller))),
    isDue: (controller) => UNFINISHED[controller].some(({ pk }) => head(pk).length > 0),
    head,
    ...(typeof since === 'number' ? { unconvergedSince: since } : {}),
  };
}
