import type { Controller } from '../../lambda/domain/lease';
import { OPERATIONS, WORK_PARTITIONS } from '../../lambda/domain/ledger-row';
import { MARKS } from '../../lambda/domain/slice';
import type { Cloud } from './cloud';
import type { Safety } from './safety';

/** More than the time between two steps, less than until the bell of the minute. */
const LONGEST_MS = 1_000;

const DUE: readonly (readonly [Controller, (cloud: Cloud) => boolean])[] = [
  ['reconcile', ({ store }) => store.count('control', MARKS) > 0],
  [
    'apply-assignments',
    ({ store }) =>
      [OPERATIONS, WORK_PARTITIONS.create, WORK_PARTITIONS.delete].some((pk) => store.count('ledger', pk) > 0),
  ],
];

/** While no function fails, whoever leaves something due behind has rung: it never waits for the bell of the minute. */
export function expectPromptness(cloud: Cloud, safety: Safety): void {
  const since = new Map<Controller, number>();
  cloud.scheduler.afterStep = () => {
    const now = cloud.scheduler.now();
    for (const [controller, isDue] of DUE) {
      const waits = ringers(cloud, controller) === 0 && isDue(cloud);
      if (!waits) since.delete(controller);
      else if (!since.has(controller)) since.set(controller, now);
      const waitedMs = now - (since.get(controller) ?? now);
      safety.check(
        waitedMs < LONGEST_MS,
        () => `${controller} has something to do, and nobody rang for ${waitedMs} ms`,
      );
    }
  };
}

/** Whoever could still ring for a controller: everybody, but that the worker never rings for the planner. */
function ringers({ active, running }: Cloud, controller: Controller): number {
  return controller === 'reconcile' ? active - (running.get('apply-assignments') ?? 0) : active;
}
