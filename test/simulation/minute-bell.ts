import { ringBells } from '../../lambda/bells/ring-bells';
import type { Notification } from '../../lambda/ports/notifier';
import { silentLog } from '../support/silent-log';
import { silentMetrics } from '../support/silent-metrics';
import type { Cloud } from './cloud';

const MINUTE_MS = 60_000;
const TIMEOUT_SECONDS = 30;

/** Rings and sends messages every minute from now on. A bell that fails is followed by the next one. */
export function ringEveryMinute(cloud: Cloud): void {
  cloud.scheduler.after(MINUTE_MS, 'the minute is over', () => {
    ringEveryMinute(cloud);
    cloud.spawn('the bell of the minute', async () => {
      const invocation = cloud.invoke('minute', 'RingBells', TIMEOUT_SECONDS);
      const ports = { store: cloud.store.portOf(invocation), bell: cloud.bellOf(invocation) };
      const notifier = {
        notify: ({ subject }: Notification) =>
          invocation.call('write', 'sends a message', () => void cloud.sent.add(subject)),
      };
      const world = {
        ...ports,
        clock: invocation,
        newId: cloud.uniqueId,
        notifier,
        log: silentLog,
        metrics: silentMetrics,
      };
      await invocation.run(ringBells(world)).catch(() => undefined);
    });
  });
}
