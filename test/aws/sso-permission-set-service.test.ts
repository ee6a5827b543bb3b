import type { SSOAdminClient } from '@aws-sdk/client-sso-admin';
import { PacedSsoAdmin } from '../../lambda/aws/paced-sso-admin';
import { SsoPermissionSetService } from '../../lambda/aws/sso-permission-set-service';
import type { AccountId, PermissionSetArn, PermissionSetName } from '../../lambda/domain/ids';
import {
  createdDefinition,
  type Definition,
  type Difference,
  differences,
  PARTS,
  type Part,
} from '../../lambda/domain/permission-set-definition';
import type { PermissionSetService } from '../../lambda/ports/permission-set-service';
import { ADMINISTRATION, INSTANCE, MEMBER, STORE, smallOrganization, smallWorld } from '../local/world/small-world';
import { answering, type PageOfAnswer, pagedAnswers } from './support/paged-answers';
import { clientsOf } from './support/service-clients';

const READ_ONLY = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
const BILLING = 'arn:aws:iam::aws:policy/job-function/Billing';
const POLICY = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:Get*","Resource":"*"}}';
const GONE = `${INSTANCE.replace('instance', 'permissionSet')}/ps-0123456789abcdef` as PermissionSetArn;
const ACCOUNTS = Array.from({ length: 230 }, (_, index) => String(600000000000 + index) as AccountId);

const EMPTY: Definition = {
  sessionMinutes: 60,
  managedPolicies: new Set(),
  customerManagedPolicies: [],
  tags: new Map(),
};
/** Something in every part. */
const FULL: Definition = {
  description: 'Reads what is written',
  sessionMinutes: 90,
  relayState: 'https://example.com/?a=b',
  boundary: { reference: { name: 'edge', path: '/cmp/' } },
  inlinePolicy: POLICY,
  managedPolicies: new Set([READ_ONLY, BILLING]),
  customerManagedPolicies: [
    { name: 'cmp-1', path: '/cmp/1/' },
    { name: 'cmp-3', path: '/' },
  ],
  tags: new Map([
    ['team', 'Shop'],
    ['empty', ''],
  ]),
};

/** A service over any client; every call of it is counted where it waits for its turn. */
function serviceOver(client: SSOAdminClient) {
  let paces = 0;
  const pace = async () => {
    paces += 1;
  };
  const instance = async () => ({ instanceArn: INSTANCE, identityStoreId: STORE });
  return { service: new SsoPermissionSetService(new PacedSsoAdmin(client, instance, pace)), paces: () => paces };
}

function permissionSets(document: unknown = smallOrganization()) {
  const small = smallWorld({ document });
  const clients = clientsOf(small.world);
  const { service, paces } = serviceOver(clients.ssoAdmin);
  const arnOf = (name: string) => small.ids.permissionSet(name) as PermissionSetArn;
  return { ...small, calls: clients.calls, service, paces, reader: arnOf('Reader'), writer: arnOf('Writer'), arnOf };
}

/** The permission set Reader, assigned in many accounts. */
function wideOrganization() {
  const document = smallOrganization();
  const accounts = [...document.root.accounts, ...ACCOUNTS.map((id) => ({ id, name: `account ${id}` }))];
  const assignments = ACCOUNTS.map((accountId) => ({
    accountId,
    permissionSetName: 'Reader',
    principalType: 'GROUP',
    principalName: 'team-One',
  }));
  return { ...document, root: { ...document.root, accounts }, assignments };
}

async function writeAll(service: PermissionSetService, arn: PermissionSetArn, desired: Definition): Promise<number> {
  const found = differences(desired, await service.read(arn, PARTS));
  for (const difference of found) await service.write(arn, difference);
  return found.length;
}

