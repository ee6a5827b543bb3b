import type { PermissionSetName } from './ids';
import { repeatedKeys } from './json-text';
import { type PermissionSet, parsePermissionSet } from './permission-set';
import {
  type Boundary,
  type ChangedPart,
  changedParts,
  type Definition,
  definitionOf,
  differences,
  type PolicyReference,
  policyPath,
} from './permission-set-definition';
import type { Parsed, Problem } from './problem';

/** The document that means a permission set as it is, or why no document can. */
export function documentOf(permissionSetName: PermissionSetName, live: Definition): Parsed<PermissionSet> {
  const policy = policyOf(live.inlinePolicy);
  if (!policy.ok) return policy;
  const { description, relayState, boundary } = live;
  const parsed = parsePermissionSet(
    {
      permissionSetName,
      ...(description === undefined ? {} : { description }),
      sessionDurationInMinutes: String(live.sessionMinutes),
      ...(relayState === undefined ? {} : { relayState }),
      ...(live.tags.size > 0 ? { tags: [...live.tags].map(([Key, Value]) => ({ Key, Value })) } : {}),
      ...(live.managedPolicies.size > 0 ? { managedPoliciesArnList: [...live.managedPolicies] } : {}),
      ...(live.customerManagedPolicies.length > 0
        ? { customerManagedPoliciesList: live.customerManagedPolicies.map(referenceIn) }
        : {}),
      ...(policy.value === undefined ? {} : { inlinePolicyDocument: policy.value }),
      ...(boundary === undefined ? {} : { permissionsBoundary: boundaryIn(boundary) }),
    },
    '',
  );
  if (!parsed.ok) return parsed;
  // What a document cannot say would be changed by the next look.
  const lost = changedParts(differences(definitionOf(parsed.value, true), live), live);
  if (lost.length === 0) return parsed;
  return { ok: false, problems: lost.map((path) => ({ path, message: 'a document cannot say it as it is' })) };
}

/** One part that differs: as the document means it, and as it is. */
export interface DifferingField {
  readonly field: ChangedPart;
  readonly document: unknown;
  readonly live: unknown;
}

/** In what a permission set differs from its document. */
export function differingFields(document: PermissionSet, live: Definition, isUndescribed?: boolean): DifferingField[] {
  const desired = definitionOf(document, isUndescribed);
  return changedParts(differences(desired, live), live).map((field) => ({
    field,
    document: shown(desired, field),
    live: shown(live, field),
  }));
}

/** As JSON; null where there is none. */
function shown(definition: Definition, field: ChangedPart): unknown {
  switch (field) {
    case 'description':
      return definition.description ?? null;
    case 'sessionDuration':
      return definition.sessionMinutes;
    case 'relayState':
      return definition.relayState ?? null;
    case 'boundary':
      return definition.boundary ? boundaryIn(definition.boundary) : null;
    case 'inlinePolicy':
      return definition.inlinePolicy ?? null;
    case 'managedPolicies':
      return [...definition.managedPolicies].sort();
    case 'customerManagedPolicies':
      return definition.customerManagedPolicies.map(policyPath).sort();
    case 'tags':
      return Object.fromEntries([...definition.tags].sort());
  }
}

function policyOf(text: string | undefined): Parsed<unknown> {
  if (text === undefined) return { ok: true, value: undefined };
  const path = 'inlinePolicyDocument';
  try {
    const value: unknown = JSON.parse(text);
    const problems = repeatedKeys(text).map((key): Problem => ({ path: `${path}.${key}`, message: 'stands twice' }));
    return problems.length > 0 ? { ok: false, problems } : { ok: true, value };
  } catch {
    return { ok: false, problems: [{ path, message: 'is not JSON' }] };
  }
}

function referenceIn({ name, path }: PolicyReference) {
  return path === '/' ? { Name: name } : { Name: name, Path: path };
}

function boundaryIn(boundary: Boundary) {
  return 'reference' in boundary
    ? { CustomerManagedPolicyReference: referenceIn(boundary.reference) }
    : { ManagedPolicyArn: boundary.managedPolicyArn };
}
