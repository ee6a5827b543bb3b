import { accountsAssignedTo, createPermissionSet, principalId } from './support/access';
import { LocalCloud, MANAGEMENT } from './support/local-cloud';

const SUSPENDED = '888888888801';
const UNKNOWN = '999999999999';
const SANDBOX = '777777777701';
const GROUP = 'team-CloudOperators';

let cloud: LocalCloud;
beforeAll(async () => {
  cloud = await LocalCloud.start({ speed: 60 });
});
afterAll(() => cloud?.stop());

/** Links of one permission set, which no other test has. */
async function newPermissionSet(name: string) {
  const arn = await createPermissionSet(cloud, name);
  const group = await principalId(cloud, 'GROUP', GROUP);
  return {
    link: (scope: string) => `${scope}%${name}%${GROUP}%GROUP%ssofile`,
    accounts: () => accountsAssignedTo(cloud, arn, group),
  };
}

async function submitted(action: 'create' | 'delete', link: string) {
  const { requestId } = await cloud.link(action, link);
  await cloud.settle();
  return request(requestId);
}

async function request(requestId: string) {
  return (await cloud.api('GET', `/requests/${requestId}`)).body;
}

/** Sets what only AWS can set, and has it noticed: an account that a link names is read anew. */
async function setState(accountId: string, state: string): Promise<void> {
  expect((await cloud.local('POST', `accounts/${accountId}`, { state })).status).toBe(200);
  const link = `account%${accountId}%CloudOperator-ps%nobody%GROUP%ssofile`;
  for (const action of ['create', 'delete'] as const) await cloud.link(action, link);
  await cloud.settle();
}

/** Operations that were ever asked of Identity Center by the solution. */
async function operations(): Promise<number> {
  const { calls } = (await cloud.local('GET', 'metrics')).body;
  return (calls['sso:CreateAccountAssignment'] ?? 0) + (calls['sso:DeleteAccountAssignment'] ?? 0);
}

const AS_MANAGEMENT = `${MANAGEMENT} is the management account; a delegated administrator cannot assign there, so it is skipped`;

