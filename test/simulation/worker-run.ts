import type { Controller } from '../../lambda/domain/lease';
import { endLead } from '../../lambda/leadership/step-down';
import type { StepResult } from '../../lambda/leadership/step-result';
import type { Cloud } from './cloud';
import type { Invocation } from './invocation';
import { nameOf, runTask } from './task';

const FUNCTION_TIMEOUT_SECONDS = 75;
const MOST_PASSES = 500;

/** A controller that works through a list: all its steps are of one function. */
export interface Worker {
  readonly controller: Controller;
  readonly execution: string;
  readonly step: (cloud: Cloud, execution: string, invocation: Invocation) => Promise<StepResult>;
}

/** The state machine of such a controller: steps until nothing is left, then it steps down. */
export async function runWorker(cloud: Cloud, worker: Worker): Promise<void> {
  const { execution, step } = worker;
  const timeoutSeconds = FUNCTION_TIMEOUT_SECONDS;
  try {
    for (let passes = 0; passes < MOST_PASSES; passes += 1) {
      const work = (invocation: Invocation) => step(cloud, execution, invocation);
      const result = await runTask(cloud, { execution, step: 'Work', timeoutSeconds, work });
      if (result.state === 'overtaken') return;
      if (result.state === 'idle') break;
      if (result.state === 'wait') await cloud.scheduler.wait(result.waitSeconds * 1000, `${execution} waited`);
    }
  } catch (fault) {
    await stepDown(cloud, worker, nameOf(fault));
    return;
  }
  await stepDown(cloud, worker);
}

async function stepDown(cloud: Cloud, { controller, execution }: Worker, failure?: string): Promise<void> {
  const run = { controller, execution, ...(failure ? { failure } : {}) };
  const step = failure ? 'StepDownAfterFailure' : 'StepDown';
  const work = (invocation: Invocation) =>
    endLead({ store: cloud.store.portOf(invocation), bell: cloud.bellOf(invocation) }, run);
  const timeoutSeconds = FUNCTION_TIMEOUT_SECONDS;
  await runTask(cloud, { execution, step, timeoutSeconds, work }).catch(() => undefined);
}