describe('creating', () => {
  test('a permission set has its attributes and tags, and nothing else', async () => {
    const { service, arnOf } = permissionSets();
    const arn = await service.create('New+=,.@-ps' as PermissionSetName, FULL);
    expect(arn).toBe(arnOf('New+=,.@-ps'));
    expect(await service.permissionSetName(arn)).toBe('New+=,.@-ps');
    expect(await service.listPermissionSets()).toContain(arn);
    expect(await service.read(arn, PARTS)).toEqual(createdDefinition(FULL));
  });

  test('without description, relay state and tags it has none', async () => {
    const { service } = permissionSets();
    const arn = await service.create('Plain' as PermissionSetName, EMPTY);
    expect(await service.read(arn, PARTS)).toEqual(EMPTY);
  });

  test('a name that is taken is a Conflict, a session that is too long is Rejected', async () => {
    const { service } = permissionSets();
    await expect(service.create('Reader' as PermissionSetName, EMPTY)).rejects.toMatchObject({ name: 'Conflict' });
    const long = service.create('Long' as PermissionSetName, { ...EMPTY, sessionMinutes: 721 });
    await expect(long).rejects.toMatchObject({ name: 'Rejected' });
  });

  test('an answer without its ARN is a broken rule, never a success', async () => {
    const { service } = serviceOver(answering({ PermissionSet: {} }));
    await expect(service.create('Any' as PermissionSetName, EMPTY)).rejects.toMatchObject({
      name: 'InvariantViolated',
    });
  });
});

describe('reading', () => {
  test('every part is read as it was written', async () => {
    const { service, writer } = permissionSets();
    expect(await writeAll(service, writer, FULL)).toBe(1 + 1 + 1 + 2 + 2 + 1);
    expect(await service.read(writer, PARTS)).toEqual(FULL);
  });

  test.each<[Part, string]>([
    ['attributes', 'DescribePermissionSet'],
    ['boundary', 'GetPermissionsBoundaryForPermissionSet'],
    ['inlinePolicy', 'GetInlinePolicyForPermissionSet'],
    ['managedPolicies', 'ListManagedPoliciesInPermissionSet'],
    ['customerManagedPolicies', 'ListCustomerManagedPolicyReferencesInPermissionSet'],
    ['tags', 'ListTagsForResource'],
  ])('%s alone is one call, and the other parts are as if nothing were there', async (part, operation) => {
    const { service, writer, calls } = permissionSets();
    await writeAll(service, writer, FULL);
    const before = calls.length;
    const read = await service.read(writer, [part]);
    expect(calls.slice(before)).toEqual([operation]);
    // What it takes to come from there to the whole is every part but this one.
    const missing = new Set(differences(FULL, read).map((difference) => difference.part));
    expect([...missing].sort()).toEqual(PARTS.filter((other) => other !== part).sort());
  });

  test('25 policies, as many as there can be, come together', async () => {
    const { service, writer } = permissionSets();
    const managedPolicies = new Set(Array.from({ length: 13 }, (_, index) => `arn:aws:iam::aws:policy/P${index}`));
    const customerManagedPolicies = Array.from({ length: 12 }, (_, index) => ({ name: `c${index}`, path: '/a/b/' }));
    await writeAll(service, writer, { ...EMPTY, managedPolicies, customerManagedPolicies });
    expect(await service.read(writer, PARTS)).toMatchObject({ managedPolicies, customerManagedPolicies });
    const oneMore = service.write(writer, { part: 'managedPolicies', attach: READ_ONLY });
    await expect(oneMore).rejects.toMatchObject({ name: 'Rejected' });
  });

  test('50 tags, as many as there can be, come together', async () => {
    const { service, writer } = permissionSets();
    const tags = new Map(Array.from({ length: 50 }, (_, index): [string, string] => [`key ${index}`, `${index}`]));
    await service.write(writer, { part: 'tags', set: tags });
    expect((await service.read(writer, ['tags'])).tags).toEqual(tags);
  });

  test('a permission set that is gone is Missing, whichever part is asked for but the boundary', async () => {
    const { service } = permissionSets();
    for (const part of PARTS.filter((other) => other !== 'boundary')) {
      await expect(service.read(GONE, [part])).rejects.toMatchObject({ name: 'Missing' });
    }
    await expect(service.read(GONE, PARTS)).rejects.toMatchObject({ name: 'Missing' });
    // AWS: a boundary that is absent is told in the same way, so this alone says nothing about the permission set.
    expect(await service.read(GONE, ['boundary'])).toEqual(EMPTY);
    await expect(service.permissionSetName(GONE)).rejects.toMatchObject({ name: 'Missing' });
  });

  test('a boundary that may not be read is not taken for none', async () => {
    const send = () => Promise.reject(Object.assign(new Error('no'), { name: 'AccessDeniedException' }));
    const { service } = serviceOver({ send } as unknown as SSOAdminClient);
    await expect(service.read(GONE, ['boundary'])).rejects.toMatchObject({ name: 'Denied' });
  });

  test.each([
    [{ SessionDuration: 'PT240M' }, 240],
    [{ SessionDuration: 'PT1H30M' }, 90],
    [{}, 60],
    [{ SessionDuration: 'forever' }, Number.NaN],
  ])('attributes %j are a session of %d minutes', async (PermissionSet, minutes) => {
    const { service } = serviceOver(answering({ PermissionSet }));
    expect((await service.read(GONE, ['attributes'])).sessionMinutes).toBe(minutes);
  });

  test('empty text is the same as none', async () => {
    const { service } = serviceOver(
      answering({ PermissionSet: { Description: '', RelayState: '' }, InlinePolicy: '' }),
    );
    expect(await service.read(GONE, ['attributes', 'inlinePolicy'])).toEqual(EMPTY);
  });
});

