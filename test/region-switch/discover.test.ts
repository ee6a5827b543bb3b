import type { Answered, Api } from '../../bin/commands/signed-api';
import { readBundle } from '../../bin/region-switch/bundle-files';
import { destroy } from '../../bin/region-switch/destroy';
import { type DiscoverWorld, discover } from '../../bin/region-switch/discover';
import type { AccountId, PrincipalId, PrincipalType } from '../../lambda/domain/ids';
import { printLink } from '../../lambda/domain/link';
import type { Definition } from '../../lambda/domain/permission-set-definition';
import { parsedLink } from '../support/any-link';
import { InMemoryBundleStore } from '../support/in-memory-bundle-store';
import { PlainInstance } from '../support/plain-instance';

const SOURCE = { accountId: '222222222222', region: 'eu-west-1', instanceArn: 'arn:old', identityStoreId: 'd-1' };
const LIVE: Definition = {
  description: 'd',
  sessionMinutes: 60,
  managedPolicies: new Set(),
  customerManagedPolicies: [],
  tags: new Map(),
};

class Stopped extends Error {}

function directory(...unknown: readonly string[]) {
  return {
    principalName: async (_: PrincipalType, id: PrincipalId) => (unknown.includes(id) ? undefined : `${id}-name`),
    findPrincipal: async () => undefined,
  };
}

function worldOf(instance: PlainInstance, more: Partial<DiscoverWorld> = {}) {
  let time = Date.UTC(2026, 0, 1);
  const world = {
    readers: { instance, permissionSets: { read: async () => LIVE }, directory: directory('gone') },
    api: undefined,
    from: new InMemoryBundleStore('s3://old'),
    to: new InMemoryBundleStore('s3://new'),
    source: SOURCE,
    rules: {
      managementAccountId: '111111111111' as AccountId,
      protection: { namePrefixes: ['AWS'], tags: [] },
      nameInDirectory: (name: string) => name,
    },
    now: () => {
      time += 1_000;
      return time;
    },
  };
  return { ...world, ...more } as DiscoverWorld & typeof world;
}

/** An API over lists, each answered as the next of its answers, the last for ever. */
function answering(lists: Readonly<Record<string, readonly Answered[]>>): Api {
  const asked = new Map<string, number>();
  return {
    get: async (path) => {
      const answers = lists[path] ?? [];
      const count = asked.get(path) ?? 0;
      asked.set(path, count + 1);
      return answers[Math.min(count, answers.length - 1)];
    },
    post: () => Promise.reject(new Error('Discovering posts nothing.')),
  };
}

function organization(): PlainInstance {
  const instance = new PlainInstance();
  instance.assign('Audit-ps', '200000000001', 'auditors', 'gone');
  instance.assign('Audit-ps', '111111111111', 'auditors');
  instance.assign('AWSTower', '200000000001', 'auditors');
  instance.assign('Plain-ps', '200000000002', 'auditors');
  return instance;
}

test('without an installation all becomes documents and account links, and what cannot is left alone with its reason', async () => {
  const world = worldOf(organization());
  await discover(world);
  const bundle = await readBundle(world.to);
  expect(bundle.permissionSets.map(({ permissionSetName }) => permissionSetName)).toEqual(['Audit-ps', 'Plain-ps']);
  expect(bundle.links.map(({ link }) => printLink(link)).sort()).toEqual([
    'account%200000000001%Audit-ps%auditors-name%GROUP%ssofile',
    'account%200000000002%Plain-ps%auditors-name%GROUP%ssofile',
  ]);
  expect(bundle.assignments).toHaveLength(2);
  expect(
    bundle.leftAlone
      .map(({ permissionSetName, accountId = '', why }) => `${permissionSetName} ${accountId}: ${why}`)
      .sort(),
  ).toEqual([
    expect.stringMatching(/^AWSTower 200000000001: its permission set is left alone/),
    expect.stringMatching(/^AWSTower : .*Protected\.NamePrefixes/),
    expect.stringMatching(/^Audit-ps 111111111111: it is in the management account/),
    expect.stringMatching(/^Audit-ps 200000000001: orphaned/),
  ]);
  expect(world.from.files).toEqual(world.to.files);
});

const ROOT = 'root%all%Audit-ps%auditors-name%GROUP%ssofile';
const row = (accountId: string, claims: readonly string[]) => ({
  accountId,
  permissionSetName: 'Audit-ps',
  principalType: 'GROUP',
  principalName: 'auditors-name',
  state: 'PROVISIONED',
  claims,
});

