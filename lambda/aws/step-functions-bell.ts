import { randomUUID } from 'node:crypto';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { Controller } from '../domain/lease';
import type { Bell } from '../ports/bell';
import { naming } from './service-faults';

/** The state machine of each controller that a function may start. */
export type StateMachineArns = Readonly<Partial<Record<Controller, string>>>;

/** Starts executions. Every ring has a name of its own: executions are cheap, and a second one ends at once. */
export class StepFunctionsBell implements Bell {
  constructor(
    private readonly stateMachineArns: StateMachineArns,
    private readonly client = new SFNClient({ maxAttempts: 3 }),
  ) {}

  async ring(controller: Controller): Promise<void> {
    const stateMachineArn = this.stateMachineArns[controller];
    if (!stateMachineArn) throw new Error(`This function does not know the state machine of ${controller}.`);
    const input = { stateMachineArn, name: randomUUID(), input: '{}' };
    await naming(this.client.send(new StartExecutionCommand(input)));
  }
}
