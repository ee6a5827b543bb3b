import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { nameInDirectory } from '../lambda/domain/name-in-directory';
import type { SwitchRules } from '../lambda/domain/region-switch';
import { isRecreated } from '../lambda/domain/region-switch-comparison';
import { type Configuration, loadConfiguration, loadRegionSwitch, type RegionSwitch } from '../lib/config';
import { DEFAULTS, type Location } from '../lib/config/configuration';
import { apiOf, requestsPerSecondOf, run } from './commands/command-line';
import { BucketStore } from './region-switch/bucket-store';
import type { Source } from './region-switch/bundle-files';
import { check, DEPLOYED, type Deployed, type DeployWorld, deploy } from './region-switch/deploy';
import { destroy } from './region-switch/destroy';
import { discover, managementAccountOf } from './region-switch/discover';
import { type FoundInstance, operatorReaders } from './region-switch/operator-readers';
import { refuseWrongPlace, requirePlace } from './region-switch/places';
import { submissionsTo } from './region-switch/submissions';

const OPTIONS = {
  installation: { type: 'string' },
  api: { type: 'string' },
  profile: { type: 'string' },
  'api-profile': { type: 'string' },
  instance: { type: 'string' },
  'requests-per-second': { type: 'string', default: '3' },
  check: { type: 'boolean', default: false },
  adopt: { type: 'boolean', default: false },
  'even-if-not-deployed': { type: 'boolean', default: false },
  'without-stacks': { type: 'boolean', default: false },
} as const;

function parsedArguments(args: readonly string[]) {
  const { values, positionals } = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  const [stage = '', name = 'region-switch', ...others] = positionals;
  if (others.length > 0) throw new Error(`Expected one file of a switch, got ${[name, ...others].join(', ')}.`);
  return { stage, name, values, regionSwitch: loadRegionSwitch(name) };
}

type Arguments = ReturnType<typeof parsedArguments>;

/** `npm run region-switch:discover | deploy | destroy -- [file] […]`: Identity Center goes to another Region. */
async function main(args: readonly string[]): Promise<void> {
  const given = parsedArguments(args);
  if (given.stage === 'discover') return runDiscover(given);
  if (given.stage === 'deploy') return runDeploy(given);
  if (given.stage === 'destroy') return runDestroy(given);
  throw new Error(`Expected discover, deploy or destroy, got ${given.stage || 'nothing'}.`);
}

async function runDiscover(given: Arguments): Promise<void> {
  const { values, regionSwitch } = given;
  changeStacks('deploy', given);
  const configuration = values.installation === undefined ? undefined : loadConfiguration(values.installation);
  if (configuration) requirePlace(configuration, regionSwitch.from, 'SSOServiceAccountRegion');
  const { found, readers } = await readersIn(regionSwitch.from, given, configuration);
  const both = stores(regionSwitch, values.profile);
  const { expired, bundle, manifest } = await discover({
    readers,
    api: configuration && apiOf(configuration, values.api, values['api-profile']),
    ...both,
    source: sourceOf(found, regionSwitch, configuration),
    rules: rulesOf(found, configuration),
    now: Date.now,
  });
  const { permissionSets, links, assignments, leftAlone } = manifest.counts;
  console.log(`${permissionSets} permission sets, ${links} links, ${assignments} assignments are in the bundle.`);
  for (const one of bundle.noted) console.log(`will be another one: ${one.permissionSetName}: ${one.why}`);
  for (const link of expired) console.log(`left out, since it has expired: ${link}`);
  if (leftAlone > 0) console.log(`${leftAlone} permission sets and assignments are left alone: see the report.`);
  console.log(`report: ${both.to.name}/${manifest.bundle}report.json`);
}

async function runDeploy(given: Arguments): Promise<void> {
  const { values, regionSwitch } = given;
  if (values.installation === undefined) {
    throw new Error('--installation: expected the configuration of the installation in the new Region.');
  }
  const configuration = loadConfiguration(values.installation);
  requirePlace(configuration, regionSwitch.to, 'SSOServiceTargetAccountRegion');
  const { found, readers } = await readersIn(regionSwitch.to, given, configuration);
  const api = apiOf(configuration, values.api, values['api-profile']);
  const { to: store } = stores(regionSwitch, values.profile);
  const world: DeployWorld = {
    api,
    store,
    readers,
    submissions: submissionsTo(configuration, api, values['api-profile']),
    nameInDirectory: (name) => nameInDirectory(name, configuration.domainName),
    refuse: (bundle) => refuseWrongPlace(bundle, found, regionSwitch, configuration),
    mayAdopt: values.adopt,
    now: Date.now,
    pause: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
    tell: console.log,
  };
  if (values.check) return tellChecked(await check(world));
  const deployed = await deploy(world);
  tellDeployed(deployed);
  console.log(`report: ${store.name}/${DEPLOYED}`);
  if (!isRecreated(deployed.comparison)) process.exitCode = 1;
}

