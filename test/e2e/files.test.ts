import { assumeRole } from './support/assumed-role';
import { loggedBy } from './support/function-log';
import { LinkBucket } from './support/link-bucket';
import { LocalCloud } from './support/local-cloud';
import { OtherConfiguration } from './support/other-configuration';

const BILLING = '123456789012';

function linkOf(group: string, accountId = BILLING): string {
  return `account%${accountId}%Billing-ps%${group}%GROUP%ssofile`;
}

/** Names of the principals that hold a permission set in an account, as the API says of what it manages. */
async function holders(cloud: LocalCloud): Promise<string[]> {
  const arn = await cloud.permissionSetArn('Billing-ps');
  const { body } = await cloud.api('GET', `/accounts/${BILLING}/assignments`);
  const assigned = await cloud.assignedPrincipals(BILLING, arn);
  const names = body.assignments.map(({ principalName }: { principalName: string }) => principalName);
  // Nothing here assigns past the solution: what it manages is what Identity Center has.
  expect(assigned).toHaveLength(names.length);
  return names.sort();
}

describe('files in both modes at once', () => {
  let cloud: LocalCloud;
  let bucket: LinkBucket;
  beforeAll(async () => {
    cloud = await LocalCloud.start({ speed: 60 });
    bucket = await LinkBucket.of(cloud);
  });
  afterAll(() => cloud?.stop());

  async function links(): Promise<string[]> {
    const { body } = await cloud.api('GET', '/links');
    return body.links.map(({ linkData }: { linkData: string }) => linkData).sort();
  }

  afterEach(async () => {
    for (const link of await links()) await bucket.delete(link);
    await cloud.settle();
    expect(await links()).toEqual([]);
    expect(await holders(cloud)).toEqual([]);
  });

  test('a link that was posted is deleted by deleting its key, though no file was ever there', async () => {
    await cloud.link('create', linkOf('team-Developers'));
    await cloud.settle();
    expect(await holders(cloud)).toEqual(['team-Developers']);
    await bucket.delete(linkOf('team-Developers'));
    await cloud.settle();
    expect(await holders(cloud)).toEqual([]);
  });

  test('a link that was uploaded is deleted by the API, and comes back with the next upload', async () => {
    await bucket.put(linkOf('team-Developers'));
    await cloud.settle();
    await cloud.link('delete', linkOf('team-Developers'));
    await cloud.settle();
    expect(await holders(cloud)).toEqual([]);
    await bucket.put(linkOf('team-Developers'));
    await cloud.settle();
    expect(await holders(cloud)).toEqual(['team-Developers']);
  });

  test('put and delete of one key in quick succession, in both orders, end as the key is', async () => {
    const groups = ['team-Developers', 'team-Accountants', 'team-NetworkEngineers', 'contractors'];
    const [present = [], absent = []] = [groups.slice(0, 2), groups.slice(2)];
    await Promise.all([
      ...present.map(async (group) => {
        await bucket.put(linkOf(group));
        await bucket.delete(linkOf(group));
        await bucket.put(linkOf(group));
      }),
      ...absent.map(async (group) => {
        await bucket.delete(linkOf(group));
        await bucket.put(linkOf(group));
        await bucket.delete(linkOf(group));
      }),
    ]);
    await cloud.settle();
    expect(await holders(cloud)).toEqual([...present].sort());
    expect(await links()).toEqual(present.map((group) => linkOf(group)).sort());
  });

  test('put and delete of one key at the same time end as the key is', async () => {
    const groups = ['team-Developers', 'team-Accountants', 'team-NetworkEngineers', 'contractors', 'データ分析'];
    await Promise.all(groups.flatMap((group) => [bucket.put(linkOf(group)), bucket.delete(linkOf(group))]));
    await cloud.settle();
    const inBucket = await bucket.list();
    expect(await links()).toEqual(inBucket);
    expect((await holders(cloud)).map((group) => linkOf(group)).sort()).toEqual(inBucket);
  });

  test('what a file holds is ignored, and its request says so', async () => {
    await bucket.put(linkOf('team-Developers'), 'a note');
    await cloud.settle();
    expect(await holders(cloud)).toEqual(['team-Developers']);
    const [entry] = await loggedBy(cloud, 'local-link-files', 'The content of a link file is ignored');
    expect((await cloud.api('GET', `/requests/${entry.requestId}`)).body).toMatchObject({
      status: 'COMPLETED',
      message: 'the content of the file is ignored: a link is the name of its file',
    });
  });

  test('the folder that the console creates is no link', async () => {
    await bucket.put('');
    await cloud.settle();
    expect(await loggedBy(cloud, 'local-link-files', '"A link file was rejected"')).toEqual([]);
    await bucket.delete('');
  });

  test('a file that is no link is recorded and reported; its neighbours proceed', async () => {
    const good = ['team-Developers', 'team-Accountants', 'contractors'];
    const bad: Readonly<Record<string, readonly string[]>> = {
      'nonsense.txt': ['principalName', 'principalType', 'permissionSetName', 'scopeType', 'scopeValue', 'suffix'],
      [linkOf('team-Developers').replace(BILLING, '12345678901')]: ['scopeValue'],
      [`${linkOf('team-Developers')}.txt`]: ['suffix'],
      [`folder/${linkOf('team-Developers')}`]: ['scopeType'],
      'ou_id%ou-id12345%Billing-ps%team-Developers%ROLE%ssofile': ['principalType', 'scopeValue'],
    };
    const published = (await cloud.local('GET', 'metrics')).body.calls['sns:Publish'] ?? 0;
    await Promise.all([
      ...Object.keys(bad).map((name) => bucket.put(name)),
      ...good.map((group) => bucket.put(linkOf(group))),
    ]);
    await cloud.settle();
    expect(await holders(cloud)).toEqual([...good].sort());
    expect(await links()).toEqual(good.map((group) => linkOf(group)).sort());
    const rejected = await loggedBy(cloud, 'local-link-files', 'A link file was rejected');
    expect(rejected.map(({ key }) => key).sort()).toEqual(
      Object.keys(bad)
        .map((name) => `links_data/${name}`)
        .sort(),
    );
    for (const { key, requestId } of rejected) {
      const { status, body } = await cloud.api('GET', `/requests/${requestId}`);
      expect([status, body]).toMatchObject([200, { status: 'REJECTED', action: 'create', subject: key }]);
      const paths = body.errors.map(({ path }: { path: string }) => path);
      expect(paths.sort()).toEqual(
        [...(bad[key.slice('links_data/'.length)] ?? [])].map((path) => `linkData.${path}`).sort(),
      );
    }
    expect((await cloud.local('GET', 'metrics')).body.calls['sns:Publish'] - published).toBe(rejected.length);
    // Taking it away again is no error and no news.
    for (const name of Object.keys(bad)) await bucket.delete(name);
    await cloud.settle();
    expect(await loggedBy(cloud, 'local-link-files', 'A link file was rejected')).toHaveLength(rejected.length);
  });

  test('a link that is longer than a key may be is for the API only', async () => {
    const link = linkOf('x'.repeat(1_000));
    await expect(bucket.put(link)).rejects.toMatchObject({ name: 'KeyTooLongError' });
    const { requestId } = await cloud.link('create', link);
    await cloud.settle();
    expect((await cloud.api('GET', `/requests/${requestId}`)).body.status).toBe('WAITING');
    await cloud.link('delete', link);
    await cloud.settle();
  });
});