describe('accounts that cannot be worked in', () => {
  afterEach(() => setState(SANDBOX, 'ACTIVE'));

  describe('no operation is attempted in', () => {
    test.each([
      ['a suspended account', SUSPENDED, `${SUSPENDED} is SUSPENDED, not ACTIVE`],
      ['the management account', MANAGEMENT, AS_MANAGEMENT],
      ['an account of another organization', UNKNOWN, `${UNKNOWN} is not in the organization`],
    ])('%s, and the request says why', async (name, accountId, reason) => {
      const { link } = await newPermissionSet(name.replaceAll(' ', '-').slice(0, 32));
      const before = await operations();
      const { status, planned, waitingFor, skipped } = await submitted('create', link(`account%${accountId}`));
      expect({ status, planned, waitingFor, skipped }).toEqual({
        status: 'WAITING',
        planned: { create: 0, delete: 0 },
        waitingFor: [`account: ${reason}`],
        skipped: [{ accountId, message: reason }],
      });
      expect(await operations()).toBe(before);
      const links = await cloud.api('GET', `/links?${new URLSearchParams({ linkData: link(`account%${accountId}`) })}`);
      expect(links.body.links).toEqual([
        expect.objectContaining({
          status: 'WAITING',
          waitingFor: [`account: ${reason}`],
          assignments: expect.objectContaining({ desired: 0 }),
        }),
      ]);
      expect((await submitted('delete', link(`account%${accountId}`))).status).toBe('COMPLETED');
      expect(await operations()).toBe(before);
    });

    test.each(['PENDING_CLOSURE', 'SUSPENDED', 'CLOSED', 'PENDING_ACTIVATION'])(
      'an account that is %s, until it is ACTIVE and looked at again',
      async (state) => {
        const { link, accounts } = await newPermissionSet(`State-${state}`);
        const linkData = link(`account%${SANDBOX}`);
        const before = await operations();
        await setState(SANDBOX, state);
        const waiting = await submitted('create', linkData);
        expect(waiting).toMatchObject({
          status: 'WAITING',
          waitingFor: [`account: ${SANDBOX} is ${state}, not ACTIVE`],
        });
        expect(await operations()).toBe(before);
        await setState(SANDBOX, 'ACTIVE');
        // The event may have been planned by then, or is planned with it.
        expect((await submitted('create', linkData)).status).toBe('COMPLETED');
        expect(await accounts()).toEqual([SANDBOX]);
        expect(await request(waiting.requestId)).toMatchObject({ status: 'COMPLETED', planned: { create: 1 } });
        await submitted('delete', linkData);
      },
    );
  });

  describe('a link that ranges over accounts', () => {
    test('leaves those out that cannot be worked in, and names them', async () => {
      const { link, accounts } = await newPermissionSet('Everywhere');
      await setState(SANDBOX, 'PENDING_CLOSURE');
      const created = await submitted('create', link('root%all'));
      expect(created).toMatchObject({
        status: 'COMPLETED',
        planned: { create: 22, delete: 0 },
        failed: 0,
        skippedCount: 3,
      });
      expect(created.skipped).toEqual(
        expect.arrayContaining([
          { accountId: MANAGEMENT, message: AS_MANAGEMENT },
          { accountId: SANDBOX, message: `${SANDBOX} is PENDING_CLOSURE, not ACTIVE` },
          { accountId: SUSPENDED, message: `${SUSPENDED} is SUSPENDED, not ACTIVE` },
        ]),
      );
      const assigned = await accounts();
      expect(assigned).toHaveLength(22);
      for (const left of [MANAGEMENT, SANDBOX, SUSPENDED]) expect(assigned).not.toContain(left);
      await setState(SANDBOX, 'ACTIVE');
      expect((await submitted('create', link('root%all'))).status).toBe('COMPLETED');
      expect(await accounts()).toHaveLength(23);
      await submitted('delete', link('root%all'));
      expect(await accounts()).toEqual([]);
    });
  });

  describe('an assignment in an account that is suspended later', () => {
    test.each([
      ['of a link to the account', `account%${SANDBOX}`],
      ['of a link that ranges over accounts', 'account_tag%owner^alice'],
    ])('%s stays and is shown as UNREACHABLE, until the account is back and looked at again', async (name, scope) => {
      const { link, accounts } = await newPermissionSet(name.replaceAll(' ', '-').slice(0, 32));
      const linkData = link(scope);
      await submitted('create', linkData);
      expect(await accounts()).toEqual([SANDBOX]);
      await setState(SANDBOX, 'SUSPENDED');
      const before = await operations();
      const reason = `${SANDBOX} is SUSPENDED, not ACTIVE`;
      const deleted = await submitted('delete', linkData);
      expect(deleted).toMatchObject({
        status: 'WAITING',
        planned: { create: 0, delete: 0 },
        waitingFor: [`account: ${reason}`],
        skipped: [{ accountId: SANDBOX, message: reason }],
      });
      expect((await cloud.api('GET', `/accounts/${SANDBOX}/assignments`)).body.assignments).toEqual([
        expect.objectContaining({ state: 'UNREACHABLE', error: reason, claims: [linkData] }),
      ]);
      expect((await cloud.api('GET', `/links/${deleted.linkId}`)).body).toMatchObject({
        status: 'DELETING',
        waitingFor: [`account: ${reason}`],
      });
      expect(await operations()).toBe(before);
      expect(await accounts()).toEqual([SANDBOX]);

      await setState(SANDBOX, 'ACTIVE');
      await submitted('delete', linkData);
      expect(await accounts()).toEqual([]);
      expect(await request(deleted.requestId)).toMatchObject({ status: 'COMPLETED', planned: { delete: 1 } });
      expect((await cloud.api('GET', `/links/${deleted.linkId}`)).status).toBe(404);
    });
  });
});

