import { isSamePolicy, policyText } from './inline-policy';
import type { CustomerManagedPolicy, PermissionSet } from './permission-set';

/** A customer managed policy; inside an account path and name together are its identity, in exactly this spelling. */
export interface PolicyReference {
  readonly name: string;
  readonly path: string;
}

export type Boundary = { readonly managedPolicyArn: string } | { readonly reference: PolicyReference };

/** All parts of a permission set: as a document means them, or as Identity Center has them. */
export interface Definition {
  readonly description?: string;
  readonly sessionMinutes: number;
  readonly relayState?: string;
  readonly boundary?: Boundary;
  /** The policy as text. */
  readonly inlinePolicy?: string;
  /** ARNs. */
  readonly managedPolicies: ReadonlySet<string>;
  readonly customerManagedPolicies: readonly PolicyReference[];
  readonly tags: ReadonlyMap<string, string>;
}

/** The parts that are read and written by calls of their own. */
export type Part = 'attributes' | 'boundary' | 'inlinePolicy' | 'managedPolicies' | 'customerManagedPolicies' | 'tags';

export const PARTS: readonly Part[] = [
  'attributes',
  'boundary',
  'inlinePolicy',
  'managedPolicies',
  'customerManagedPolicies',
  'tags',
];

/** One call that makes a part more like what is desired. */
export type Difference =
  | { readonly part: 'attributes'; readonly to: Pick<Definition, 'description' | 'sessionMinutes' | 'relayState'> }
  | { readonly part: 'boundary'; readonly to: Boundary | undefined }
  | { readonly part: 'inlinePolicy'; readonly to: string | undefined }
  | { readonly part: 'managedPolicies'; readonly attach: string }
  | { readonly part: 'managedPolicies'; readonly detach: string }
  | { readonly part: 'customerManagedPolicies'; readonly attach: PolicyReference }
  | { readonly part: 'customerManagedPolicies'; readonly detach: PolicyReference }
  | { readonly part: 'tags'; readonly set: ReadonlyMap<string, string> }
  | { readonly part: 'tags'; readonly remove: readonly string[] };

/** AWS: what a session lasts when nothing is said. */
export const DEFAULT_SESSION_MINUTES = 60;

/**
 * What a document means: every default filled in, `{}` the same as absent. `isUndescribed`: it was taken over without a
 * description, and stays so until the document says one.
 */
export function definitionOf(document: PermissionSet, isUndescribed = false): Definition {
  const { relayState, inlinePolicyDocument: policy, permissionsBoundary } = document;
  const description = document.description ?? (isUndescribed ? undefined : document.permissionSetName);
  const boundary = boundaryOf(permissionsBoundary);
  return {
    ...(description === undefined ? {} : { description }),
    sessionMinutes: Number(document.sessionDurationInMinutes ?? DEFAULT_SESSION_MINUTES),
    ...(relayState === undefined ? {} : { relayState }),
    ...(boundary ? { boundary } : {}),
    ...(policy && Object.keys(policy).length > 0 ? { inlinePolicy: policyText(policy) } : {}),
    managedPolicies: new Set(document.managedPoliciesArnList ?? []),
    customerManagedPolicies: (document.customerManagedPoliciesList ?? []).map(referenceOf),
    tags: new Map((document.tags ?? []).map(({ Key, Value }) => [Key, Value])),
  };
}

/** A permission set as `CreatePermissionSet` leaves it behind. */
export function createdDefinition({ description, sessionMinutes, relayState, tags }: Definition): Definition {
  return {
    ...(description === undefined ? {} : { description }),
    sessionMinutes,
    ...(relayState === undefined ? {} : { relayState }),
    managedPolicies: new Set(),
    customerManagedPolicies: [],
    tags,
  };
}

/** The customer managed policies that each account must have, boundary included, as path and name. */
export function requiredPolicies({ customerManagedPolicies, boundary }: Definition): string[] {
  const inBoundary = boundary && 'reference' in boundary ? [boundary.reference] : [];
  return [...new Set([...customerManagedPolicies, ...inBoundary].map(policyPath))];
}

/** `/path/name`. */
export function policyPath({ path, name }: PolicyReference): string {
  return `${path}${name}`;
}

/**
 * The calls that make `live` equal to `desired`, only those parts that were read. Policies go before others come, since
 * AWS counts them. The order is of no other interest: accounts get what is written all at once, when it is provisioned.
 */
