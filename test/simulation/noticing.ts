import { markWrite, type Slice } from '../../lambda/domain/slice';
import type { Cloud } from './cloud';
import { eventAbout } from './events';
import type { Invocation } from './invocation';
import { runTask } from './task';

/** How late an event arrives at worst. */
const LATEST_MS = 120_000;
const TIMEOUT_SECONDS = 30;

/** A change is noticed through an event, which may be lost, come twice, or late, and so after later ones. */
export function notice(cloud: Cloud, slice: Slice): void {
  if (cloud.faults.strikes('event lost')) {
    cloud.lostEvents += 1;
    return;
  }
  deliver(cloud, slice);
  if (cloud.faults.strikes('event doubled')) deliver(cloud, slice);
}

/** An event starts an execution. */
function deliver(cloud: Cloud, slice: Slice): void {
  const delay = cloud.chance.between(0, cloud.faults.strikes('event delayed') ? LATEST_MS : cloud.eventDelayMs);
  cloud.spawn(`the event about ${slice.kind}`, async () => {
    await cloud.scheduler.wait(delay, `an event about ${slice.kind} arrives`);
    cloud.start('reconcile', eventAbout(slice));
  });
}

/** The look at everything that is asked for daily, and by people. */
export function lookAtEverything(cloud: Cloud): void {
  const work = async (invocation: Invocation) => {
    const store = cloud.store.portOf(invocation);
    await store.transact([
      markWrite({ kind: 'everything' }, cloud.uniqueId(), new Date(invocation.now()).toISOString()),
    ]);
    await cloud.bellOf(invocation).ring('reconcile');
    return null;
  };
  cloud.spawn('the look at everything', async () => {
    await runTask(cloud, { execution: 'full pass', step: 'mark', timeoutSeconds: TIMEOUT_SECONDS, work });
  });
}
