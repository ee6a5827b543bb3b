import { execFileSync } from 'node:child_process';
import { expectationsOf, POLICY_FILES } from '../../bin/commands/preflight/expectations';
import { bootstrapCommand, bootstrapPlaces, policyName } from '../../bin/commands/preflight/judge-accounts';
import { loadConfiguration } from '../../lib/config';
import { Synthesized } from '../lib/synthesized';
import { readMarkdown } from '../support/markdown';
import { projectFiles, readProjectFile } from '../support/project-files';

const { fences, tables } = readMarkdown('docs/deployment.md');
const text = readProjectFile('docs/deployment.md');
const shell = fences.filter(({ language }) => language === 'sh');
const commands = shell.flatMap((fence) => fence.text.split('\n'));
const expectations = expectationsOf(loadConfiguration('env'));
const stackNames = expectations.stacks.map(({ name }) => name).sort();

const tableWith = (header: string) => tables.find((table) => table.header[0] === header)?.rows ?? [];

test('every block is a script that a shell can read', () => {
  expect(shell.length).toBeGreaterThan(6);
  for (const fence of shell) execFileSync('bash', ['-n'], { input: fence.text });
});

test('the bootstrap commands are those that the preflight gives, one for each place', () => {
  const shown = fences.find(({ words }) => words.includes('bootstrap'))?.text.split('\n') ?? [];
  const given = bootstrapPlaces(expectations).map((place) => bootstrapCommand(place, expectations.configuration));
  expect(shown.map((command) => command.replace(/ --profile [\w-]+$/, ''))).toEqual(given);
});

test('the policies that the guide makes are those that the bootstrap names', () => {
  const created = [...text.matchAll(/^create (\S+) (\S+)$/gm)].map(([, profile = '', file = '']) => [profile, file]);
  const expected = Object.entries(POLICY_FILES).flatMap(([part, files]) => files.map((file) => [part, file]));
  expect(created).toEqual(expected);
  expect(text).toContain(`--policy-name "${policyName('${' + 'ENVIRONMENT:-env}', '$2')}"`);
  const shown = tables.find(({ header }) => header[1]?.startsWith('files in'))?.rows.map(([, files = '']) => files);
  const files = expected.map(([, file]) => `\`${file}.json\``);
  expect(shown?.flatMap((cell) => cell.split(', '))).toEqual(files);
  const there = projectFiles().filter((path) => path.startsWith('docs/samples/bootstrap-policies/'));
  expect(there.map((path) => `\`${path.split('/').pop()}\``).sort()).toEqual(files.sort());
});

test.each(['deploy', 'destroy'])('all stacks are named where the guide says cdk %s', (command) => {
  const named = commands
    .filter((line) => line.startsWith(`npx cdk ${command} `))
    .flatMap((line) => line.match(/\benv-identity-center-extensions-[\w-]+/g) ?? []);
  expect([...new Set(named)].sort()).toEqual(stackNames);
});

test('scripts that the guide runs exist', () => {
  const { scripts } = JSON.parse(readProjectFile('package.json'));
  const run = [...text.matchAll(/npm run ([\w-]+)/g)].map(([, script = '']) => script);
  expect(new Set(run)).toEqual(new Set(['synth', 'preflight', 'check']));
  for (const script of run) expect(scripts).toHaveProperty(script);
});

test('the options of the preflight are documented, and only used as they are', () => {
  const [, declared = ''] = /\bOPTIONS = \{\n([\s\S]*?)\n\} as const/.exec(readProjectFile('bin/preflight.ts')) ?? [];
  const options = [...declared.matchAll(/^ {2}'?([\w-]+)'?: \{/gm)].map(([, name]) => `--${name}`).sort();
  expect(
    tableWith('option')
      .map(([name = '']) => name.replaceAll('`', ''))
      .sort(),
  ).toEqual(options);
  const used = commands
    .filter((line) => line.startsWith('npm run preflight'))
    .flatMap((line) => line.match(/--[a-z][\w-]*/g) ?? []);
  expect(used.length).toBeGreaterThan(2);
  expect(used.filter((option) => !options.includes(option))).toEqual([]);
});

test('what the guide removes for good is what the stacks keep', () => {
  const removals = fences.filter(({ words }) => words.includes('uninstall'));
  const removal = removals.map((fence) => fence.text).join('\n');
  const [, listed = ''] = /for table in ([^;]+);/.exec(removal) ?? [];
  const buckets = [...removal.matchAll(/^BUCKET=(.*)$/gm)].map(([, bucket]) => bucket);
  const kept = new Synthesized(loadConfiguration('env'))
    .all()
    .filter(({ DeletionPolicy }) => DeletionPolicy === 'Retain');
  const nameOf = (resource: (typeof kept)[number]) =>
    resource.Properties.TableName ?? resource.Properties.BucketName ?? 'key';
  expect(kept.map(nameOf).sort()).toEqual(
    [...listed.split(' ').map((name) => `env-${name}`), ...buckets, 'key'].sort(),
  );
  expect(removal).toContain('aws kms schedule-key-deletion');
});

describe('the cost', () => {
  const prices = Object.fromEntries(tableWith('unit').map(([unit = '', usd = '']) => [unit, Number(usd)]));
  const price = (unit: string): number => prices[unit] ?? Number.NaN;
  const months = tableWith('per month');
  const ACCOUNTS = [100, 1_000, 10_000];

  const ARITHMETIC: Readonly<Record<string, (accounts: number) => number>> = {
    key: () => price('key'),
    'nothing to do': () => price('nothing to do, per month'),
    'looking at the organization': (accounts) => accounts * price('looking at the organization, per account and month'),
    'full passes': (accounts) => 30 * assignments(accounts) * price('full pass over 1,000 assignments'),
    changes: (accounts) => 0.05 * assignments(accounts) * price('1,000 assignments applied'),
    'audit trail': (accounts) =>
      price('audit trail with nothing to tell, per month') +
      0.05 * assignments(accounts) * price('audit trail of 1,000 assignments applied'),
    'traces and logs': () => price('traces and logs, per month'),
    storage: (accounts) => assignments(accounts) * price('1,000 assignments kept, per month'),
  };
  /** In thousands. */
  const assignments = (accounts: number) => (20 * accounts) / 1_000;

  test.each(Object.keys(ARITHMETIC))('of %s follows from its unit', (row) => {
    const shown = months
      .find(([name]) => name === row)
      ?.slice(1)
      .map(Number);
    expect(shown).toEqual(ACCOUNTS.map((accounts) => Number((ARITHMETIC[row]?.(accounts) ?? Number.NaN).toFixed(2))));
  });

  test('adds up', () => {
    expect(months.map(([name]) => name)).toEqual([...Object.keys(ARITHMETIC), 'sum']);
    for (const column of [1, 2, 3]) {
      const cells = months.map((row) => Number(row[column]));
      const sum = cells.slice(0, -1).reduce((total, cell) => total + cell, 0);
      expect(cells.at(-1)).toBeCloseTo(sum, 6);
    }
  });
});
