import {
  CreateGroupCommand,
  CreateUserCommand,
  DeleteGroupCommand,
  UpdateGroupCommand,
} from '@aws-sdk/client-identitystore';
import {
  AcceptHandshakeCommand,
  InviteAccountToOrganizationCommand,
  MoveAccountCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-organizations';
import { createPermissionSet, principalId } from './support/access';
import { administratorOf, IDENTITY_STORE_ID as IdentityStoreId, LocalCloud } from './support/local-cloud';
import { observedAssignments } from './support/observed';
import { operatorCommand } from './support/operator-command';
import {
  assignmentText,
  defaultOrganization,
  Oracle,
  type OrganizationEntries,
  type UnitEntry,
} from './support/oracle';

const OUTSIDER = '555555555599';
const LINKS = [
  'root%all%CloudOperator-ps%team-CloudOperators%GROUP%ssofile',
  'ou_id%ou-ab12-production%CloudOperator-ps%team-CloudOperators%GROUP%ssofile',
  'ou_id%ou-ab12-finance00%Billing-ps%team-Accountants%GROUP%ssofile',
  'ou_id%ou-ab12-dataplatform%DataScientist-ps%team-DataScientists%GROUP%ssofile',
  'account_tag%team^Shop%SecurityAuditor-ps%team-SecurityAuditors%GROUP%ssofile',
  'account_tag%team^Search%SecurityAuditor-ps%team-SupportEngineers%GROUP%ssofile',
  'account%123456789012%Billing-ps%newcomer%USER%ssofile',
  'account%444444444401%Late-ps%team-Developers%GROUP%ssofile',
  'account%444444444402%Billing-ps%contractors%GROUP%ssofile',
  'account%444444444402%Billing-ps%renamed%GROUP%ssofile',
];

interface MutableUnit {
  id?: string;
  accounts?: { id: string; state?: string; tags?: Record<string, string> }[];
  organizationalUnits?: MutableUnit[];
}

let cloud: LocalCloud;
beforeEach(async () => {
  cloud = await LocalCloud.start({ speed: 60, seed: 7 });
});
afterEach(() => cloud?.stop());

/** The same changes in the cloud and in a copy of the organization file. */
class Changes {
  readonly file = structuredClone(defaultOrganization()) as OrganizationEntries & {
    root: UnitEntry;
    groups: { displayName: string }[];
    users: { userName: string }[];
    permissionSets: { permissionSetName: string }[];
  };

  async move(accountId: string, from: string, to: string): Promise<void> {
    const input = { AccountId: accountId, SourceParentId: from, DestinationParentId: to };
    await cloud.organizations().send(new MoveAccountCommand(input));
    const source = this.unit(from);
    const account = source.accounts?.find(({ id }) => id === accountId);
    if (!account) throw new Error(`${accountId} is not in ${from}.`);
    source.accounts = source.accounts?.filter(({ id }) => id !== accountId) ?? [];
    const target = this.unit(to);
    target.accounts = [...(target.accounts ?? []), account];
  }

  async tag(accountId: string, value: string | undefined): Promise<void> {
    const client = cloud.organizations();
    const account = this.units()
      .flatMap(({ accounts = [] }) => accounts)
      .find(({ id }) => id === accountId);
    if (value === undefined) {
      await client.send(new UntagResourceCommand({ ResourceId: accountId, TagKeys: ['team'] }));
      delete account?.tags?.team;
      return;
    }
    await client.send(new TagResourceCommand({ ResourceId: accountId, Tags: [{ Key: 'team', Value: value }] }));
    Object.assign(account ?? {}, { tags: { ...account?.tags, team: value } });
  }

  async invite(Id: string): Promise<void> {
    const command = new InviteAccountToOrganizationCommand({ Target: { Id, Type: 'ACCOUNT' } });
    const { Handshake } = await cloud.organizations().send(command);
    const client = cloud.organizations(administratorOf(Id));
    await client.send(new AcceptHandshakeCommand({ HandshakeId: Handshake?.Id ?? '' }));
    const root = this.unit('r-ab12');
    root.accounts = [...(root.accounts ?? []), { id: Id }];
  }

  async directory(): Promise<void> {
    const client = cloud.identityStore();
    const Name = { GivenName: 'New', FamilyName: 'Comer' };
    await client.send(new CreateUserCommand({ IdentityStoreId, UserName: 'newcomer', DisplayName: 'Newcomer', Name }));
    this.file.users.push({ userName: 'newcomer' });
    const accountants = await principalId(cloud, 'GROUP', 'team-Accountants');
    await client.send(new DeleteGroupCommand({ IdentityStoreId, GroupId: accountants }));
    await client.send(new CreateGroupCommand({ IdentityStoreId, DisplayName: 'team-Accountants' }));
    const contractors = await principalId(cloud, 'GROUP', 'contractors');
    const Operations = [{ AttributePath: 'displayName', AttributeValue: 'renamed' }];
    await client.send(new UpdateGroupCommand({ IdentityStoreId, GroupId: contractors, Operations }));
    this.file.groups = this.file.groups.map(({ displayName }) => ({
      displayName: displayName === 'contractors' ? 'renamed' : displayName,
    }));
  }

  async permissionSet(permissionSetName: string): Promise<void> {
    await createPermissionSet(cloud, permissionSetName);
    this.file.permissionSets.push({ permissionSetName });
  }

  private unit(id: string): MutableUnit {
    const found = this.units().find((unit) => unit.id === id);
    if (!found) throw new Error(`There is no unit ${id}.`);
    return found;
  }

  private units(): MutableUnit[] {
    const below = (unit: MutableUnit): MutableUnit[] => [unit, ...(unit.organizationalUnits ?? []).flatMap(below)];
    return below(this.file.root as MutableUnit);
  }
}

/** Moves, tags, an invitation, people who come and go: everything that events tell of. */
async function change(changes: Changes): Promise<void> {
  await changes.move('444444444401', 'ou-ab12-production', 'ou-ab12-finance00');
  await changes.move('444444444411', 'ou-ab12-finance00', 'ou-ab12-dataplatform');
  await changes.move('444444444431', 'ou-ab12-regulated', 'ou-ab12-staging00');
  await changes.tag('444444444402', 'Shop');
  await changes.tag('555555555501', undefined);
  await changes.tag('777777777703', 'Search');
  await changes.invite(OUTSIDER);
  await changes.directory();
  await changes.permissionSet('Late-ps');
}

test.each([
  ['when no event is lost, without a full pass', {}, false],
  [
    'with events that are lost, doubled and overtaken, right after a full pass',
    { eventLoss: 0.3, eventDuplicate: 0.3, eventReorder: 1 },
    true,
  ],
])('exactly what is claimed: %s', async (_, faults, needsFullPass) => {
  const changes = new Changes();
  for (const link of LINKS) await cloud.link('create', link);
  await cloud.settle();
  expect(await observedAssignments(cloud)).toEqual(new Oracle(changes.file).expected(LINKS));
  await cloud.local('POST', 'faults', faults);
  await change(changes);
  await cloud.settle();
  await cloud.local('POST', 'faults', {});
  if (needsFullPass) {
    const printed = await operatorCommand(cloud, 'full-pass', '--inventory');
    expect(printed).toMatch(/done: Compared \d+ principals: .* An inventory of what is not managed was taken/);
    await cloud.settle();
    // All that is there is managed but what was there before: the inventory neither misses nor adds anything.
    const { assignments } = (await cloud.api('GET', '/assignments?managed=false')).body;
    expect(assignments.map(assignmentText).sort()).toEqual(changes.file.assignments?.map(assignmentText).sort());
  }
  expect(await observedAssignments(cloud)).toEqual(new Oracle(changes.file).expected(LINKS));
});
