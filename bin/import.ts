import { parseArgs } from 'node:util';
import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { type ImportCounts, importedText, parseImportInput } from '../lambda/domain/import-report';
import { loadConfiguration } from '../lib/config';
import type { Configuration } from '../lib/config/configuration';
import { Names } from '../lib/names';

/** How often it is asked whether the import has ended, in milliseconds. */
const ASK_EVERY_MS = 2_000;

/** What an import that ended answers. */
interface Ended {
  readonly counts: ImportCounts;
  readonly report: string;
}

/**
 * `npm run import -- [configuration] [--on-conflict keepDocument|takeLive]`: starts an import with the caller's credentials
 * and waits for its end.
 */
async function main(args: readonly string[]): Promise<void> {
  const options = { 'on-conflict': { type: 'string' } } as const;
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
  const [name = 'env'] = positionals;
  const configuration = loadConfiguration(name);
  const client = new SFNClient({ region: configuration.target.region });
  const onConflict = values['on-conflict'];
  const asked = parseImportInput({ onConflict });
  if (!asked.ok) throw new Error(asked.problems.map(({ message }) => `--on-conflict: ${message}`).join('\n'));
  const input = JSON.stringify(asked.value);
  const start = new StartExecutionCommand({ stateMachineArn: stateMachineArn(configuration), input });
  const { executionArn } = await client.send(start);
  console.log(`started ${executionArn}`);
  for (;;) {
    const { status, output, cause } = await client.send(new DescribeExecutionCommand({ executionArn }));
    if (status === 'SUCCEEDED') return tell(JSON.parse(output ?? '{}') as Ended, configuration);
    if (status !== 'RUNNING') throw new Error(`The import ended with ${status}: ${cause ?? 'no reason given'}`);
    await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
  }
}

function tell({ counts, report }: Ended, configuration: Configuration): void {
  console.log(`done: ${importedText(counts)}`);
  console.log(`report: s3://${new Names(configuration).artefactsBucket()}/${report}`);
}

function stateMachineArn(configuration: Configuration): string {
  const { accountId, region } = configuration.target;
  const machine = new Names(configuration).stateMachine('import');
  return `arn:${configuration.partition}:states:${region}:${accountId}:stateMachine:${machine}`;
}

main(process.argv.slice(2)).catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