function installation(...managed: readonly (readonly Answered[])[]): Api {
  const { scope, permissionSetName: permissionSet, principal } = parsedLink(ROOT);
  return answering({
    '/links': [{ links: [{ linkId: 'a', status: 'COMPLETED', link: { scope, permissionSet, principal } }] }],
    '/permission-sets': [
      {
        permissionSets: [
          {
            permissionSetName: 'Audit-ps',
            status: 'COMPLETED',
            document: { permissionSetName: 'Audit-ps', description: 'other' },
          },
          { permissionSetName: 'Plain-ps', status: 'DELETING', document: { permissionSetName: 'Plain-ps' } },
        ],
      },
    ],
    '/assignments': managed.map((assignments) => ({ assignments })),
  });
}

test('what is declared keeps its scope, and access that is going or went while it was read does not come back', async () => {
  const instance = new PlainInstance();
  instance.assign('Audit-ps', '200000000001', 'auditors');
  instance.assign('Audit-ps', '200000000002', 'auditors');
  instance.assign('Audit-ps', '200000000003', 'auditors');
  instance.assign('Plain-ps', '200000000001', 'auditors');
  const before = [row('200000000001', [ROOT]), row('200000000002', [ROOT]), row('200000000003', [ROOT])];
  // Of the second the row is gone after it was read, of the third no link claims it.
  const after = [row('200000000001', [ROOT]), row('200000000003', [])];
  const world = worldOf(instance, { api: installation(before, after) });
  const { bundle } = await discover(world);
  expect(bundle.links.map(({ link }) => printLink(link))).toEqual([ROOT]);
  expect(bundle.assignments.map(({ accountId }) => accountId)).toEqual(['200000000001']);
  expect(bundle.permissionSets).toEqual([{ permissionSetName: 'Audit-ps', description: 'other' }]);
  expect(bundle.noted).toMatchObject([{ permissionSetName: 'Audit-ps', fields: [{ field: 'description' }] }]);
  expect(bundle.leftAlone.map(({ accountId = '', why }) => `${accountId}: ${why}`).sort()).toEqual([
    '200000000001: its permission set is left alone: it is being deleted',
    '200000000002: it is being removed: no link claims it any more',
    '200000000003: it is being removed: no link claims it any more',
    ': it is being deleted',
  ]);
});

test('interrupted at any call or write and started again it ends the same, and a whole bundle is there all the time', async () => {
  const expected = worldOf(organization());
  await discover(expected);
  const wanted = contents(expected.to);
  let interruptions = 0;
  for (let moment = 1; ; moment += 1) {
    const instance = organization();
    const world = worldOf(instance);
    await discover(world);
    let left = moment;
    const step = () => {
      left -= 1;
      if (left === 0) throw new Stopped('interrupted');
    };
    instance.beforeCall = step;
    for (const store of [world.from, world.to]) store.beforeChange = step;
    const wasStopped = await discover(world).then(
      () => false,
      (fault) => fault instanceof Stopped,
    );
    instance.beforeCall = () => undefined;
    for (const store of [world.from, world.to]) store.beforeChange = () => undefined;
    for (const store of [world.from, world.to]) await readBundle(store);
    await discover(world);
    expect(contents(world.to)).toEqual(wanted);
    expect(contents(world.from)).toEqual(wanted);
    if (!wasStopped) break;
    interruptions += 1;
  }
  expect(interruptions).toBeGreaterThan(25);
});

/** Files of the bundle without the name that each bundle has for itself. */
function contents({ files }: InMemoryBundleStore): Record<string, string> {
  const named = [...files].filter(([key]) => key !== 'manifest.json');
  return Object.fromEntries(
    named.map(([key, content]): [string, string] => [key.replace(/^bundles\/[^/]+/, ''), content]).sort(),
  );
}

test('a reading that was interrupted is gone on with', async () => {
  const instance = new PlainInstance();
  for (let account = 0; account < 500; account += 1)
    instance.assign('Audit-ps', String(200000000000 + account), 'auditors');
  const world = worldOf(instance);
  instance.beforeCall = () => {
    if (instance.calls === 450) throw new Stopped('interrupted');
  };
  await expect(discover(world)).rejects.toThrow(Stopped);
  instance.beforeCall = () => undefined;
  const { bundle } = await discover(world);
  expect(bundle.assignments).toHaveLength(500);
  // 503 are all that are needed; at most one part is read twice.
  expect(instance.calls).toBeLessThanOrEqual(503 + 200);
  expect(await world.from.list('progress/')).toEqual([]);
});

test('a bundle that is altered, and one that nobody deployed, are told', async () => {
  const world = worldOf(organization());
  await discover(world);
  await expect(destroy(world.from, world.to, false)).rejects.toThrow('has not been deployed');
  const [key = ''] = await world.to.list('bundles/');
  world.to.files.set(key, 'other');
  await expect(readBundle(world.to)).rejects.toThrow('is not as it was written: run region-switch:discover again');
  world.to.files.delete(key);
  await expect(readBundle(world.to)).rejects.toThrow('is missing');
  await destroy(world.from, world.to, true);
  await expect(readBundle(world.to)).rejects.toThrow('holds no manifest.json');
  await destroy(world.from, world.to, false);
});