describe('lists', () => {
  const ofPolicy = (index: number) => `arn:aws:iam::aws:policy/P${index}`;
  const twelve = Array.from({ length: 12 }, (_, index) => index);
  /** Twelve entries on a short page, an empty one, one without the list, and the last. */
  const pagesWith = (member: string, entry: (index: number) => unknown): PageOfAnswer[] => [
    { [member]: twelve.slice(0, 1).map(entry) },
    { [member]: [] },
    {},
    { [member]: twelve.slice(1).map(entry) },
  ];
  const accountId = (index: number) => String(100000000000 + index);

  test.each<[list: string, pages: PageOfAnswer[], read: (service: PermissionSetService) => Promise<unknown>, unknown]>([
    [
      'permission sets',
      pagesWith('PermissionSets', (index) => `arn-${index}`),
      (service) => service.listPermissionSets(),
      twelve.map((index) => `arn-${index}`),
    ],
    [
      'managed policies',
      pagesWith('AttachedManagedPolicies', (index) => ({ Name: `P${index}`, Arn: ofPolicy(index) })),
      async (service) => (await service.read(GONE, ['managedPolicies'])).managedPolicies,
      new Set(twelve.map(ofPolicy)),
    ],
    [
      'customer managed policies, with and without a path',
      pagesWith('CustomerManagedPolicyReferences', (index) =>
        index % 2 === 0 ? { Name: `c${index}` } : { Name: `c${index}`, Path: '/p/' },
      ),
      async (service) => (await service.read(GONE, ['customerManagedPolicies'])).customerManagedPolicies,
      twelve.map((index) => ({ name: `c${index}`, path: index % 2 === 0 ? '/' : '/p/' })),
    ],
    [
      'tags',
      pagesWith('Tags', (index) => ({ Key: `k${index}`, Value: `${index}` })),
      async (service) => (await service.read(GONE, ['tags'])).tags,
      new Map(twelve.map((index) => [`k${index}`, `${index}`])),
    ],
    ['accounts', pagesWith('AccountIds', accountId), (service) => service.accounts(GONE, 'all'), twelve.map(accountId)],
    [
      'assigned principals',
      pagesWith('AccountAssignments', (index) => ({ PrincipalType: 'USER', PrincipalId: `u${index}` })),
      (service) => service.assignedIn(GONE, MEMBER as AccountId),
      twelve.map((index) => ({ type: 'USER', id: `u${index}` })),
    ],
    [
      'provisionings in progress',
      pagesWith('PermissionSetsProvisioningStatus', (index) => ({ RequestId: `r${index}` })),
      (service) => service.provisioningsInProgress(),
      new Set(twelve.map((index) => `r${index}`)),
    ],
  ])('%s: short and empty pages lose nothing, and every page waits for its turn', async (_, pages, read, expected) => {
    const { client, inputs } = pagedAnswers(...pages);
    const { service, paces } = serviceOver(client);
    expect(await read(service)).toEqual(expected);
    expect(inputs.map(({ NextToken }) => NextToken)).toEqual([undefined, '1', '2', '3']);
    expect(paces()).toBe(pages.length);
  });

  test('ask for as many entries as a page can have; tags take no page size', async () => {
    const { client, inputs } = pagedAnswers({});
    const { service } = serviceOver(client);
    await service.listPermissionSets();
    await service.read(GONE, ['managedPolicies', 'customerManagedPolicies']);
    await service.accounts(GONE, 'stale');
    await service.assignedIn(GONE, MEMBER as AccountId);
    await service.provisioningsInProgress();
    expect(inputs.map(({ MaxResults }) => MaxResults)).toEqual(Array(6).fill(100));
    await service.read(GONE, ['tags']);
    expect(inputs.at(-1)).toEqual({ InstanceArn: INSTANCE, ResourceArn: GONE });
  });

  test('what is in progress is asked for, not all that ever was', async () => {
    const { client, inputs } = pagedAnswers({});
    await serviceOver(client).service.provisioningsInProgress();
    expect(inputs[0]).toMatchObject({ Filter: { Status: 'IN_PROGRESS' } });
  });
});

