import {
  DescribePermissionSetCommand,
  GetInlinePolicyForPermissionSetCommand,
  GetPermissionsBoundaryForPermissionSetCommand,
  ListCustomerManagedPolicyReferencesInPermissionSetCommand,
  ListManagedPoliciesInPermissionSetCommand,
  ListTagsForResourceCommand,
} from '@aws-sdk/client-sso-admin';
import type { PermissionSetArn } from '../domain/ids';
import {
  type Boundary,
  DEFAULT_SESSION_MINUTES,
  type Definition,
  type Part,
  type PolicyReference,
} from '../domain/permission-set-definition';
import { sessionMinutesOf } from '../domain/session-duration';
import { Missing } from '../ports/faults';
import { allPages } from './all-pages';
import type { PacedSsoAdmin } from './paced-sso-admin';

type Attributes = Pick<Definition, 'description' | 'sessionMinutes' | 'relayState'>;

/** Reads the named parts of a permission set, all pages; one call each as a rule. */
export async function readParts(
  ssoAdmin: PacedSsoAdmin,
  arn: PermissionSetArn,
  parts: readonly Part[],
): Promise<Definition> {
  const only = <T>(part: Part, read: () => Promise<T>): Promise<T | undefined> =>
    parts.includes(part) ? read() : Promise.resolve(undefined);
  const [attributes, boundary, inlinePolicy, managed, customerManaged, tags] = await Promise.all([
    only('attributes', () => readAttributes(ssoAdmin, arn)),
    only('boundary', () => readBoundary(ssoAdmin, arn)),
    only('inlinePolicy', () => readInlinePolicy(ssoAdmin, arn)),
    only('managedPolicies', () => readManagedPolicies(ssoAdmin, arn)),
    only('customerManagedPolicies', () => readCustomerManagedPolicies(ssoAdmin, arn)),
    only('tags', () => readTags(ssoAdmin, arn)),
  ]);
  return {
    ...(attributes ?? { sessionMinutes: DEFAULT_SESSION_MINUTES }),
    ...(boundary ? { boundary } : {}),
    ...(inlinePolicy ? { inlinePolicy } : {}),
    managedPolicies: new Set(managed),
    customerManagedPolicies: customerManaged ?? [],
    tags: new Map(tags),
  };
}

async function readAttributes(ssoAdmin: PacedSsoAdmin, PermissionSetArn: PermissionSetArn): Promise<Attributes> {
  const { PermissionSet } = await ssoAdmin.send(
    (InstanceArn) => new DescribePermissionSetCommand({ InstanceArn, PermissionSetArn }),
  );
  const { Description: description, SessionDuration: duration, RelayState: relayState } = PermissionSet ?? {};
  return {
    ...(description ? { description } : {}),
    sessionMinutes: duration === undefined ? DEFAULT_SESSION_MINUTES : (sessionMinutesOf(duration) ?? Number.NaN),
    ...(relayState ? { relayState } : {}),
  };
}

async function readBoundary(
  ssoAdmin: PacedSsoAdmin,
  PermissionSetArn: PermissionSetArn,
): Promise<Boundary | undefined> {
  try {
    const { PermissionsBoundary } = await ssoAdmin.send(
      (InstanceArn) => new GetPermissionsBoundaryForPermissionSetCommand({ InstanceArn, PermissionSetArn }),
    );
    const { ManagedPolicyArn, CustomerManagedPolicyReference: reference } = PermissionsBoundary ?? {};
    if (ManagedPolicyArn) return { managedPolicyArn: ManagedPolicyArn };
    return reference ? { reference: referenceOf(reference) } : undefined;
  } catch (fault) {
    // AWS: that is also what it says when there is no boundary. Whether the permission set itself is gone, the other reads tell.
    if (fault instanceof Missing) return undefined;
    throw fault;
  }
}

async function readInlinePolicy(ssoAdmin: PacedSsoAdmin, PermissionSetArn: PermissionSetArn) {
  const { InlinePolicy } = await ssoAdmin.send(
    (InstanceArn) => new GetInlinePolicyForPermissionSetCommand({ InstanceArn, PermissionSetArn }),
  );
  return InlinePolicy;
}

function readManagedPolicies(ssoAdmin: PacedSsoAdmin, PermissionSetArn: PermissionSetArn): Promise<string[]> {
  return allPages(async (page) => {
    const { AttachedManagedPolicies = [], NextToken } = await ssoAdmin.send(
      (InstanceArn) => new ListManagedPoliciesInPermissionSetCommand({ InstanceArn, PermissionSetArn, ...page }),
    );
    return { entries: AttachedManagedPolicies.flatMap(({ Arn }) => Arn ?? []), NextToken };
  });
}

function readCustomerManagedPolicies(
  ssoAdmin: PacedSsoAdmin,
  PermissionSetArn: PermissionSetArn,
): Promise<PolicyReference[]> {
  return allPages(async (page) => {
    const { CustomerManagedPolicyReferences: references = [], NextToken } = await ssoAdmin.send(
      (InstanceArn) =>
        new ListCustomerManagedPolicyReferencesInPermissionSetCommand({ InstanceArn, PermissionSetArn, ...page }),
    );
    return { entries: references.map(referenceOf), NextToken };
  });
}

function readTags(ssoAdmin: PacedSsoAdmin, ResourceArn: PermissionSetArn): Promise<[string, string][]> {
  // AWS: this list takes no page size.
  return allPages(async ({ NextToken: token }) => {
    const { Tags = [], NextToken } = await ssoAdmin.send(
      (InstanceArn) =>
        new ListTagsForResourceCommand({ InstanceArn, ResourceArn, ...(token ? { NextToken: token } : {}) }),
    );
    return { entries: Tags.map(({ Key = '', Value = '' }): [string, string] => [Key, Value]), NextToken };
  });
}

function referenceOf({
  Name = '',
  Path = '/',
}: {
  readonly Name?: string | undefined;
  readonly Path?: string | undefined;
}) {
  return { name: Name, path: Path };
}
