import { parseArgs } from 'node:util';
import { comparedText, type FullPassCounts } from '../lambda/domain/full-pass-counts';
import { configurationNamed, run } from './commands/command-line';
import { runToItsEnd } from './commands/run-to-its-end';

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
  const configuration = configurationNamed(positionals);
  const ended = (await runToItsEnd(configuration, 'full-pass', { inventory: values.inventory })) as Ended;
  if ('state' in ended) throw new Error('Another full pass or an import is running: try again when it has ended.');
  console.log(`done: ${comparedText(ended, configuration.fullPass.driftMode)}${INVENTORY[ended.inventory]}`);
}

run(main);