describe('writing', () => {
  const reference = { name: 'cmp-1', path: '/cmp/1/' };

  /** Each kind of difference, what there was before, and what is read of its part afterwards. */
  test.each<[what: string, before: Difference[], difference: Difference, after: Partial<Definition>]>([
    [
      'all attributes',
      [],
      { part: 'attributes', to: { description: 'é', sessionMinutes: 720, relayState: 'https://x' } },
      { description: 'é', sessionMinutes: 720, relayState: 'https://x' },
    ],
    [
      'attributes that are left out are cleared',
      [{ part: 'attributes', to: { description: 'é', sessionMinutes: 720, relayState: 'https://x' } }],
      { part: 'attributes', to: { sessionMinutes: 60 } },
      {},
    ],
    [
      'a boundary',
      [],
      { part: 'boundary', to: { managedPolicyArn: READ_ONLY } },
      { boundary: { managedPolicyArn: READ_ONLY } },
    ],
    [
      'a boundary of the other kind',
      [{ part: 'boundary', to: { managedPolicyArn: READ_ONLY } }],
      { part: 'boundary', to: { reference } },
      { boundary: { reference } },
    ],
    ['no boundary', [{ part: 'boundary', to: { reference } }], { part: 'boundary', to: undefined }, {}],
    ['an inline policy', [], { part: 'inlinePolicy', to: POLICY }, { inlinePolicy: POLICY }],
    ['no inline policy', [{ part: 'inlinePolicy', to: POLICY }], { part: 'inlinePolicy', to: undefined }, {}],
    ['no inline policy where there was none', [], { part: 'inlinePolicy', to: undefined }, {}],
    [
      'a managed policy more',
      [{ part: 'managedPolicies', attach: READ_ONLY }],
      { part: 'managedPolicies', attach: BILLING },
      { managedPolicies: new Set([READ_ONLY, BILLING]) },
    ],
    [
      'a managed policy less',
      [
        { part: 'managedPolicies', attach: READ_ONLY },
        { part: 'managedPolicies', attach: BILLING },
      ],
      { part: 'managedPolicies', detach: READ_ONLY },
      { managedPolicies: new Set([BILLING]) },
    ],
    [
      'a customer managed policy that differs only in its path',
      [{ part: 'customerManagedPolicies', attach: { ...reference, path: '/' } }],
      { part: 'customerManagedPolicies', attach: reference },
      { customerManagedPolicies: [{ ...reference, path: '/' }, reference] },
    ],
    [
      'a customer managed policy less',
      [
        { part: 'customerManagedPolicies', attach: { ...reference, path: '/' } },
        { part: 'customerManagedPolicies', attach: reference },
      ],
      { part: 'customerManagedPolicies', detach: { ...reference, path: '/' } },
      { customerManagedPolicies: [reference] },
    ],
    [
      'tags: new, changed, and kept',
      [
        {
          part: 'tags',
          set: new Map([
            ['a', '1'],
            ['b', '2'],
          ]),
        },
      ],
      {
        part: 'tags',
        set: new Map([
          ['b', '3'],
          ['c', ''],
        ]),
      },
      {
        tags: new Map([
          ['a', '1'],
          ['b', '3'],
          ['c', ''],
        ]),
      },
    ],
    [
      'tags less',
      [
        {
          part: 'tags',
          set: new Map([
            ['a', '1'],
            ['b', '2'],
            ['c', '3'],
          ]),
        },
      ],
      { part: 'tags', remove: ['a', 'c'] },
      { tags: new Map([['b', '2']]) },
    ],
  ])('%s: one call, and it is read back', async (_, before, difference, after) => {
    const { service, calls, paces } = permissionSets();
    const arn = await service.create('Plain' as PermissionSetName, EMPTY);
    for (const earlier of before) await service.write(arn, earlier);
    const [called, paced] = [calls.length, paces()];
    await service.write(arn, difference);
    expect([calls.length - called, paces() - paced]).toEqual([1, 1]);
    expect(await service.read(arn, PARTS)).toEqual({ ...EMPTY, ...after });
  });

  test.each<[what: string, difference: Difference, fault: string]>([
    [
      'an AWS policy that does not exist',
      { part: 'managedPolicies', attach: `${READ_ONLY.replace(/\w+$/, 'MissingPolicy')}` },
      'Missing',
    ],
    ['detaching a managed policy that is not there', { part: 'managedPolicies', detach: READ_ONLY }, 'Missing'],
    [
      'detaching a customer managed policy that is not there',
      { part: 'customerManagedPolicies', detach: reference },
      'Missing',
    ],
    ['deleting a boundary that is not there', { part: 'boundary', to: undefined }, 'Missing'],
    ['an inline policy that is none', { part: 'inlinePolicy', to: '[]' }, 'Rejected'],
    ['a tag that AWS keeps for itself', { part: 'tags', set: new Map([['aws:x', '']]) }, 'Rejected'],
  ])('%s', async (_, difference, fault) => {
    const { service, writer } = permissionSets();
    const before = await service.read(writer, PARTS);
    await expect(service.write(writer, difference)).rejects.toMatchObject({ name: fault });
    expect(await service.read(writer, PARTS)).toEqual(before);
  });

  test('attaching what is attached is a Conflict', async () => {
    const { service, writer } = permissionSets();
    for (const difference of [
      { part: 'managedPolicies', attach: READ_ONLY },
      { part: 'customerManagedPolicies', attach: reference },
    ] as const) {
      await service.write(writer, difference);
      await expect(service.write(writer, difference)).rejects.toMatchObject({ name: 'Conflict' });
    }
  });

  test('a permission set that is gone is Missing, whatever is written', async () => {
    const { service } = permissionSets();
    for (const difference of [...differences(FULL, EMPTY), ...differences(EMPTY, FULL)]) {
      await expect(service.write(GONE, difference)).rejects.toMatchObject({ name: 'Missing' });
    }
  });

  test('a permission set that the management account has is not ours to change', async () => {
    const { service, arnOf } = permissionSets();
    const written = service.write(arnOf('InManagement'), { part: 'managedPolicies', attach: READ_ONLY });
    await expect(written).rejects.toMatchObject({ name: 'Denied' });
  });
});