export function differences(desired: Definition, live: Definition, parts: readonly Part[] = PARTS): Difference[] {
  const found: Difference[] = [
    ...attributeDifferences(desired, live),
    ...boundaryDifferences(desired, live),
    ...(isSamePolicy(desired.inlinePolicy, live.inlinePolicy)
      ? []
      : [{ part: 'inlinePolicy' as const, to: desired.inlinePolicy }]),
    ...policyDifferences(desired, live),
    ...tagDifferences(desired, live),
  ];
  return found.filter(({ part }) => parts.includes(part));
}

/** What of a permission set differs, as people are told: attributes one by one, though one call writes them. */
export type ChangedPart = Exclude<Part, 'attributes'> | 'description' | 'sessionDuration' | 'relayState';

/** The names of what the differences change in `live`, each once. */
export function changedParts(found: readonly Difference[], live: Definition): ChangedPart[] {
  const parts = found.flatMap((difference) =>
    difference.part === 'attributes' ? changedAttributes(difference.to, live) : [difference.part],
  );
  return [...new Set(parts)];
}

/** Whether a change of these has to reach the accounts. */
export function mattersToAccounts(found: readonly Difference[], live: Definition): boolean {
  return changedParts(found, live).some(isInAccounts);
}

/** AWS: tags and the description are not part of the accounts' roles. */
export function isInAccounts(part: ChangedPart): boolean {
  return part !== 'tags' && part !== 'description';
}

type Attributes = Pick<Definition, 'description' | 'sessionMinutes' | 'relayState'>;

function changedAttributes(to: Attributes, live: Attributes): ChangedPart[] {
  return [
    ...(to.description === live.description ? [] : ['description' as const]),
    ...(to.sessionMinutes === live.sessionMinutes ? [] : ['sessionDuration' as const]),
    ...(to.relayState === live.relayState ? [] : ['relayState' as const]),
  ];
}

function boundaryOf(boundary: PermissionSet['permissionsBoundary']): Boundary | undefined {
  const { ManagedPolicyArn: managedPolicyArn, CustomerManagedPolicyReference: reference } = boundary ?? {};
  if (managedPolicyArn !== undefined) return { managedPolicyArn };
  return reference ? { reference: referenceOf(reference) } : undefined;
}

/** AWS: a policy without a path is at the root of all paths. */
function referenceOf({ Name, Path = '/' }: CustomerManagedPolicy): PolicyReference {
  return { name: Name, path: Path };
}

function attributeDifferences(desired: Definition, live: Definition): Difference[] {
  const { description, sessionMinutes, relayState } = desired;
  const isSame =
    description === live.description && sessionMinutes === live.sessionMinutes && relayState === live.relayState;
  if (isSame) return [];
  // AWS: an update clears what it does not name, so all attributes go together.
  const to = {
    ...(description === undefined ? {} : { description }),
    sessionMinutes,
    ...(relayState === undefined ? {} : { relayState }),
  };
  return [{ part: 'attributes', to }];
}

function boundaryDifferences({ boundary: desired }: Definition, { boundary: live }: Definition): Difference[] {
  return boundaryText(desired) === boundaryText(live) ? [] : [{ part: 'boundary', to: desired }];
}

function boundaryText(boundary: Boundary | undefined): string {
  if (!boundary) return '';
  return 'reference' in boundary ? policyPath(boundary.reference) : boundary.managedPolicyArn;
}

function policyDifferences(desired: Definition, live: Definition): Difference[] {
  const wanted = new Set(desired.customerManagedPolicies.map(policyPath));
  const present = new Set(live.customerManagedPolicies.map(policyPath));
  const missing = desired.customerManagedPolicies.filter((policy) => !present.has(policyPath(policy)));
  const excess = live.customerManagedPolicies.filter((policy) => !wanted.has(policyPath(policy)));
  return [
    ...without(live.managedPolicies, desired.managedPolicies).map(
      (detach): Difference => ({ part: 'managedPolicies', detach }),
    ),
    ...excess.map((detach): Difference => ({ part: 'customerManagedPolicies', detach })),
    ...without(desired.managedPolicies, live.managedPolicies).map(
      (attach): Difference => ({ part: 'managedPolicies', attach }),
    ),
    ...missing.map((attach): Difference => ({ part: 'customerManagedPolicies', attach })),
  ];
}

function tagDifferences({ tags: desired }: Definition, { tags: live }: Definition): Difference[] {
  const set = new Map([...desired].filter(([key, value]) => live.get(key) !== value));
  const remove = [...live.keys()].filter((key) => !desired.has(key));
  return [
    ...(remove.length > 0 ? [{ part: 'tags' as const, remove }] : []),
    ...(set.size > 0 ? [{ part: 'tags' as const, set }] : []),
  ];
}

function without(values: ReadonlySet<string>, others: ReadonlySet<string>): string[] {
  return [...values].filter((value) => !others.has(value));
}
