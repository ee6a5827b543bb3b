import { type Answered, type Api, RefusedByApi } from '../../bin/commands/signed-api';
import { check, DEPLOYED, type DeployWorld, deploy } from '../../bin/region-switch/deploy';
import { discover } from '../../bin/region-switch/discover';
import { type Submissions, submissionsTo } from '../../bin/region-switch/submissions';
import type { AccountId, PrincipalId, PrincipalType } from '../../lambda/domain/ids';
import { type Link, linkIdOf, printLink, structuredLinkOf } from '../../lambda/domain/link';
import type { PermissionSet } from '../../lambda/domain/permission-set';
import type { Definition } from '../../lambda/domain/permission-set-definition';
import { loadConfiguration } from '../../lib/config';
import { envWith } from '../lib/kept-configurations';
import { parsedLink } from '../support/any-link';
import { InMemoryBundleStore } from '../support/in-memory-bundle-store';
import { PlainInstance } from '../support/plain-instance';

const LIVE: Definition = {
  description: 'd',
  sessionMinutes: 60,
  managedPolicies: new Set(),
  customerManagedPolicies: [],
  tags: new Map(),
};
const RULES = {
  managementAccountId: '111111111111' as AccountId,
  protection: { namePrefixes: ['AWS'], tags: [] },
  nameInDirectory: (name: string) => name,
};
const SOURCE = { accountId: '222222222222', region: 'eu-west-1', instanceArn: 'arn:old', identityStoreId: 'd-1' };

class Stopped extends Error {}

/** The installation in the new Region: what was submitted is declared at once, and done after some questions. */
class NewInstallation {
  readonly sets = new Map<string, PermissionSet>();
  readonly links = new Map<string, Link>();
  submitted = 0;
  beforeSubmission = (): void => undefined;
  refuses = (_: PermissionSet): string | undefined => undefined;
  status = (): string => 'COMPLETED';

  readonly api: Api = {
    get: async (path): Promise<Answered> => {
      if (path === '/links') return { links: [...this.links.values()].map((link) => this.shown(link)) };
      if (path !== '/permission-sets') return { assignments: [] };
      const sets = [...this.sets.values()].map((document) => ({
        permissionSetName: document.permissionSetName,
        document,
        status: this.status(),
      }));
      return { permissionSets: sets };
    },
    post: () => Promise.reject(new Error('Submissions are given.')),
  };

  readonly submissions: Submissions = {
    permissionSet: async (document) => {
      this.count();
      const why = this.refuses(document);
      if (why === undefined) this.sets.set(document.permissionSetName, document);
      return why;
    },
    link: async ({ link }) => {
      this.count();
      this.links.set(linkIdOf(link), link);
      return undefined;
    },
  };

  private count(): void {
    this.beforeSubmission();
    this.submitted += 1;
  }

  private shown(link: Link): Answered {
    const status = this.status();
    return {
      linkId: linkIdOf(link),
      linkData: printLink(link),
      link: structuredLinkOf(link, {}),
      status,
      waitingFor: [],
      skipped: [],
    };
  }
}

/** Two permission sets and three links, discovered. */
async function bundled(): Promise<InMemoryBundleStore> {
  const instance = new PlainInstance();
  instance.assign('Audit-ps', '200000000001', 'auditors', 'operators');
  instance.assign('Plain-ps', '200000000002', 'auditors');
  const to = new InMemoryBundleStore('s3://new');
  let time = Date.UTC(2026, 0, 1);
  await discover({
    readers: { instance, permissionSets: { read: async () => LIVE }, directory: directory() },
    api: undefined,
    from: new InMemoryBundleStore('s3://old'),
    to,
    source: SOURCE,
    rules: RULES,
    now: () => {
      time += 1_000;
      return time;
    },
  });
  return to;
}

function directory(known: (name: string) => boolean = () => true) {
  return {
    principalName: async (_: PrincipalType, id: PrincipalId) => `${id}-name`,
    findPrincipal: async (_: PrincipalType, name: string) => (known(name) ? (`${name}-id` as PrincipalId) : undefined),
  };
}

