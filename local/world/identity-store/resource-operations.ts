import type { Operation, Operations } from '../operation';
import { structure, type Valid } from '../shape';
import { requireValidAttributes, withOperations } from './attribute-path';
import { type Directory, type Resource, type ResourceTable, requireRevision } from './directory';
import { notFound, storeOperation, validationFault } from './faults';
import { pageOf } from './paging';
import * as shapes from './shapes';

export interface StoreContext {
  readonly directory: Directory;
  readonly identityStoreId: string;
  requireStore(identityStoreId: string): void;
}

/** AWS: these names cannot be given to users or groups. */
const RESERVED_NAMES = ['Administrator', 'AWSAdministrators'];

/** Create, describe, update, delete, list and look up groups. */
export function groupOperations(context: StoreContext): Operations {
  const { directory, requireStore } = context;
  const { groups } = directory;
  return {
    CreateGroup: storeOperation('write', shapes.createGroup, (input, { principal }) => {
      const { IdentityStoreId, ...attributes } = input;
      requireStore(IdentityStoreId);
      refuseReserved(input.DisplayName);
      const group = directory.create(groups, { attributes: defined(attributes), by: principal.arn });
      return { ...identified(context, groups, group), Revision: String(group.revision) };
    }),
    DescribeGroup: storeOperation('read', shapes.group, (input) => {
      requireStore(input.IdentityStoreId);
      return described(context, groups, groups.require(bareId(input.GroupId)));
    }),
    UpdateGroup: storeOperation('write', shapes.updateGroup, (input, { principal }) => {
      requireStore(input.IdentityStoreId);
      const group = groups.require(bareId(input.GroupId));
      requireRevision(group, input.Revision);
      const attributes = withOperations(group.attributes, input.Operations);
      requireValidAttributes(attributes, structure({}, shapes.groupAttributes), shapes.groupAttributes);
      directory.update(groups, group, attributes, principal.arn);
      return { ...identified(context, groups, group), Revision: String(group.revision) };
    }),
    DeleteGroup: storeOperation('write', shapes.deleteGroup, (input) => {
      requireStore(input.IdentityStoreId);
      const group = groups.require(bareId(input.GroupId));
      requireRevision(group, input.Revision);
      directory.remove(groups, group);
      return {};
    }),
    ListGroups: listOperation(context, groups),
    GetGroupId: getIdOperation(context, groups),
  };
}

/** Create, describe, update, delete, list and look up users. */
export function userOperations(context: StoreContext): Operations {
  const { directory, requireStore } = context;
  const { users } = directory;
  return {
    CreateUser: storeOperation('write', shapes.createUser, (input, { principal }) => {
      const { IdentityStoreId, ...attributes } = input;
      requireStore(IdentityStoreId);
      requireUserNames(input);
      refuseReserved(input.UserName);
      const user = directory.create(users, { attributes: defined(attributes), by: principal.arn });
      return { ...identified(context, users, user), Revision: String(user.revision) };
    }),
    DescribeUser: storeOperation('read', shapes.describeUser, (input) => {
      requireStore(input.IdentityStoreId);
      return described(context, users, users.require(bareId(input.UserId)));
    }),
    UpdateUser: storeOperation('write', shapes.updateUser, (input, { principal }) => {
      requireStore(input.IdentityStoreId);
      const user = users.require(bareId(input.UserId));
      requireRevision(user, input.Revision);
      const attributes = withOperations(user.attributes, input.Operations);
      requireValidAttributes(attributes, structure({}, shapes.userAttributes), shapes.userAttributes);
      directory.update(users, user, attributes, principal.arn);
      return { ...identified(context, users, user), Revision: String(user.revision) };
    }),
    DeleteUser: storeOperation('write', shapes.deleteUser, (input) => {
      requireStore(input.IdentityStoreId);
      const user = users.require(bareId(input.UserId));
      requireRevision(user, input.Revision);
      directory.remove(users, user);
      return {};
    }),
    ListUsers: listOperation(context, users),
    GetUserId: getIdOperation(context, users),
  };
}

