import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import {
  type Extent,
  necessaryCalls,
  organizationWithAPast,
  withoutItsPast,
} from '../e2e/support/identity-center-with-a-past';
import { LocalCloud } from '../e2e/support/local-cloud';
import { apiCommand, operatorCommand } from '../e2e/support/operator-command';
import { type ComparedIdentityCenter, identityCenterOf } from '../e2e/support/same-identity-center';
import { callsBetween, highestRate, serviceCalls, sumOf, writesOf } from '../e2e/support/service-calls';
import { startSynthesis } from '../e2e/support/shared-assembly';
import { uploadExport } from '../e2e/support/upload-export';

const EXTENT: Extent = { permissionSets: 300, assignments: 5_000, accounts: 60 };
const SPEED = 60;
const SETTLE_SECONDS = 3_600;
const MOST_OF_NECESSARY = 1.2;
const MOST_PER_SECOND = 20;
/** Those that the planner makes, too, with the same role, are counted one by one in `test/import`. */
const READS_OF_THE_IMPORT =
  /^sso:(GetInlinePolicy|ListTagsForResource|ListManaged|ListCustomerManaged|ListAccountsForProvisioned|ListAccountAssignments$)/;

/** Says what was found, and fails the command when it is not as it must be. */
function must(isSo: boolean, text: string): void {
  console.log(`${isSo ? 'ok  ' : 'FAIL'} ${text}`);
  if (!isSo) process.exitCode = 1;
}

/** `npm run round-trip`: a large Identity Center is imported, exported, and deployed where nothing is. */
async function main(): Promise<void> {
  process.env.LOCAL_ASSEMBLY ??= await startSynthesis();
  const folder = mkdtempSync(join(tmpdir(), 'round-trip-'));
  try {
    const organization = organizationWithAPast(EXTENT);
    const exported = join(folder, 'export');
    const first = await withCloud(organization, (cloud) => importAndExport(cloud, organization, exported));
    const second = await withCloud(withoutItsPast(organization), (cloud) => deploy(cloud, exported));
    compare(first, second);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function withCloud<T>(organization: object, run: (cloud: LocalCloud) => Promise<T>): Promise<T> {
  const cloud = await LocalCloud.start({ organization, speed: SPEED });
  try {
    return await run(cloud);
  } finally {
    await cloud.stop();
  }
}

async function importAndExport(
  cloud: LocalCloud,
  organization: ReturnType<typeof organizationWithAPast>,
  to: string,
): Promise<ComparedIdentityCenter> {
  const there = await identityCenterOf(cloud);
  const before = await serviceCalls(cloud);
  const rate = await highestRate(cloud, async () => console.log((await operatorCommand(cloud, 'import')).trim()));
  const imported = await serviceCalls(cloud);
  await cloud.settle(SETTLE_SECONDS);
  const seconds = (imported.at - before.at) / 1000;
  const calls = callsBetween(before, imported);
  const necessary = necessaryCalls(organization);
  const made = sumOf(calls, READS_OF_THE_IMPORT);
  console.log(`calls of the import and of the planner beside it, in ${seconds.toFixed(0)} s: ${JSON.stringify(calls)}`);
  must(made <= MOST_OF_NECESSARY * necessary, `${made} calls that only the import makes, ${necessary} are necessary`);
  must(rate < MOST_PER_SECOND, `at most ${rate.toFixed(1)} calls to Identity Center per second, of both`);
  const { throttledCalls } = (await cloud.local('GET', 'metrics')).body;
  const refused = sumOf(throttledCalls, /^sso:/);
  must(refused === 0, `${refused} calls to Identity Center were throttled`);
  console.log((await operatorCommand(cloud, 'full-pass')).trim());
  await cloud.settle(SETTLE_SECONDS);
  const writes = writesOf(callsBetween(before, await serviceCalls(cloud)));
  must(writes === 0, `${writes} writes to Identity Center by the import and the full pass after it`);
  must(isDeepStrictEqual(await identityCenterOf(cloud), there), 'Identity Center is as it was before');
  console.log((await apiCommand(cloud, 'export', '--to', to)).trim());
  return there;
}

async function deploy(cloud: LocalCloud, exported: string): Promise<ComparedIdentityCenter> {
  await uploadExport(cloud, exported);
  const seconds = await cloud.settle(SETTLE_SECONDS);
  console.log(`deployed ${seconds.toFixed(0)} s after the start of the empty instance`);
  return identityCenterOf(cloud);
}

function compare(first: ComparedIdentityCenter, second: ComparedIdentityCenter): void {
  const { permissionSets, assignments } = second;
  must(
    isDeepStrictEqual(second, first),
    `both are equal: ${Object.keys(permissionSets).length} permission sets, ${assignments.length} assignments`,
  );
}

void main();
