import type {
  AccountEntry,
  OrganizationFile,
  PermissionSetEntry,
  RootEntry,
  Tags,
  UnitEntry,
} from '../../schemas/generated/organization';
import { derivedHex, derivedUuid } from './derived-ids';
import type { Assignment } from './identity-center/assignments';
import type { Instance } from './identity-center/instance';
import { permissionSetArnPrefix } from './identity-center/permission-set-operations';
import { type PermissionSetRecord, policyPath } from './identity-center/permission-sets';
import type { IdentityStore } from './identity-store/identity-store';
import type { OrganizationTree } from './organizations/tree';

/** Puts what the organization file says into the models, directly: no call, no latency, no limit. */

/** Every account at or below this parent. */
export function* accountsIn(parent: RootEntry | UnitEntry): Generator<AccountEntry> {
  yield* parent.accounts ?? [];
  for (const unit of parent.organizationalUnits ?? []) yield* accountsIn(unit);
}

export function fillTree(tree: OrganizationTree, root: OrganizationFile['root'], joinedAt: Date): void {
  tree.setTags(tree.root, tagMap(root.tags));
  fillParent(tree, root, tree.root.id, joinedAt);
}

function fillParent(tree: OrganizationTree, parent: RootEntry | UnitEntry, parentId: string, joinedAt: Date): void {
  for (const { id, name, email = `account-${id}@example.com`, state = 'ACTIVE', tags } of parent.accounts ?? []) {
    const joinedMethod = id === tree.ids.managementAccountId ? 'INVITED' : 'CREATED';
    const account = tree.addAccount({ id, name, email, state, joinedMethod, joinedAt, parentId });
    tree.setTags(account, tagMap(tags));
  }
  for (const unit of parent.organizationalUnits ?? []) {
    const id = unit.id ?? `ou-${tree.root.id.slice('r-'.length)}-${derivedHex(`${parentId}/${unit.name}`, 8)}`;
    tree.setTags(tree.addUnit({ id, name: unit.name, parentId }), tagMap(unit.tags));
    fillParent(tree, unit, id, joinedAt);
  }
}

function tagMap(tags: Tags | undefined): Map<string, string> {
  return new Map(Object.entries(tags ?? {}).map(([key, value = '']) => [key, value]));
}

export function fillDirectory(store: IdentityStore, { users = [], groups = [] }: OrganizationFile): void {
  for (const user of users) {
    const { userName, givenName = userName, familyName = userName, email, externalId } = user;
    store.seedUser({
      id: user.id ?? derivedUuid(`user/${userName}`),
      userName,
      givenName,
      familyName,
      displayName: user.displayName ?? (user.givenName ? `${givenName} ${familyName}` : userName),
      ...(email === undefined ? {} : { email }),
      ...(externalId ? { externalId: { Issuer: externalId.issuer, Id: externalId.id } } : {}),
    });
  }
  for (const {
    displayName,
    id = derivedUuid(`group/${displayName}`),
    description,
    externalId,
    members = [],
  } of groups) {
    store.seedGroup({
      id,
      displayName,
      ...(description === undefined ? {} : { description }),
      ...(externalId ? { externalId: { Issuer: externalId.issuer, Id: externalId.id } } : {}),
    });
    for (const member of members) {
      const userId = store.idOf('USER', member) ?? '';
      store.seedMembership(id, userId, derivedUuid(`membership/${id}/${userId}`));
    }
  }
}

export function fillPermissionSets(instance: Instance, entries: readonly PermissionSetEntry[], createdAt: Date): void {
  const prefix = permissionSetArnPrefix(instance.settings.instanceArn);
  for (const entry of entries) {
    const name = entry.permissionSetName;
    const arn = `${prefix}${derivedHex(`permissionSet/${name}`, 16)}`;
    describe(instance.permissionSets.add({ arn, name, createdAt }), entry);
  }
}

function describe(record: PermissionSetRecord, entry: PermissionSetEntry): void {
  record.description = entry.description ?? entry.permissionSetName;
  if (entry.sessionDurationInMinutes !== undefined) {
    record.sessionDuration = isoDuration(Number(entry.sessionDurationInMinutes));
  }
  if (entry.relayState !== undefined) record.relayState = entry.relayState;
  for (const { Key, Value } of entry.tags ?? []) record.tags.set(Key, Value);
  for (const arn of entry.managedPoliciesArnList ?? []) record.managedPolicies.set(arn, arn);
  for (const { Name, Path = '/' } of entry.customerManagedPoliciesList ?? []) {
    record.customerManagedPolicies.set(policyPath({ Name, Path }), { Name, Path });
  }
  const inline = entry.inlinePolicyDocument;
  if (inline && Object.keys(inline).length > 0) record.inlinePolicy = JSON.stringify(inline);
  const { ManagedPolicyArn, CustomerManagedPolicyReference: reference } = entry.permissionsBoundary ?? {};
  if (ManagedPolicyArn !== undefined) record.boundary = { ManagedPolicyArn };
  else if (reference) {
    record.boundary = { CustomerManagedPolicyReference: { Name: reference.Name, Path: reference.Path ?? '/' } };
  }
}

/** `PT8H`, `PT1H30M` */
function isoDuration(minutes: number): string {
  const rest = minutes % 60;
  return `PT${Math.floor(minutes / 60)}H${rest > 0 ? `${rest}M` : ''}`;
}

/** The assignments of the file, by ids. Its rules have made sure that every name resolves. */
export function* seededAssignments(
  { assignments = [] }: OrganizationFile,
  instance: Instance,
  store: IdentityStore,
): Generator<Assignment> {
  for (const { accountId, permissionSetName, principalType, principalName } of assignments) {
    yield {
      AccountId: accountId,
      PermissionSetArn: instance.permissionSets.named(permissionSetName)?.arn ?? '',
      PrincipalType: principalType,
      PrincipalId: store.idOf(principalType, principalName) ?? '',
    };
  }
}
