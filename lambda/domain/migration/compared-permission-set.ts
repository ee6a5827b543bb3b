import type { PermissionSetName } from '../ids';
import type { OnConflict } from '../import-report';
import { type DifferingField, differingFields, documentOf } from '../live-permission-set';
import type { PermissionSet, PermissionSetTag } from '../permission-set';
import { type Definition, policyPath } from '../permission-set-definition';

/** What is to be submitted for one permission set that exists. */
export interface ComparedPermissionSet {
  /** Absent: what differs has to be decided first. */
  readonly document?: PermissionSet;
  /** Properties that an import of the predecessor had lost, taken from what is there. */
  readonly repaired: readonly string[];
  /** What differs beside them, whatever is decided about it. */
  readonly fields: readonly DifferingField[];
}

/**
 * The predecessor read AWS managed policies and tags in pages of so many and kept the last page; of customer managed
 * policies it read one page.
 */
const PAGE = 5;
const CUSTOMER_PAGE = 10;

/** Compares a permission set as the predecessor has it with the one that is there. */
export function comparePermissionSet(
  document: PermissionSet,
  live: Definition,
  onConflict: OnConflict | undefined,
): ComparedPermissionSet {
  const asLive = documentOf(document.permissionSetName as PermissionSetName, live);
  const lost = asLive.ok ? lostProperties(document, asLive.value, live) : {};
  const repaired = { ...document, ...lost };
  const fields = differingFields(repaired, live, live.description === undefined);
  const told = { repaired: Object.keys(lost), fields };
  if (fields.length === 0 || onConflict === 'keepDocument') return { document: repaired, ...told };
  if (onConflict === 'takeLive' && asLive.ok) return { document: asLive.value, ...told };
  return told;
}

/** What the import is known to have lost: nothing that looks otherwise is taken for that. */
function lostProperties(document: PermissionSet, asLive: PermissionSet, live: Definition): Partial<PermissionSet> {
  const { managedPoliciesArnList, customerManagedPoliciesList, tags, description } = asLive;
  const customer = (document.customerManagedPoliciesList ?? []).map(({ Name, Path = '/' }) => `${Path}${Name}`);
  const isFirstPage = customer.length === CUSTOMER_PAGE;
  const isDescribed = description !== undefined && description !== document.permissionSetName;
  return {
    ...(managedPoliciesArnList && isLastPage(document.managedPoliciesArnList ?? [], live.managedPolicies)
      ? { managedPoliciesArnList }
      : {}),
    ...(customerManagedPoliciesList &&
    isFirstPage &&
    isPartOf(customer, new Set(live.customerManagedPolicies.map(policyPath)))
      ? { customerManagedPoliciesList }
      : {}),
    ...(tags && isLastPage((document.tags ?? []).map(tagText), new Set(tags.map(tagText))) ? { tags } : {}),
    ...(document.description === undefined && isDescribed ? { description } : {}),
  };
}

function tagText({ Key, Value }: PermissionSetTag): string {
  return `${Key}=${Value}`;
}

function isLastPage(some: readonly string[], all: ReadonlySet<string>): boolean {
  return some.length === (all.size % PAGE || PAGE) && isPartOf(some, all);
}

function isPartOf(some: readonly string[], all: ReadonlySet<string>): boolean {
  return all.size > some.length && some.every((one) => all.has(one));
}