describe('removing', () => {
  test('a permission set is gone, and Missing when it is removed again', async () => {
    const { service, writer } = permissionSets();
    await service.remove(writer);
    expect(await service.listPermissionSets()).not.toContain(writer);
    await expect(service.remove(writer)).rejects.toMatchObject({ name: 'Missing' });
  });

  test('while an account has it that is a Conflict', async () => {
    const { service, reader, sso, ids, quiet } = permissionSets();
    await expect(service.remove(reader)).rejects.toMatchObject({ name: 'Conflict' });
    await sso('DeleteAccountAssignment', {
      PermissionSetArn: reader,
      TargetId: MEMBER,
      TargetType: 'AWS_ACCOUNT',
      PrincipalType: 'GROUP',
      PrincipalId: ids.group('team-One'),
    });
    await quiet();
    await service.remove(reader);
    expect(await service.listPermissionSets()).not.toContain(reader);
  });
});

describe('accounts', () => {
  test('all that have it, and those that have an earlier version, over several pages', async () => {
    const { service, reader, calls, quiet } = permissionSets(wideOrganization());
    expect(new Set(await service.accounts(reader, 'all'))).toEqual(new Set(ACCOUNTS));
    expect(calls).toEqual(Array(3).fill('ListAccountsForProvisionedPermissionSet'));
    expect(await service.accounts(reader, 'stale')).toEqual([]);
    await service.write(reader, { part: 'managedPolicies', attach: READ_ONLY });
    expect(new Set(await service.accounts(reader, 'stale'))).toEqual(new Set(ACCOUNTS));
    await service.provision(reader, ACCOUNTS[17]);
    await quiet();
    const stale = await service.accounts(reader, 'stale');
    expect(new Set(stale)).toEqual(new Set(ACCOUNTS.filter((accountId) => accountId !== ACCOUNTS[17])));
    expect(stale).toHaveLength(ACCOUNTS.length - 1);
    expect(await service.accounts(reader, 'all')).toHaveLength(ACCOUNTS.length);
  });

  test('of a permission set that nobody is assigned there are none; of one that is gone it is Missing', async () => {
    const { service, writer } = permissionSets();
    expect(await service.accounts(writer, 'all')).toEqual([]);
    await expect(service.accounts(GONE, 'stale')).rejects.toMatchObject({ name: 'Missing' });
  });

  test('who is assigned it in an account, users and groups, whoever did that', async () => {
    const document = smallOrganization();
    const mine = { accountId: MEMBER, permissionSetName: 'Reader', principalType: 'USER', principalName: 'bob' };
    const { service, reader, ids } = permissionSets({ ...document, assignments: [...document.assignments, mine] });
    expect(await service.assignedIn(reader, MEMBER as AccountId)).toEqual([
      { type: 'GROUP', id: ids.group('team-One') },
      { type: 'USER', id: ids.user('bob') },
    ]);
    expect(await service.assignedIn(reader, ADMINISTRATION as AccountId)).toEqual([]);
    await expect(service.assignedIn(GONE, MEMBER as AccountId)).rejects.toMatchObject({ name: 'Missing' });
  });
});

