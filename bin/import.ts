import { parseArgs } from 'node:util';
import { type ImportCounts, importedText, parseImportInput } from '../lambda/domain/import-report';
import { Names } from '../lib/names';
import { configurationNamed, run } from './commands/command-line';
import { runToItsEnd } from './commands/run-to-its-end';

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
  const configuration = configurationNamed(positionals);
  const asked = parseImportInput({ onConflict: values['on-conflict'] });
  if (!asked.ok) throw new Error(asked.problems.map(({ message }) => `--on-conflict: ${message}`).join('\n'));
  const { counts, report } = (await runToItsEnd(configuration, 'import', asked.value)) as Ended;
  console.log(`done: ${importedText(counts)}`);
  console.log(`report: s3://${new Names(configuration).artefactsBucket()}/${report}`);
}

run(main);