async function runDestroy(given: Arguments): Promise<void> {
  const { from, to } = stores(given.regionSwitch, given.values.profile);
  await destroy(from, to, given.values['even-if-not-deployed']);
  console.log(`${from.name} and ${to.name} are empty.`);
  changeStacks('destroy', given);
}

function tellChecked({ bundle, plan, unknownPrincipals }: Awaited<ReturnType<typeof check>>): void {
  const { permissionSets, links } = bundle.manifest.counts;
  console.log(`${plan.permissionSets.length} of ${permissionSets} permission sets are to be submitted.`);
  console.log(`${plan.links.length} of ${links} links are to be submitted.`);
  for (const { what, why } of plan.conflicts) console.log(`${what}: ${why}`);
  for (const principal of unknownPrincipals) console.log(`not in the directory: ${principal}`);
}

function tellDeployed({ submitted, notSubmitted, unknownPrincipals, comparison, leftAlone }: Deployed): void {
  const { permissionSets: sets, assignments } = comparison;
  console.log(`${submitted.permissionSets} permission sets and ${submitted.links} links were submitted.`);
  console.log(
    `Permission sets: ${sets.equal} equal, ${sets.different.length} different, ${sets.missing.length} missing.`,
  );
  console.log(
    `Account assignments: ${assignments.equal} equal, ${assignments.missing.length} missing, ${assignments.additional.length} additional.`,
  );
  for (const principal of unknownPrincipals) console.log(`not in the directory: ${principal}`);
  for (const { what, why } of notSubmitted) console.log(`not submitted: ${what}: ${why}`);
  if (leftAlone.length > 0) console.log(`${leftAlone.length} were left alone when it was discovered.`);
}

function readersIn({ region }: Location, { values }: Arguments, configuration: Configuration | undefined) {
  const requestsPerSecond = requestsPerSecondOf(values['requests-per-second']);
  const instanceArn = values.instance ?? configuration?.identityCenterInstanceArn;
  return operatorReaders({ region, profile: values.profile, instanceArn, requestsPerSecond });
}

function stores({ from, to }: RegionSwitch, profile: string | undefined) {
  return { from: new BucketStore(from, profile), to: new BucketStore(to, profile) };
}

function sourceOf(found: FoundInstance, { from }: RegionSwitch, configuration: Configuration | undefined): Source {
  const { instanceArn, identityStoreId, PrimaryRegion } = found;
  if (PrimaryRegion !== undefined && PrimaryRegion !== from.region) {
    throw new Error(
      `SSOServiceAccountRegion: the primary Region of ${instanceArn} is ${PrimaryRegion}, not ${from.region}; permission sets are read and written there only.`,
    );
  }
  const installation = configuration && { environment: configuration.environment, ...configuration.target };
  return { ...from, instanceArn, identityStoreId, ...(installation ? { installation } : {}) };
}

function rulesOf({ OwnerAccountId }: FoundInstance, configuration: Configuration | undefined): SwitchRules {
  return {
    managementAccountId: managementAccountOf(configuration?.management.accountId ?? OwnerAccountId),
    protection: configuration?.protected ?? DEFAULTS.protected,
    nameInDirectory: (name) => nameInDirectory(name, configuration?.domainName),
  };
}

/** The stacks of the buckets, by the CDK command line. */
function changeStacks(action: 'deploy' | 'destroy', { name, values }: Arguments): void {
  if (values['without-stacks']) return;
  const approved = action === 'deploy' ? ['--require-approval', 'never'] : ['--force'];
  const profile = values.profile === undefined ? [] : ['--profile', values.profile];
  const command = ['cdk', action, '--all', '-c', `config=${name}`, ...approved, ...profile];
  const { status } = spawnSync('npx', command, { stdio: 'inherit', shell: process.platform === 'win32' });
  if (status !== 0) throw new Error(`npx ${command.join(' ')} ended with ${status}.`);
}

run(main);