describe('provisioning', () => {
  const CHANGE: Difference = { part: 'managedPolicies', attach: READ_ONLY };

  test.each<[string, AccountId | undefined]>([
    ['all accounts', undefined],
    ['one account', MEMBER as AccountId],
  ])('%s: it is in progress, then it succeeded and nothing is stale', async (_, accountId) => {
    const { service, reader, quiet } = permissionSets();
    await service.write(reader, CHANGE);
    const requestId = await service.provision(reader, accountId);
    expect(await service.provisioningStatus(requestId)).toEqual({ status: 'IN_PROGRESS' });
    expect(await service.provisioningsInProgress()).toEqual(new Set([requestId]));
    await quiet();
    expect(await service.provisioningStatus(requestId)).toEqual({ status: 'SUCCEEDED' });
    expect(await service.provisioningsInProgress()).toEqual(new Set());
    expect(await service.accounts(reader, 'stale')).toEqual([]);
  });

  test.each(['/cmp/2/cmp-2', '/absent.v1.2'])(
    'an account without the policy %s fails, and says which',
    async (policy) => {
      const { service, reader, quiet } = permissionSets();
      const [, path = '', name = ''] = /^(.*\/)([^/]+)$/.exec(policy) ?? [];
      await service.write(reader, { part: 'customerManagedPolicies', attach: { name, path } });
      const requestId = await service.provision(reader, MEMBER as AccountId);
      await quiet();
      expect(await service.provisioningStatus(requestId)).toEqual({
        status: 'FAILED',
        reason: expect.stringContaining(`Not supported policy arn:aws:iam::${MEMBER}:policy${policy}.`),
        missingPolicy: policy,
      });
      expect(await service.accounts(reader, 'stale')).toEqual([MEMBER]);
    },
  );

  test('another failure has the reason of the service and names no policy', async () => {
    const { service, writer, quiet } = permissionSets();
    const requestId = await service.provision(writer, MEMBER as AccountId);
    await quiet();
    expect(await service.provisioningStatus(requestId)).toEqual({
      status: 'FAILED',
      reason: 'Received a 404 status error: Assignment not found.',
    });
    const { service: silent } = serviceOver(answering({ PermissionSetProvisioningStatus: { Status: 'FAILED' } }));
    const reason = 'Identity Center gave no reason.';
    expect(await silent.provisioningStatus('any')).toEqual({ status: 'FAILED', reason });
  });

  test('an account that is being provisioned is a Conflict, more than three at a time are Throttled', async () => {
    const { service, reader, writer, quiet } = permissionSets();
    await service.provision(reader);
    await expect(service.provision(reader, MEMBER as AccountId)).rejects.toMatchObject({ name: 'Conflict' });
    for (const accountId of [MEMBER, ADMINISTRATION]) await service.provision(writer, accountId as AccountId);
    const fourth = () => service.provision(writer, '555555555555' as AccountId);
    await expect(fourth()).rejects.toMatchObject({ name: 'Throttled' });
    expect((await service.provisioningsInProgress()).size).toBe(3);
    await quiet();
    expect(await fourth()).toEqual(expect.any(String));
  });

  test('a permission set or a request that does not exist is Missing', async () => {
    const { service } = permissionSets();
    await expect(service.provision(GONE)).rejects.toMatchObject({ name: 'Missing' });
    const unknown = service.provisioningStatus('00000000-0000-4000-8000-000000000000');
    await expect(unknown).rejects.toMatchObject({ name: 'Missing' });
  });

  test('an answer without a request id is a broken rule, never a success', async () => {
    const { service } = serviceOver(answering({ PermissionSetProvisioningStatus: {} }));
    await expect(service.provision(GONE)).rejects.toMatchObject({ name: 'InvariantViolated' });
  });
});