/** AWS: at most one filter, an exact match of the name; deprecated, but it works. */
function listOperation(context: StoreContext, table: ResourceTable): Operation {
  const shape = table.type === 'GROUP' ? shapes.listGroups : shapes.listUsers;
  return storeOperation('read', shape, (input) => {
    context.requireStore(input.IdentityStoreId);
    const member = table.type === 'GROUP' ? 'Groups' : 'Users';
    const show = (resource: Resource) => described(context, table, resource);
    const [filter] = input.Filters ?? [];
    if (filter) {
      requirePath(filter.AttributePath, [table.nameAttribute]);
      const found = table.named(filter.AttributeValue);
      return { [member]: found ? [show(found)] : [] };
    }
    const { items, ...next } = pageOf(table.all, member, input);
    return { [member]: items.map(show), ...next };
  });
}

function getIdOperation(context: StoreContext, table: ResourceTable): Operation {
  return storeOperation('read', shapes.getId, (input) => {
    context.requireStore(input.IdentityStoreId);
    const found = lookUp(table, input.AlternateIdentifier);
    if (!found) throw notFound(table.type);
    return identified(context, table, found);
  });
}

function lookUp(table: ResourceTable, by: Valid<typeof shapes.getId>['AlternateIdentifier']): Resource | undefined {
  if (by.ExternalId) return table.withExternalId(by.ExternalId);
  const { AttributePath = '', AttributeValue } = by.UniqueAttribute ?? {};
  const paths = table.type === 'GROUP' ? ['DisplayName'] : ['UserName', 'Emails.value'];
  const path = requirePath(AttributePath, paths);
  if (typeof AttributeValue !== 'string')
    throw validationFault(`The value of attribute ${AttributePath} must be a string`);
  return path === 'Emails.value' ? table.withEmail(AttributeValue) : table.named(AttributeValue);
}

/** AWS: the case of a path does not matter (`DisplayName`, `displayName`). */
function requirePath(given: string, allowed: readonly string[]): string {
  const path = allowed.find((candidate) => candidate.toLowerCase() === given.toLowerCase());
  if (path === undefined) throw validationFault(`The attribute ${given} is not a unique attribute`);
  return path;
}

/** AWS: Identity Center requires the user name, the display name and both parts of the name. */
function requireUserNames(input: Valid<typeof shapes.createUser>): void {
  const missing = [
    ...(input.UserName === undefined ? ['userName'] : []),
    ...(input.DisplayName === undefined ? ['displayName'] : []),
    ...(input.Name?.GivenName === undefined ? ['name.givenName'] : []),
    ...(input.Name?.FamilyName === undefined ? ['name.familyName'] : []),
  ];
  if (missing.length > 0) throw validationFault(`Missing required attributes: ${missing.join(', ')}`);
}

function refuseReserved(name: string | undefined): void {
  if (name !== undefined && RESERVED_NAMES.includes(name)) throw validationFault(`The name ${name} is reserved`);
}

/** AWS: newer clients may give the ARN wherever an id is asked for. */
export function bareId(idOrArn: string): string {
  return idOrArn.split('/').at(-1) ?? idOrArn;
}

function identified({ identityStoreId }: StoreContext, { type }: ResourceTable, { id }: Resource) {
  const arn = `arn:aws:identitystore:::${type.toLowerCase()}/${id}`;
  const ids = type === 'GROUP' ? { GroupId: id, GroupArn: arn } : { UserId: id, UserArn: arn };
  return { IdentityStoreId: identityStoreId, ...ids };
}

function described(context: StoreContext, table: ResourceTable, resource: Resource) {
  return {
    ...identified(context, table, resource),
    Revision: String(resource.revision),
    ...structuredClone(resource.attributes),
    ...(resource.externalIds.length > 0 ? { ExternalIds: [...resource.externalIds] } : {}),
    ...(table.type === 'USER' ? { UserStatus: 'ENABLED' } : {}),
    CreatedAt: resource.createdAt,
    UpdatedAt: resource.updatedAt,
    CreatedBy: resource.createdBy,
    UpdatedBy: resource.updatedBy,
  };
}

function defined(attributes: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined && value !== null));
}
