import { markWrite, type Slice } from '../../lambda/domain/slice';
import { ring } from '../../lambda/leadership/ring';
import { silentLog } from '../support/silent-log';
import type { Cloud } from './cloud';
import type { Invocation } from './invocation';
import { runTask } from './task';

/** How late an event usually arrives, and how late at worst. */
const USUAL_MS = 3_000;
const LATEST_MS = 120_000;
const TIMEOUT_SECONDS = 30;

/**
 * A change is noticed through an event that says which slice to look at. It may be lost, come twice, or late, and so after
 * later ones. Whoever delivers it tries again until it is taken.
 */
export function notice(cloud: Cloud, slice: Slice): void {
  if (cloud.faults.strikes('event lost')) {
    cloud.lostEvents += 1;
    return;
  }
  deliver(cloud, slice);
  if (cloud.faults.strikes('event doubled')) deliver(cloud, slice);
}

/** Marks a slice and rings, as an event does. */
export function deliver(cloud: Cloud, slice: Slice): void {
  const delay = cloud.chance.between(0, cloud.faults.strikes('event delayed') ? LATEST_MS : USUAL_MS);
  cloud.spawn(`the event about ${slice.kind}`, async () => {
    await cloud.scheduler.wait(delay, `an event about ${slice.kind} arrives`);
    const work = (invocation: Invocation) => mark(cloud, invocation, slice);
    await runTask(cloud, { execution: 'event', step: slice.kind, timeoutSeconds: TIMEOUT_SECONDS, work }).catch(() => {
      cloud.lostEvents += 1;
    });
  });
}

async function mark(cloud: Cloud, invocation: Invocation, slice: Slice): Promise<null> {
  const store = cloud.store.portOf(invocation);
  await store.transact([markWrite(slice, cloud.uniqueId(), new Date(invocation.now()).toISOString())]);
  await ring({ store, bell: cloud.bellOf(invocation), clock: invocation, log: silentLog }, 'reconcile');
  return null;
}
