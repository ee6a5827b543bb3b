import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { loadConfiguration } from '../lib/config';
import { Names } from '../lib/names';

/** How often it is asked whether the pass has ended, in milliseconds. */
const ASK_EVERY_MS = 2_000;

/** `npm run full-pass -- [configuration]`: starts a full pass with the caller's credentials and waits for its end. */
async function main([name = 'env']: readonly string[]): Promise<void> {
  const configuration = loadConfiguration(name);
  const { accountId, region } = configuration.target;
  const machine = new Names(configuration).stateMachine('full-pass');
  const client = new SFNClient({ region });
  const stateMachineArn = `arn:${configuration.partition}:states:${region}:${accountId}:stateMachine:${machine}`;
  const { executionArn } = await client.send(new StartExecutionCommand({ stateMachineArn, input: '{}' }));
  console.log(`started ${executionArn}`);
  for (;;) {
    const { status, output, cause } = await client.send(new DescribeExecutionCommand({ executionArn }));
    if (status === 'SUCCEEDED') return console.log(output === undefined ? 'done' : `done: ${output}`);
    if (status !== 'RUNNING') throw new Error(`The full pass ended with ${status}: ${cause ?? 'no reason given'}`);
    await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
  }
}

main(process.argv.slice(2)).catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
