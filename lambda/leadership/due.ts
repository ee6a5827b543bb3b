import { PERMISSION_SET_WORK } from '../domain/convergence';
import { ASKED_PASSES } from '../domain/full-pass-request';
import type { Controller } from '../domain/lease';
import { OPERATIONS, WORK_PARTITIONS } from '../domain/ledger-row';
import { MARKS } from '../domain/slice';
import type { PartitionQuery, Store } from '../ports/store';

/** Where each controller's unfinished, unparked items lie. What waits for the world or is parked lies elsewhere. */
const DUE: Readonly<Record<Controller, readonly PartitionQuery[]>> = {
  reconcile: [{ table: 'control', pk: MARKS, limit: 1 }],
  'apply-assignments': [
    { table: 'ledger', pk: WORK_PARTITIONS.delete, limit: 1 },
    { table: 'ledger', pk: WORK_PARTITIONS.create, limit: 1 },
    { table: 'ledger', pk: OPERATIONS, limit: 1 },
  ],
  // The schedule starts a pass by itself; what people ask for lies here until a pass has answered it.
  'full-pass': [{ table: 'control', pk: ASKED_PASSES, limit: 1 }],
  'converge-permission-sets': [{ table: 'permission-sets', pk: PERMISSION_SET_WORK, limit: 1 }],
};

/** The one meaning of "due", for the loop, the last look after stepping down, and the bell of every minute. */
export async function isDue(store: Store, controller: Controller): Promise<boolean> {
  for (const query of DUE[controller]) {
    const { items } = await store.query(query);
    if (items.length > 0) return true;
  }
  return false;
}