describe('the pace', () => {
  test('is waited for exactly once per request, those that fail included', async () => {
    const { service, calls, paces, reader, writer, quiet } = permissionSets();
    await service.create('New' as PermissionSetName, FULL);
    await writeAll(service, writer, FULL);
    await service.listPermissionSets();
    await service.permissionSetName(reader);
    await service.accounts(reader, 'all');
    await service.assignedIn(reader, MEMBER as AccountId);
    const requestId = await service.provision(reader);
    await service.provisioningsInProgress();
    await service.provisioningStatus(requestId);
    await quiet();
    await expect(service.remove(reader)).rejects.toMatchObject({ name: 'Conflict' });
    await expect(service.read(GONE, PARTS)).rejects.toMatchObject({ name: 'Missing' });
    expect(new Set(calls).size).toBeGreaterThanOrEqual(20);
    expect(paces()).toBe(calls.length);
  });

  test('comes before the request: what waits has not been sent', async () => {
    const { client, inputs } = pagedAnswers({});
    let allow: () => void = () => undefined;
    const pace = () => new Promise<void>((resolve) => (allow = resolve));
    const instance = async () => ({ instanceArn: INSTANCE, identityStoreId: STORE });
    const waiting = new SsoPermissionSetService(new PacedSsoAdmin(client, instance, pace)).listPermissionSets();
    await new Promise((resolve) => setImmediate(resolve));
    expect(inputs).toEqual([]);
    allow();
    expect(await waiting).toEqual([]);
    expect(inputs).toHaveLength(1);
  });

  test('is not used up, and nothing is sent, when the instance is not found', async () => {
    const { client, inputs } = pagedAnswers({});
    const pace = jest.fn(async () => undefined);
    const lost = () => Promise.reject(Object.assign(new Error('none'), { name: 'Rejected' }));
    const service = new SsoPermissionSetService(new PacedSsoAdmin(client, lost, pace));
    await expect(service.listPermissionSets()).rejects.toMatchObject({ name: 'Rejected' });
    expect(pace).not.toHaveBeenCalled();
    expect(inputs).toEqual([]);
  });
});

test('what only reads goes by one client, which may try again, and what writes by the other', async () => {
  const small = smallWorld({ document: smallOrganization() });
  const [reading, writing] = [clientsOf(small.world), clientsOf(small.world)];
  const instance = async () => ({ instanceArn: INSTANCE, identityStoreId: STORE });
  const paced = ({ ssoAdmin }: ReturnType<typeof clientsOf>) =>
    new PacedSsoAdmin(ssoAdmin, instance, async () => undefined);
  const service = new SsoPermissionSetService(paced(reading), paced(writing));
  const arn = await service.create('New-ps' as PermissionSetName, EMPTY);
  expect(await writeAll(service, arn, FULL)).toBeGreaterThan(5);
  expect(await service.permissionSetName(arn)).toBe('New-ps');
  await service.provisioningStatus(await service.provision(small.ids.permissionSet('Reader') as PermissionSetArn));
  expect(await service.provisioningsInProgress()).toHaveProperty('size');
  await service.remove(arn);
  expect(reading.calls.filter((call) => !/^(Describe|Get|List)/.test(call))).toEqual([]);
  expect(writing.calls.filter((call) => /^(Describe|Get|List)/.test(call))).toEqual([]);
  expect(new Set(writing.calls).size).toBeGreaterThanOrEqual(9);
});