describe('listings', () => {
  const SETS = ['CloudOperator-ps', 'SecurityAuditor-ps', 'DataScientist-ps', 'Billing-ps', 'Breakglass-ps'];
  const NOBODY = Array.from({ length: 110 }, (_, index) => `nobody-${index}`);

  beforeAll(async () => {
    await Promise.all(SETS.map((name) => cloud.link('create', `root%all%${name}%contractors%GROUP%ssofile`)));
    await cloud.link('create', 'account_tag%team^Finance%Billing-ps%alice%USER%ssofile');
    await cloud.link('create', 'account_tag%team^Shop%Billing-ps%alice%USER%ssofile');
    // Groups that do not exist: links that wait.
    await Promise.all(
      NOBODY.map((name) => cloud.link('create', `account%${SANDBOX}%Billing-ps%${name}%GROUP%ssofile`)),
    );
    await cloud.settle(80);
  });

  /** All pages, and how many entries each has. */
  async function pages(path: string, key: 'links' | 'assignments') {
    const sizes: number[] = [];
    const entries: Record<string, string>[] = [];
    let nextToken: string | undefined;
    do {
      const query = nextToken ? `${path.includes('?') ? '&' : '?'}${new URLSearchParams({ nextToken })}` : '';
      const { status, body } = await cloud.api('GET', `${path}${query}`);
      expect(status).toBe(200);
      sizes.push(body[key].length);
      entries.push(...body[key]);
      ({ nextToken } = body);
    } while (nextToken);
    return { sizes, entries };
  }

  function keys(entries: readonly Record<string, string>[]): Set<string> {
    return new Set(
      entries.map((entry) =>
        [entry.accountId, entry.permissionSetName, entry.principalType, entry.principalName].join(' '),
      ),
    );
  }

  test('many names were looked up without asking for more than the Identity Store answers', async () => {
    const { calls, throttledCalls } = (await cloud.local('GET', 'metrics')).body;
    expect(calls['identitystore:GetGroupId']).toBeGreaterThan(NOBODY.length);
    expect(throttledCalls).not.toHaveProperty(['identitystore:GetGroupId']);
  });

  test('of links go on page by page, each link once', async () => {
    const { sizes, entries } = await pages('/links?principalType=GROUP', 'links');
    expect(sizes.length).toBeGreaterThan(1);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(100);
    const waiting = entries.filter(({ status }) => status === 'WAITING').map(({ linkData }) => linkData);
    expect(waiting.sort()).toEqual(NOBODY.map((name) => `account%${SANDBOX}%Billing-ps%${name}%GROUP%ssofile`).sort());
    expect(entries.filter(({ status }) => status === 'COMPLETED')).toHaveLength(SETS.length);
  });

  test('of assignments go on page by page, each assignment once', async () => {
    for (const path of ['/assignments', '/assignments?principalName=contractors', '/assignments?principalType=GROUP']) {
      const { sizes, entries } = await pages(path, 'assignments');
      expect(sizes.length).toBeGreaterThan(1);
      expect(Math.max(...sizes)).toBeLessThanOrEqual(100);
      const contractors = entries.filter(({ principalName }) => principalName === 'contractors');
      expect(contractors).toHaveLength(SETS.length * 23);
      expect(keys(contractors).size).toBe(SETS.length * 23);
    }
  });

  test.each([
    ['/links?permissionSet=Breakglass-ps', ['root%all%Breakglass-ps%contractors%GROUP%ssofile']],
    [
      '/links?principalType=USER',
      ['account_tag%team^Finance%Billing-ps%alice%USER%ssofile', 'account_tag%team^Shop%Billing-ps%alice%USER%ssofile'],
    ],
    ['/links?principalName=nobody-7', [`account%${SANDBOX}%Billing-ps%nobody-7%GROUP%ssofile`]],
    ['/links?scope=root&permissionSet=Billing-ps', ['root%all%Billing-ps%contractors%GROUP%ssofile']],
    ['/links?scope=account_tag%25team%5EShop', ['account_tag%team^Shop%Billing-ps%alice%USER%ssofile']],
    [
      `/links?linkData=${encodeURIComponent(`account%${SANDBOX}%Billing-ps%nobody-9%GROUP%ssofile`)}`,
      [`account%${SANDBOX}%Billing-ps%nobody-9%GROUP%ssofile`],
    ],
    ['/links?permissionSet=Unheard-of', []],
    ['/links?scope=account_tag%25team%5EUnheard', []],
  ])('%s', async (path, expected) => {
    const { entries } = await pages(path, 'links');
    expect(entries.map(({ linkData }) => linkData).sort()).toEqual(expected);
  });

  test('of assignments are narrowed by principal and permission set, and by account', async () => {
    const alice = (
      await pages('/assignments?principalType=USER&principalName=alice&permissionSet=Billing-ps', 'assignments')
    ).entries;
    expect(alice.map(({ accountId }) => accountId).sort()).toEqual(
      [
        '123456789012',
        '444444444411',
        '555555555502',
        '666666666603',
        '444444444401',
        '555555555501',
        '666666666601',
      ].sort(),
    );
    expect((await pages('/assignments?principalType=GROUP&principalName=alice', 'assignments')).entries).toEqual([]);
    const { entries } = await pages('/accounts/123456789012/assignments', 'assignments');
    expect(keys(entries)).toEqual(
      new Set([...SETS.map((name) => `123456789012 ${name} GROUP contractors`), '123456789012 Billing-ps USER alice']),
    );
    expect((await pages(`/accounts/${UNKNOWN}/assignments`, 'assignments')).entries).toEqual([]);
  });

  test('do not take the token of another question', async () => {
    const { body } = await cloud.api('GET', '/links?principalType=GROUP');
    const token = new URLSearchParams({ nextToken: body.nextToken });
    for (const path of [`/links?${token}`, `/links?principalType=USER&${token}`, `/assignments?${token}`]) {
      const answer = await cloud.api('GET', path);
      expect(answer.status).toBe(400);
      expect(answer.body.errors).toEqual([
        {
          path: 'nextToken',
          message: 'is not a token that this question was answered with; leave it out to begin anew',
        },
      ]);
    }
  });
});
