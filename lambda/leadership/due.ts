import { PERMISSION_SET_WORK } from '../domain/convergence';
import { ASKED_PASSES } from '../domain/full-pass-request';
import type { Controller } from '../domain/lease';
import { OPERATIONS, WORK_PARTITIONS } from '../domain/ledger-row';
import { MARKS } from '../domain/slice';
import type { PartitionQuery, Store } from '../ports/store';

/** A partition that holds only what is unfinished and not parked. */
type Partition = Pick<PartitionQuery, 'table' | 'pk'>;

/** Where each controller's unfinished, unparked items lie. What waits for the world or is parked lies elsewhere. */
export const UNFINISHED: Readonly<Record<Controller, readonly Partition[]>> = {
  reconcile: [{ table: 'control', pk: MARKS }],
  'apply-assignments': [
    { table: 'ledger', pk: WORK_PARTITIONS.delete },
    { table: 'ledger', pk: WORK_PARTITIONS.create },
    { table: 'ledger', pk: OPERATIONS },
  ],
  // The schedule starts a pass by itself; what people ask for lies here until a pass has answered it.
  'full-pass': [{ table: 'control', pk: ASKED_PASSES }],
  'converge-permission-sets': [{ table: 'permission-sets', pk: PERMISSION_SET_WORK }],
};

/** The one meaning of "due", for the loop, the last look after stepping down, and the bell of every minute. */
export async function isDue(store: Store, controller: Controller): Promise<boolean> {
  for (const partition of UNFINISHED[controller]) {
    const { items } = await store.query({ ...partition, limit: 1 });
    if (items.length > 0) return true;
  }
  return false;
}
