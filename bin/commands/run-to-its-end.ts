import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { Configuration } from '../../lib/config/configuration';
import { Names } from '../../lib/names';

/** How often it is asked whether it has ended, in milliseconds. */
const ASK_EVERY_MS = 2_000;

const PURPOSES = { 'full-pass': 'full pass', import: 'import' } as const;

/** Starts a state machine with the caller's credentials, waits for its end, and answers its output. */
export async function runToItsEnd(
  configuration: Configuration,
  machine: keyof typeof PURPOSES,
  input: object,
): Promise<unknown> {
  const client = new SFNClient({ region: configuration.target.region });
  const stateMachineArn = arnOf(configuration, machine);
  const { executionArn } = await client.send(
    new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(input) }),
  );
  console.log(`started ${executionArn}`);
  for (;;) {
    const { status, output, cause } = await client.send(new DescribeExecutionCommand({ executionArn }));
    if (status === 'SUCCEEDED') return JSON.parse(output ?? '{}');
    if (status !== 'RUNNING') {
      throw new Error(`The ${PURPOSES[machine]} ended with ${status}: ${cause ?? 'no reason given'}`);
    }
    await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
  }
}

function arnOf(configuration: Configuration, machine: keyof typeof PURPOSES): string {
  const { accountId, region } = configuration.target;
  const name = new Names(configuration).stateMachine(machine);
  return `arn:${configuration.partition}:states:${region}:${accountId}:stateMachine:${name}`;
}