async function worldOf(installation: NewInstallation, more: Partial<DeployWorld> = {}): Promise<DeployWorld> {
  let time = Date.UTC(2026, 0, 2);
  return {
    api: installation.api,
    store: await bundled(),
    readers: {
      instance: new PlainInstance(),
      permissionSets: { read: async () => LIVE },
      directory: directory(),
    } as unknown as DeployWorld['readers'],
    submissions: installation.submissions,
    nameInDirectory: (name) => name,
    refuse: () => undefined,
    mayAdopt: false,
    now: () => time,
    pause: async (milliseconds) => {
      time += milliseconds;
    },
    tell: () => undefined,
    ...more,
  };
}

test('what the bundle holds is submitted once; run again, nothing is', async () => {
  const installation = new NewInstallation();
  const world = await worldOf(installation);
  expect((await deploy(world)).submitted).toEqual({ permissionSets: 2, links: 3 });
  expect((await deploy(world)).submitted).toEqual({ permissionSets: 0, links: 0 });
  expect(installation.submitted).toBe(5);
  expect(JSON.parse((await world.store.read(DEPLOYED)) ?? '')).toMatchObject({ submitted: { links: 0 } });
});

test.each([0, 1, 2, 3, 4])('stopped after %d submissions and run again, each is submitted once', async (stopAfter) => {
  const installation = new NewInstallation();
  const world = await worldOf(installation);
  installation.beforeSubmission = () => {
    if (installation.submitted >= stopAfter) throw new Stopped();
  };
  await expect(deploy(world)).rejects.toBeInstanceOf(Stopped);
  expect(await world.store.read(DEPLOYED)).toBeUndefined();
  installation.beforeSubmission = () => undefined;
  await deploy(world);
  expect([installation.submitted, installation.sets.size, installation.links.size]).toEqual([5, 2, 3]);
});

test('what is declared otherwise stays as it is, and is told', async () => {
  const installation = new NewInstallation();
  const world = await worldOf(installation);
  const { bundle } = await check(world);
  const [document] = bundle.permissionSets;
  if (!document) throw new Error('The bundle is empty.');
  const other = { ...document, description: 'by somebody' };
  installation.sets.set(document.permissionSetName, other);
  const deployed = await deploy(world);
  expect(installation.sets.get(document.permissionSetName)).toBe(other);
  expect(deployed.notSubmitted).toEqual([
    { what: `permission set ${document.permissionSetName}`, why: expect.stringContaining('declared otherwise') },
  ]);
});

test('a document that is refused does not hold up the others, and is told', async () => {
  const installation = new NewInstallation();
  installation.refuses = ({ permissionSetName }) => (permissionSetName === 'Plain-ps' ? 'too long' : undefined);
  const deployed = await deploy(await worldOf(installation));
  expect(deployed.notSubmitted).toEqual([{ what: 'permission set Plain-ps', why: 'too long' }]);
  expect(installation.links.size).toBe(3);
});

describe('permission sets that are there and that nobody declared', () => {
  async function withStranger(mayAdopt: boolean, live: Definition) {
    const instance = new PlainInstance();
    instance.assign('Audit-ps', '200000000009', 'somebody');
    const installation = new NewInstallation();
    const readers = { instance, permissionSets: { read: async () => live }, directory: directory() };
    const world = await worldOf(installation, { readers: readers as unknown as DeployWorld['readers'], mayAdopt });
    return { installation, world };
  }

  test('stop the deployment before anything is submitted when they would become others', async () => {
    const { installation, world } = await withStranger(false, { ...LIVE, description: 'another' });
    await expect(deploy(world)).rejects.toThrow(/not managed and differ .*--adopt.*\n {2}Audit-ps: description/);
    expect(installation.submitted).toBe(0);
  });

  test('are adopted when that is said, and when they are the same anyway', async () => {
    for (const [mayAdopt, live] of [
      [true, { ...LIVE, description: 'another' }],
      [false, LIVE],
    ] as const) {
      const { installation, world } = await withStranger(mayAdopt, live);
      await deploy(world);
      expect(installation.sets.has('Audit-ps')).toBe(true);
    }
  });
});

