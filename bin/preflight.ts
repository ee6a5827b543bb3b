import { parseArgs } from 'node:util';
import { LOOKUP_ROLE } from '../lib/lookup-role';
import { configurationNamed, run } from './commands/command-line';
import { Access } from './commands/preflight/access';
import { sdkClients } from './commands/preflight/clients';
import { expectationsOf } from './commands/preflight/expectations';
import { exitStatus, judge } from './commands/preflight/judge';
import { readFacts } from './commands/preflight/read-facts';
import { reportText } from './commands/preflight/report';

const OPTIONS = {
  profile: { type: 'string', multiple: true, default: [] as string[] },
  role: { type: 'string', default: LOOKUP_ROLE },
  'by-role': { type: 'boolean', default: false },
  deployed: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
} as const;

/**
 * `npm run preflight -- [configuration] [--profile ACCOUNT=NAME]… [--role NAME] [--by-role] [--deployed] [--json]`: says what is missing
 * in the accounts, and how to mend it. Reads only. Exit status: see `exitStatus`.
 */
async function main(args: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  const configuration = configurationNamed(positionals);
  const accounts = new Set(
    [configuration.management, configuration.identityCenter, configuration.target].map((at) => at.accountId),
  );
  const { pipeline } = configuration;
  if (pipeline) accounts.add(pipeline.location.accountId);
  const profiles = profilesOf(values.profile, accounts);
  const access = new Access(configuration, { profiles, roleName: values.role, alwaysAssume: values['by-role'] });
  const expectations = expectationsOf(configuration);
  const judgement = judge(await readFacts(sdkClients(access), expectations), expectations, {
    isDeployed: values.deployed,
  });
  process.stdout.write(`${values.json ? JSON.stringify(judgement, null, 2) : reportText(judgement)}\n`);
  process.exitCode = exitStatus(judgement);
}

function profilesOf(given: readonly string[], accounts: ReadonlySet<string>): Record<string, string> {
  const pairs = given.map((pair) => {
    const [, accountId = '', name = ''] = /^(\d{12})=(.+)$/.exec(pair) ?? [];
    if (accounts.has(accountId)) return [accountId, name] as const;
    throw new Error(
      `--profile: expected ACCOUNT=NAME with one of the accounts ${[...accounts].join(', ')}; got ${pair}.`,
    );
  });
  return Object.fromEntries(pairs);
}

run(main);
