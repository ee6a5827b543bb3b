import { parseArgs } from 'node:util';
import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { comparedText, type FullPassCounts } from '../lambda/domain/full-pass-counts';
import { loadConfiguration } from '../lib/config';
import type { Configuration } from '../lib/config/configuration';
import { Names } from '../lib/names';

/** How often it is asked whether the pass has ended, in milliseconds. */
const ASK_EVERY_MS = 2_000;

/** What a pass that ended answers. */
type Ended = { readonly state: 'anotherRuns' } | (FullPassCounts & { readonly inventory: keyof typeof INVENTORY });

const INVENTORY = {
  none: '',
  taken: ' An inventory of what is not managed was taken: inventory/latest.json in the artefacts bucket.',
  open: ' An inventory of what is not managed was begun; the next pass goes on with it.',
} as const;

/**
 * `npm run full-pass -- [configuration] [--inventory]`: starts a full pass with the caller's credentials and waits for
 * its end; with `--inventory` it takes an inventory of what is not managed, too.
 */
async function main(args: readonly string[]): Promise<void> {
  const options = { inventory: { type: 'boolean', default: false } } as const;
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
  const [name = 'env'] = positionals;
  const configuration = loadConfiguration(name);
  const client = new SFNClient({ region: configuration.target.region });
  const input = JSON.stringify({ inventory: values.inventory });
  const start = new StartExecutionCommand({ stateMachineArn: stateMachineArn(configuration), input });
  const { executionArn } = await client.send(start);
  console.log(`started ${executionArn}`);
  for (;;) {
    const { status, output, cause } = await client.send(new DescribeExecutionCommand({ executionArn }));
    if (status === 'SUCCEEDED') return tell(JSON.parse(output ?? '{}') as Ended, configuration);
    if (status !== 'RUNNING') throw new Error(`The full pass ended with ${status}: ${cause ?? 'no reason given'}`);
    await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
  }
}

function tell(ended: Ended, { fullPass }: Configuration): void {
  if ('state' in ended) throw new Error('Another full pass or an import is running: try again when it has ended.');
  console.log(`done: ${comparedText(ended, fullPass.driftMode)}${INVENTORY[ended.inventory]}`);
}

function stateMachineArn(configuration: Configuration): string {
  const { accountId, region } = configuration.target;
  const machine = new Names(configuration).stateMachine('full-pass');
  return `arn:${configuration.partition}:states:${region}:${accountId}:stateMachine:${machine}`;
}

main(process.argv.slice(2)).catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
