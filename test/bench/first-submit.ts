import { TagResourceCommand, UntagResourceCommand } from '@aws-sdk/client-organizations';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { LocalCloud } from '../e2e/support/local-cloud';
import { table } from './table';

const ROUNDS = 10;
const LONGEST_WAIT_MS = 30_000;
const TAGGED_ACCOUNT = '444444444401';

/** The functions between a submission and its first operation, in order. */
const HOPS = 'note-and-begin ▶ refresh-organization ▶ expand-scopes ▶ judge-plan ▶ commit-plan ▶ apply-assignments';

async function submits(cloud: LocalCloud): Promise<number> {
  const { body } = await cloud.local('GET', 'metrics');
  return body.calls['sso:CreateAccountAssignment'] ?? 0;
}

/** Real milliseconds from `submit` until Identity Center has taken the first operation because of it. */
async function measure(cloud: LocalCloud, submit: () => Promise<unknown>): Promise<number> {
  await cloud.settle();
  const before = await submits(cloud);
  const start = performance.now();
  await submit();
  while ((await submits(cloud)) === before) {
    if (performance.now() - start > LONGEST_WAIT_MS) throw new Error('Nothing was submitted.');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return performance.now() - start;
}

const median = (values: readonly number[]) =>
  [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;

/** An account gets the tag that a link names: Organizations tells of it by an event. */
async function measureEvents(cloud: LocalCloud): Promise<number[]> {
  await cloud.link('create', 'account_tag%bench^yes%SecurityAuditor-ps%team-DataScientists%GROUP%ssofile');
  const organizations = cloud.organizations();
  const tags = [{ Key: 'bench', Value: 'yes' }];
  const measured: number[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    const time = await measure(cloud, () =>
      organizations.send(new TagResourceCommand({ ResourceId: TAGGED_ACCOUNT, Tags: tags })),
    );
    if (round > 0) measured.push(time);
    await organizations.send(new UntagResourceCommand({ ResourceId: TAGGED_ACCOUNT, TagKeys: ['bench'] }));
  }
  return measured;
}

/** Row 4: from a request, an upload or an event to the first operation, idle and warm system, in real time. */
export async function benchFirstSubmit(): Promise<void> {
  const cloud = await LocalCloud.start();
  try {
    const byApi: number[] = [];
    const byFile: number[] = [];
    const bucket = new URL(await cloud.outputNamed('local-account-assignments-location')).hostname;
    const accounts = ['444444444401', '444444444402', '123456789012', '444444444411', '444444444421', '444444444422'];
    for (let round = 0; round <= ROUNDS; round += 1) {
      const account = accounts[round % accounts.length];
      const group = round < accounts.length ? 'team-Accountants' : 'team-Developers';
      const api = await measure(cloud, () =>
        cloud.link('create', `account%${account}%Billing-ps%${group}%GROUP%ssofile`),
      );
      const key = `links_data/account%${account}%SecurityAuditor-ps%${group}%GROUP%ssofile`;
      const file = await measure(cloud, () =>
        cloud.s3().send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: Buffer.alloc(0) })),
      );
      // The first round warms the functions.
      if (round > 0) {
        byApi.push(api);
        byFile.push(file);
      }
    }
    const byEvent = await measureEvents(cloud);
    table([
      ['request → first operation', `median ${median(byApi).toFixed(0)} ms`, 'no configured delay', 'bar ≤ 1,500 ms'],
      ['upload → first operation', `median ${median(byFile).toFixed(0)} ms`, 'no configured delay', 'bar ≤ 1,500 ms'],
      ['event → first operation', `median ${median(byEvent).toFixed(0)} ms`, 'no configured delay', 'bar ≤ 1,500 ms'],
    ]);
    console.log(`hops: ${HOPS}`);
  } finally {
    await cloud.stop();
  }
}