test('a directory that knows nobody stops it; principals that are missing are told', async () => {
  const installation = new NewInstallation();
  const nobody = { ...(await worldOf(installation)).readers, directory: directory(() => false) };
  await expect(deploy(await worldOf(installation, { readers: nobody }))).rejects.toThrow(
    /knows none of the 2 principals/,
  );
  expect(installation.submitted).toBe(0);
  const most = { ...nobody, directory: directory((name) => name !== 'operators-name') };
  const deployed = await deploy(await worldOf(installation, { readers: most }));
  expect(deployed.unknownPrincipals).toEqual(['GROUP operators-name']);
});

test('the wrong place is refused before anything is read of the installation', async () => {
  const installation = new NewInstallation();
  const refuse = () => {
    throw new Error('a replica');
  };
  await expect(deploy(await worldOf(installation, { refuse }))).rejects.toThrow('a replica');
  expect(installation.submitted).toBe(0);
});

test('it waits while something comes to its end, and no longer than an hour in which nothing does', async () => {
  const installation = new NewInstallation();
  let questions = 0;
  installation.status = () => {
    questions += 1;
    return questions > 30 ? 'COMPLETED' : 'APPLYING';
  };
  await deploy(await worldOf(installation));
  const stuck = new NewInstallation();
  stuck.status = () => 'APPLYING';
  await expect(deploy(await worldOf(stuck))).rejects.toThrow(
    '5 of 5 documents are under way, none came to its end for an hour',
  );
});

test('what the API refuses of one document is its answer; a disturbance ends the command', async () => {
  const refusing = (status: number): Api => ({
    get: () => Promise.reject(new Error('Nothing is read.')),
    post: () => Promise.reject(new RefusedByApi(status, `refused with ${status}`)),
  });
  const document = { permissionSetName: 'Audit-ps' } as PermissionSet;
  const submit = (status: number) =>
    submissionsTo(loadConfiguration('env'), refusing(status), undefined).permissionSet(document);
  for (const status of [400, 404, 409, 413]) expect(await submit(status)).toBe(`refused with ${status}`);
  for (const status of [403, 429, 500]) await expect(submit(status)).rejects.toThrow(`refused with ${status}`);
});

test('where files are submitted, documents become objects of the S3 interface, and what no file can say is answered', async () => {
  const uploaded: { Bucket?: string; Key?: string; Body?: unknown }[] = [];
  const s3 = { send: async ({ input }: { input: object }) => void uploaded.push(input) };
  const api: Api = {
    get: () => Promise.reject(new Error('not asked')),
    post: () => Promise.reject(new Error('not asked')),
  };
  const configuration = envWith(
    ['LinksProvisioningMode: api', 'LinksProvisioningMode: s3'],
    ['PermissionSetProvisioningMode: api', 'PermissionSetProvisioningMode: s3'],
  );
  const { permissionSet, link } = submissionsTo(configuration, api, undefined, s3 as never);
  expect(await permissionSet({ permissionSetName: 'Audit-ps' } as PermissionSet)).toBeUndefined();
  const plain = parsedLink('root%all%Audit-ps%team-Accountants%GROUP%ssofile');
  expect(await link({ link: plain, limits: {} })).toBeUndefined();
  expect(uploaded.map(({ Bucket, Key }) => [Bucket, Key])).toEqual([
    ['env-artefacts-333333333333-eu-west-1', 'permission_sets/Audit-ps.json'],
    ['env-artefacts-333333333333-eu-west-1', 'links_data/root%all%Audit-ps%team-Accountants%GROUP%ssofile'],
  ]);
  expect(JSON.parse(String(uploaded[0]?.Body))).toMatchObject({ permissionSetName: 'Audit-ps' });
  expect(await link({ link: plain, limits: { expiresAt: '2999-01-01T00:00:00.000Z' } as never })).toMatch(
    /^no file can say it: set the provisioning mode to both/,
  );
  expect(uploaded).toHaveLength(2);
});
