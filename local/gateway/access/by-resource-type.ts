import { resourceTypesOf } from '../../cloud/iam/action-data';
import { type Call, notImplemented } from '../../cloud/service';
import type { AccessNeed, DeriveAccess } from './access';

/** Resource type → the ARNs of that type which a call names; none if it names none. */
export type ResourceResolvers = Readonly<Record<string, (call: Call) => readonly string[]>>;

/**
 * Derives the rights of a call from the Service Authorization Reference: the action is named as the operation, and
 * every resource of the action's resource types must be allowed; `*` where the action has no resource types.
 * A role's call whose required resource type has no resolver is refused by name.
 */
export function accessByResourceTypes(iamPrefix: string, resolvers: ResourceResolvers): DeriveAccess {
  return (call) => {
    const action = `${iamPrefix}:${call.operation}`;
    const resources: string[] = [];
    for (const type of resourceTypesOf(iamPrefix, call.operation) ?? []) {
      const resolve = resolvers[type.name];
      if (resolve !== undefined) resources.push(...resolve(call));
      else if (type.required && call.principal.kind === 'role') throw notImplemented(iamPrefix, call.operation);
    }
    return [{ action, resources: resources.length === 0 ? ['*'] : resources }];
  };
}

/** The value if it is text, as a list of one: what most resolvers answer. */
export function oneOf(value: unknown): readonly string[] {
  return typeof value === 'string' && value !== '' ? [value] : [];
}

/** The same rights, on resources that belong to the caller's side whatever account their ARNs show. */
export function inCallersAccount(derive: DeriveAccess): DeriveAccess {
  return (call) => derive(call).map((need): AccessNeed => ({ ...need, resourceAccountId: call.principal.accountId }));
}
