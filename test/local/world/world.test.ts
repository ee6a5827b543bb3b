import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seededRandom, VirtualClock } from '../../../local/clock';
import { InvalidOrganizationFile } from '../../../local/world/organization-file';
import { World } from '../../../local/world/world';
import type { WorldEvent } from '../../../local/world/world-event';
import { MANAGEMENT, MEMBER, smallOrganization, smallWorld } from './small-world';

const MINIMAL = {
  organization: { managementAccountId: MANAGEMENT },
  root: { accounts: [{ id: MANAGEMENT, name: 'management' }] },
};

function options() {
  return { clock: new VirtualClock(), random: seededRandom(1) };
}

function problemsOf(document: unknown): Record<string, string> {
  try {
    World.fromDocument(document, options());
  } catch (error) {
    if (!(error instanceof InvalidOrganizationFile)) throw error;
    for (const { path } of error.problems) expect(error.message).toContain(path);
    return Object.fromEntries(error.problems.map(({ path, message }) => [path, message]));
  }
  return {};
}

describe('an organization file', () => {
  it('needs little; ids that are absent are the same in every run', () => {
    const document = {
      ...MINIMAL,
      root: { ...MINIMAL.root, organizationalUnits: [{ name: 'Unit' }] },
      users: [{ userName: 'u' }],
      groups: [{ displayName: 'g', members: ['u'] }],
      permissionSets: [{ permissionSetName: 'p' }],
    };
    const [one, two] = [World.fromDocument(document, options()), World.fromDocument(document, options())];
    expect(one.settings).toEqual(two.settings);
    expect(one.settings.instanceArn).toMatch(/^arn:aws:sso:::instance\/ssoins-[0-9a-f]{16}$/);
    expect(one.settings).toMatchObject({ region: 'eu-west-1', managementAccountId: MANAGEMENT });
    expect(one.identityStore.idOf('GROUP', 'g')).toMatch(/^[0-9a-f-]{36}$/);
    expect(one.identityStore.idOf('GROUP', 'g')).toBe(two.identityStore.idOf('GROUP', 'g'));
    expect(one.identityStore.idOf('USER', 'u')).toBe(two.identityStore.idOf('USER', 'u'));
    const arn = one.identityCenter.instance.permissionSets.named('p')?.arn;
    expect(arn).toBe(two.identityCenter.instance.permissionSets.named('p')?.arn);
    const units = [...one.organizations.organization.tree.units.values()];
    expect(units).toMatchObject([{ id: expect.stringMatching(/^ou-[0-9a-f]{4}-[0-9a-f]{8}$/), name: 'Unit' }]);
  });

  it('leaves it to its user from where Identity Center is administered, unless it says so itself', () => {
    const accounts = [...MINIMAL.root.accounts, { id: MEMBER, name: 'member' }];
    const administration = { accountId: MEMBER, region: 'eu-central-1' };
    const settings = (identityCenter: object, accountId = MEMBER) =>
      World.fromDocument(
        { ...MINIMAL, root: { accounts }, identityCenter },
        { ...options(), administration: { ...administration, accountId } },
      ).settings;
    expect(settings({})).toMatchObject({ delegatedAdministratorAccountId: MEMBER, region: 'eu-central-1' });
    expect(settings({ region: 'eu-west-3' })).toMatchObject({ region: 'eu-west-3' });
    expect(settings({}, MANAGEMENT)).not.toHaveProperty('delegatedAdministratorAccountId');
    expect(settings({}, '999999999999')).not.toHaveProperty('delegatedAdministratorAccountId');
  });

  it('is YAML or JSON', () => {
    const folder = mkdtempSync(join(tmpdir(), 'organization-'));
    try {
      writeFileSync(join(folder, 'a.json'), JSON.stringify(MINIMAL));
      writeFileSync(
        join(folder, 'a.yaml'),
        `organization: {managementAccountId: "${MANAGEMENT}"}\nroot: {accounts: [{id: "${MANAGEMENT}", name: m}]}`,
      );
      writeFileSync(join(folder, 'bad.yaml'), 'a: [');
      expect(World.fromFile(join(folder, 'a.json'), options()).accountIds()).toEqual([MANAGEMENT]);
      expect(World.fromFile(join(folder, 'a.yaml'), options()).accountIds()).toEqual([MANAGEMENT]);
      expect(() => World.fromFile(join(folder, 'bad.yaml'), options())).toThrow(
        /bad\.yaml is not a valid organization file:\n.*cannot be parsed/,
      );
      expect(() => World.fromFile(join(folder, 'none.yaml'), options())).toThrow(
        /none\.yaml is not .*\n.*cannot be read/,
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('reports everything that the schema refuses at once, with its path', () => {
    const problems = problemsOf({
      organization: { id: 'x', managementAccountId: 111111111111 },
      root: { accounts: [{ id: '123', name: 'a', colour: 'red' }, { id: MANAGEMENT }] },
      groups: [{ displayName: '' }],
      assignments: [{ accountId: MANAGEMENT, permissionSetName: 'a b', principalType: 'ROLE', principalName: 'x' }],
    });
    expect(Object.keys(problems)).toEqual(
      expect.arrayContaining([
        'organization.id',
        'organization.managementAccountId',
        'root.accounts.0.id',
        'root.accounts.0.colour',
        'root.accounts.1.name',
        'groups.0.displayName',
        'assignments.0.permissionSetName',
        'assignments.0.principalType',
      ]),
    );
    expect(problems['organization.managementAccountId']).toContain('in quotes');
    // Rules are checked in the same run.
    expect(problems['assignments.0.principalName']).toBeDefined();
  });

  it('survives any shape', () => {
    for (const document of [null, 7, [], {}, { organization: [], root: 'x' }, { ...MINIMAL, groups: ['x'] }]) {
      expect(Object.keys(problemsOf(document))).not.toHaveLength(0);
    }
  });

  it('reports every broken rule at once', () => {
    const deep = (depth: number): object => ({ name: 'u', organizationalUnits: depth > 1 ? [deep(depth - 1)] : [] });
    const problems = problemsOf({
      organization: { managementAccountId: '999999999999' },
      identityCenter: { delegatedAdministratorAccountId: '999999999998' },
      root: {
        accounts: [
          { id: MEMBER, name: 'a', email: 'a@example.com' },
          { id: MEMBER, name: 'b', email: 'A@example.com' },
        ],
        organizationalUnits: [{ id: 'ou-ab12-workloads', name: 'W' }, { id: 'ou-ab12-workloads', name: 'W' }, deep(6)],
      },
      users: [{ userName: 'u' }, { userName: 'u' }],
      groups: [{ displayName: 'g', members: ['u', 'u', 'nobody'] }, { displayName: 'g' }],
      permissionSets: [{ permissionSetName: 'p', sessionDurationInMinutes: '59' }, { permissionSetName: 'p' }],
      assignments: [
        { accountId: '999999999997', permissionSetName: 'q', principalType: 'GROUP', principalName: 'u' },
        { accountId: MEMBER, permissionSetName: 'p', principalType: 'GROUP', principalName: 'g' },
        { accountId: MEMBER, permissionSetName: 'p', principalType: 'GROUP', principalName: 'g' },
      ],
      roles: [{ accountId: '999999999996', name: 'r' }],
    });
    expect(Object.keys(problems).sort()).toEqual([
      'assignments.0.accountId',
      'assignments.0.permissionSetName',
      'assignments.0.principalName',
      'assignments.2',
      'groups.0.members.1',
      'groups.0.members.2',
      'groups.1.displayName',
      'identityCenter.delegatedAdministratorAccountId',
      'organization.managementAccountId',
      'permissionSets.0.sessionDurationInMinutes',
      'permissionSets.1.permissionSetName',
      'roles.0.accountId',
      'root.accounts.1.email',
      'root.accounts.1.id',
      'root.organizationalUnits.1.id',
      'root.organizationalUnits.1.name',
      'root.organizationalUnits.2.organizationalUnits.0.organizationalUnits.0.organizationalUnits.0.organizationalUnits.0.organizationalUnits.0',
      'users.1.userName',
    ]);
    expect(problems['assignments.0.permissionSetName']).toBe('no permission set q: add it to permissionSets');
    expect(problems['root.accounts.1.id']).toBe(
      `account id ${MEMBER} is used already at root.accounts.0.id: make it unique`,
    );
  });

  it('brings permission sets, assignments and policies that are there from the beginning', async () => {
    const document = {
      ...smallOrganization(),
      permissionSets: [
        {
          permissionSetName: 'Full',
          sessionDurationInMinutes: 90,
          relayState: 'https://x',
          tags: [{ Key: 'a', Value: 'b' }],
          managedPoliciesArnList: ['arn:aws:iam::aws:policy/ReadOnlyAccess'],
          customerManagedPoliciesList: [{ Name: 'cmp-3' }],
          inlinePolicyDocument: { Version: '2012-10-17', Statement: [] },
          permissionsBoundary: { CustomerManagedPolicyReference: { Name: 'cmp-1', Path: '/cmp/1/' } },
        },
      ],
      assignments: [{ accountId: MEMBER, permissionSetName: 'Full', principalType: 'USER', principalName: 'bob' }],
    };
    const at = smallWorld({ document });
    const input = { PermissionSetArn: at.ids.permissionSet('Full') };
    const { PermissionSet } = await at.sso('DescribePermissionSet', input);
    expect(PermissionSet).toMatchObject({ Description: 'Full', SessionDuration: 'PT1H30M', RelayState: 'https://x' });
    expect(await at.sso('GetPermissionsBoundaryForPermissionSet', input)).toEqual({
      PermissionsBoundary: { CustomerManagedPolicyReference: { Name: 'cmp-1', Path: '/cmp/1/' } },
    });
    const provisioned = { ...input, ProvisioningStatus: 'LATEST_PERMISSION_SET_PROVISIONED' };
    expect((await at.sso('ListAccountsForProvisionedPermissionSet', provisioned)).AccountIds).toEqual([MEMBER]);
    expect((await at.sso('ListAccountAssignments', { ...input, AccountId: MEMBER })).AccountAssignments).toEqual([
      { AccountId: MEMBER, ...input, PrincipalType: 'USER', PrincipalId: at.ids.user('bob') },
    ]);
    expect(at.world.policies.has(MEMBER, '/cmp/1/cmp-1')).toBe(true);
  });

  it('may name the management account as administrator of Identity Center', () => {
    const document = { ...MINIMAL, identityCenter: { delegatedAdministratorAccountId: MANAGEMENT } };
    expect(World.fromDocument(document, options()).settings).not.toHaveProperty('delegatedAdministratorAccountId');
  });
});

describe('the organization file of the repository', () => {
  const folder = join(__dirname, '..', '..', '..', 'config');
  const world = World.fromFile(join(folder, 'local-organization.yaml'), options());
  const { tree } = world.organizations.organization;
  const accounts = [...tree.accounts.values()];

  it('has the four accounts of the default configuration among about 25', () => {
    expect(accounts.length).toBeGreaterThanOrEqual(22);
    expect(accounts.length).toBeLessThanOrEqual(30);
    expect(world.accountIds()).toEqual(
      expect.arrayContaining(['111111111111', '222222222222', '333333333333', '000000000000', '123456789012']),
    );
    expect(world.settings).toMatchObject({
      managementAccountId: '111111111111',
      delegatedAdministratorAccountId: '222222222222',
      region: 'eu-west-1',
    });
    expect(accounts.filter(({ state }) => state === 'SUSPENDED')).toHaveLength(1);
    expect([...tree.units.values()].some(({ parentId }) => tree.depthOf(parentId) >= 2)).toBe(true);
  });

  it('has every name that the sample payloads use', () => {
    const names = ['CloudOperator-ps', 'SecurityAuditor-ps', 'DataScientist-ps', 'Billing-ps', 'Breakglass-ps'];
    for (const name of names) expect(world.identityCenter.instance.permissionSets.named(name)).toBeDefined();
    const groups = ['team-CloudOperators', 'team-SecurityAuditors', 'team-DataScientists', 'team-Accountants'];
    for (const name of groups) expect(world.identityStore.idOf('GROUP', name)).toBeDefined();
    expect(world.identityStore.idOf('USER', 'break-glass')).toBeDefined();
    for (const team of ['DataScientists', 'Finance']) {
      expect(accounts.filter(({ tags }) => tags.get('team') === team).length).toBeGreaterThan(1);
    }
  });

  it('has the customer managed policies of the samples wherever a link can reach', () => {
    const reachable = accounts.filter(({ id, state }) => state === 'ACTIVE' && id !== world.managementAccountId);
    for (const { id } of reachable) {
      expect(world.policies.inAccount(id)).toEqual(expect.arrayContaining(['/cmp/1/cmp-1', '/cmp/2/cmp-2', '/cmp-3']));
    }
    expect(reachable.length).toBeGreaterThan(20);
  });

  it('is YAML that quotes its account ids', () => {
    const text = readFileSync(join(folder, 'local-organization.yaml'), 'utf8');
    expect(text).not.toMatch(/(id|Id): \d{12}/);
  });
});

describe('events', () => {
  it('tell of each effect, with what was asked and answered', async () => {
    const events: WorldEvent[] = [];
    const at = smallWorld({ onEvent: (event) => events.push(event) });
    await at.sso('CreatePermissionSet', { Name: 'New' });
    await at.store('CreateGroup', { DisplayName: 'new' });
    await at.organizations('TagResource', { ResourceId: MEMBER, Tags: [{ Key: 'a', Value: 'b' }] });
    await at.organizations('CreateAccount', { Email: 'n@example.com', AccountName: 'n' });
    await at.sso('ListPermissionSets');
    await expect(at.sso('CreatePermissionSet', { Name: 'New' })).rejects.toBeDefined();
    await at.quiet();
    expect(events.map(({ source, detailType, detail }) => [source, detailType, detail.eventName])).toEqual([
      ['aws.sso', 'AWS API Call via CloudTrail', 'CreatePermissionSet'],
      ['aws.identitystore', 'AWS API Call via CloudTrail', 'CreateGroup'],
      ['aws.tag', 'Tag Change on Resource', undefined],
      ['aws.organizations', 'AWS API Call via CloudTrail', 'TagResource'],
      ['aws.organizations', 'AWS API Call via CloudTrail', 'CreateAccount'],
      ['aws.organizations', 'AWS Service Event via CloudTrail', 'AccountJoinedOrganization'],
      ['aws.organizations', 'AWS Service Event via CloudTrail', 'CreateAccountResult'],
    ]);
    expect(events[0]).toMatchObject({
      accountId: '222222222222',
      region: 'eu-west-1',
      detail: { eventSource: 'sso.amazonaws.com', requestParameters: { name: 'New' } },
    });
    expect(events[2]).toMatchObject({
      accountId: MANAGEMENT,
      region: 'us-east-1',
      detail: { 'changed-tag-keys': ['a'], tags: { team: 'Shop', a: 'b' } },
    });
    const ids = events.flatMap(({ detail }) => (detail.eventID === undefined ? [] : [detail.eventID]));
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('a large organization', () => {
  it('loads, and answers without looking at all of it', async () => {
    const accounts = Array.from({ length: 10_000 }, (_, index) => ({
      id: String(600000000000 + index),
      name: `a${index}`,
    }));
    const assignments = Array.from({ length: 100_000 }, (_, index) => ({
      accountId: accounts[index % accounts.length]?.id,
      permissionSetName: `p${Math.floor(index / accounts.length)}`,
      principalType: 'GROUP',
      principalName: `g${index % 500}`,
    }));
    const at = smallWorld({
      document: {
        organization: { managementAccountId: accounts[0]?.id },
        root: { accounts },
        groups: Array.from({ length: 500 }, (_, index) => ({ displayName: `g${index}` })),
        permissionSets: Array.from({ length: 10 }, (_, index) => ({ permissionSetName: `p${index}` })),
        assignments,
      },
    });
    expect(at.world.accountIds()).toHaveLength(10_000);
    const { instance } = at.world.identityCenter;
    const group = at.ids.group('g7');
    expect(instance.assignments.ofPrincipal('GROUP', group).size).toBe(200);
    expect(instance.provisionings.ofPermissionSet(at.ids.permissionSet('p3')).size).toBe(10_000);
  });
});
