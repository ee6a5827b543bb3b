import type { Call } from '../../cloud/service';
import type { Operations } from '../operation';
import { encodePageToken } from '../page-token';
import type { Valid } from '../shape';
import type { Assignment, PrincipalType } from './assignments';
import { accessDenied } from './faults';
import type { Instance } from './instance';
import { PAGE_SIZE, pageOf, positionOf } from './paging';
import type { Provisioning } from './provisionings';
import * as shapes from './shapes';
import { ssoOperation } from './sso-operation';

type ProvisioningStatus = 'LATEST_PERMISSION_SET_PROVISIONED' | 'LATEST_PERMISSION_SET_NOT_PROVISIONED';
type ForPrincipalInput = Valid<typeof shapes.listAssignmentsForPrincipal>;

/** Lists of assignments and of where permission sets are provisioned. */
export function assignmentReads(instance: Instance): Operations {
  const hasStatus = (wanted: ProvisioningStatus | undefined) => (provisioning: Provisioning) =>
    wanted === undefined || statusOf(instance, provisioning) === wanted;
  return {
    ListAccountAssignments: ssoOperation('read', shapes.listAssignments, (input) => {
      const { arn } = instance.requirePermissionSet(input);
      const inPair = instance.assignments.inPair(input.AccountId, arn);
      const { items, ...next } = pageOf(inPair, { list: `assignments ${input.AccountId} ${arn}`, input });
      return { AccountAssignments: items.map((assignment) => ({ ...assignment })), ...next };
    }),
    ListAccountAssignmentsForPrincipal: ssoOperation('read', shapes.listAssignmentsForPrincipal, (input, call) =>
      listForPrincipal(instance, input, call),
    ),
    ListAccountsForProvisionedPermissionSet: ssoOperation('read', shapes.listProvisionedAccounts, (input) => {
      const { arn } = instance.requirePermissionSet(input);
      const status = input.ProvisioningStatus;
      const list = `provisionedAccounts ${arn} ${status}`;
      const accepts = hasStatus(status);
      const { items, ...next } = pageOf(instance.provisionings.ofPermissionSet(arn), { list, input, accepts });
      return { AccountIds: items.map(({ accountId }) => accountId), ...next };
    }),
    ListPermissionSetsProvisionedToAccount: ssoOperation('read', shapes.listProvisionedSets, (input) => {
      instance.requireInstance(input.InstanceArn);
      const status = input.ProvisioningStatus;
      const list = `provisionedSets ${input.AccountId} ${status}`;
      const accepts = hasStatus(status);
      const { items, ...next } = pageOf(instance.provisionings.inAccount(input.AccountId), { list, input, accepts });
      // AWS: the member is left out when there is none.
      const sets = items.length > 0 ? { PermissionSets: items.map(({ permissionSetArn }) => permissionSetArn) } : {};
      return { ...sets, ...next };
    }),
  };
}

function statusOf(instance: Instance, { permissionSetArn, version }: Provisioning): ProvisioningStatus {
  const isLatest = instance.permissionSets.byArn.get(permissionSetArn)?.version === version;
  return isLatest ? 'LATEST_PERMISSION_SET_PROVISIONED' : 'LATEST_PERMISSION_SET_NOT_PROVISIONED';
}

/**
 * AWS: only from the management account; for a user also what the user's groups are assigned, shown with the group as
 * principal; a page may be short or empty although more follows. A filtered page looks at as many assignments as an
 * unfiltered one, so it is often short.
 */
function listForPrincipal(instance: Instance, input: ForPrincipalInput, { principal }: Call) {
  instance.requireInstance(input.InstanceArn);
  if (!instance.isManagementAccount(principal)) throw accessDenied();
  const accountId = input.Filter?.AccountId;
  const list = `forPrincipal ${input.PrincipalType} ${input.PrincipalId} ${accountId}`;
  const holders = holdersOf(instance, input.PrincipalType, input.PrincipalId);
  let [holder = 0, after = 0] = positionOf(list, input.NextToken);
  const limit = shortened(instance, input.MaxResults ?? PAGE_SIZE, input.NextToken);
  const items: Assignment[] = [];
  let scanLimit = limit;
  while (holder < holders.length) {
    const { type = 'GROUP', id = '' } = holders[holder] ?? {};
    const page = instance.assignments.ofPrincipal(type, id).page({ after, limit: scanLimit, scanLimit });
    items.push(...page.items.filter(({ AccountId }) => accountId === undefined || AccountId === accountId));
    scanLimit -= page.items.length;
    if (page.next !== undefined) {
      return { AccountAssignments: copies(items), NextToken: encodePageToken(list, [holder, page.next, 1]) };
    }
    holder += 1;
    after = 0;
  }
  return { AccountAssignments: copies(items) };
}

function copies(items: readonly Assignment[]): Assignment[] {
  return items.map((assignment) => ({ ...assignment }));
}

/** The principal itself and, for a user, the user's groups. */
function holdersOf(instance: Instance, type: PrincipalType, id: string): { type: PrincipalType; id: string }[] {
  const groups = type === 'USER' ? instance.neighbours.directory.groupsOf(id) : [];
  return [{ type, id }, ...groups.map((groupId) => ({ type: 'GROUP' as const, id: groupId }))];
}

/** By chance a page is shorter than asked for, down to empty; never twice without progress, as the token differs. */
function shortened(instance: Instance, limit: number, token: string | undefined): number {
  if (instance.pageChance() >= instance.behaviour.shortPageProbability) return limit;
  const shorter = Math.floor(instance.pageChance() * limit);
  return token === undefined ? shorter : Math.max(1, shorter);
}
