import {
  DescribeExecutionCommand,
  type DescribeExecutionCommandOutput,
  ExecutionStatus,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { administratorOf, type LocalCloud, REGION, TARGET } from './local-cloud';

export type MachineName = 'reconcile' | 'apply-assignments' | 'converge-permission-sets' | 'importCurrentConfigSM';

/** Those of the controllers. */
const MACHINES: readonly MachineName[] = ['reconcile', 'apply-assignments', 'converge-permission-sets'];

/** The runs of all controllers, as an administrator of the target account sees and handles them. */
export class Executions {
  private readonly client: SFNClient;

  constructor(cloud: LocalCloud) {
    this.client = new SFNClient(cloud.clientOf(administratorOf(TARGET)));
  }

  /** Starts a run by hand; answers its ARN. */
  async start(machine: MachineName): Promise<string> {
    const stateMachineArn = `arn:aws:states:${REGION}:${TARGET}:stateMachine:local-${machine}`;
    const { executionArn = '' } = await this.client.send(new StartExecutionCommand({ stateMachineArn, input: '{}' }));
    return executionArn;
  }

  /** Starts runs of all controllers, `times` each, all at once. */
  async ring(times: number): Promise<void> {
    await Promise.all(MACHINES.flatMap((machine) => Array.from({ length: times }, () => this.start(machine))));
  }

  async list(machine: MachineName, statusFilter: ExecutionStatus): Promise<DescribeExecutionCommandOutput[]> {
    const stateMachineArn = `arn:aws:states:${REGION}:${TARGET}:stateMachine:local-${machine}`;
    const { executions = [] } = await this.client.send(new ListExecutionsCommand({ stateMachineArn, statusFilter }));
    return Promise.all(
      executions.map(({ executionArn }) => this.client.send(new DescribeExecutionCommand({ executionArn }))),
    );
  }

  async isRunning(machine: MachineName): Promise<boolean> {
    return (await this.list(machine, ExecutionStatus.RUNNING)).length > 0;
  }

  /** Stops every run that leads or waits to lead, in the middle of whatever it does. */
  async stopAll(): Promise<void> {
    for (const machine of MACHINES) {
      for (const { executionArn } of await this.list(machine, ExecutionStatus.RUNNING)) {
        await this.client.send(new StopExecutionCommand({ executionArn }));
      }
    }
  }

  /** Whether a run has come to a state, or has ended. */
  async hasReached(executionArn: string, state: string): Promise<boolean> {
    const question = { executionArn, reverseOrder: true, maxResults: 5 };
    const { events = [] } = await this.client.send(new GetExecutionHistoryCommand(question));
    return events.some(
      ({ stateEnteredEventDetails, type }) =>
        stateEnteredEventDetails?.name === state ||
        (type?.startsWith('Execution') === true && type !== 'ExecutionStarted'),
    );
  }

  async hasEnded(executionArn: string): Promise<boolean> {
    const { status } = await this.client.send(new DescribeExecutionCommand({ executionArn }));
    return status !== 'RUNNING';
  }
}
