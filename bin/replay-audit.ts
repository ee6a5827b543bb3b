import { parseArgs } from 'node:util';
import { replayAudit } from '../lambda/domain/audit/replay-audit';
import { auditEventsIn } from './commands/audit-folder';
import { run } from './commands/command-line';

const OPTIONS = {
  at: { type: 'string' },
} as const;

/**
 * `npm run replay-audit -- FOLDER [--at TIME]`: the managed assignments that exist, or existed at a time, by a copy of the audit
 * trail; one a line, as JSON.
 */
async function main(args: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  const [folder, ...others] = positionals;
  if (folder === undefined || others.length > 0) throw new Error('Expected one folder with a copy of the audit trail.');
  for (const assignment of replayAudit(auditEventsIn(folder), timeOf(values.at)))
    console.log(JSON.stringify(assignment));
}

/** As events have it: in UTC, to the second. */
function timeOf(at: string | undefined): string | undefined {
  if (at === undefined) return undefined;
  if (Number.isNaN(Date.parse(at))) throw new Error(`--at: expected a time such as 2026-11-27T23:59:59Z, got ${at}.`);
  return new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');
}

run(main);