describe('LinksProvisioningMode s3', () => {
  let cloud: LocalCloud;
  let configuration: OtherConfiguration;
  beforeAll(async () => {
    configuration = OtherConfiguration.of({ LinksProvisioningMode: 's3' });
    cloud = await LocalCloud.start({ speed: 60, extra: configuration.arguments });
  });
  afterAll(async () => {
    await cloud?.stop();
    configuration?.remove();
  });

  test('has no POST route, works by files, and answers questions', async () => {
    const posted = await cloud.api('POST', '/postLinkData', { action: 'create', linkData: linkOf('contractors') });
    expect(posted).toEqual({ status: 403, body: { message: 'Missing Authentication Token' } });
    const bucket = await LinkBucket.of(cloud, await assumeRole(cloud, 'link-caller'));
    await bucket.put(linkOf('team-Developers'));
    await cloud.settle();
    expect(await holders(cloud)).toEqual(['team-Developers']);
    expect((await cloud.api('GET', '/links', undefined, await assumeRole(cloud, 'link-caller'))).body.links).toEqual([
      expect.objectContaining({ linkData: linkOf('team-Developers'), status: 'COMPLETED' }),
    ]);
    await bucket.delete(linkOf('team-Developers'));
    await cloud.settle();
    expect(await holders(cloud)).toEqual([]);
  });
});

describe('LinksProvisioningMode api', () => {
  let cloud: LocalCloud;
  let configuration: OtherConfiguration;
  beforeAll(async () => {
    configuration = OtherConfiguration.of({ LinksProvisioningMode: 'api' });
    cloud = await LocalCloud.start({ speed: 60, extra: configuration.arguments });
  });
  afterAll(async () => {
    await cloud?.stop();
    configuration?.remove();
  });

  test('ignores files, and works by POST', async () => {
    const place = { name: 'local-artefacts-333333333333-eu-west-1', prefix: 'links_data/' };
    const bucket = LinkBucket.at(cloud, place);
    await bucket.put(linkOf('contractors'));
    await bucket.put('nonsense');
    await cloud.settle();
    expect((await cloud.api('GET', '/links')).body).toEqual({ links: [] });
    await cloud.link('create', linkOf('team-Developers'));
    await cloud.settle();
    await bucket.delete(linkOf('team-Developers'));
    await cloud.settle();
    expect(await holders(cloud)).toEqual(['team-Developers']);
    const asCaller = LinkBucket.at(cloud, place, await assumeRole(cloud, 'link-caller'));
    await expect(asCaller.put(linkOf('team-Accountants'))).rejects.toMatchObject({ name: 'AccessDenied' });
  });
});
