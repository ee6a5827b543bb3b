import type { Operations } from '../operation';
import { PagedMap } from '../paged-map';
import {
  accountNotFound,
  accountNotRegistered,
  childNotFound,
  createAccountStatusNotFound,
  organizationsOperation,
  parentNotFound,
  unitNotFound,
} from './faults';
import { type CreateAccountRequest, type Delegation, type Organization, statusOf } from './organization';
import * as shapes from './shapes';
import type { Account, Unit } from './tree';

/** Reads of the organization and its tree. */
export function treeReads(organization: Organization): Operations {
  const { tree } = organization;
  return {
    DescribeOrganization: organizationsOperation('read', shapes.nothing, () => ({
      Organization: describedOrganization(organization),
    })),
    ListRoots: organizationsOperation('read', shapes.onlyPaging, () => {
      const { id: Id, arn: Arn } = tree.root;
      return { Roots: [{ Id, Arn, Name: 'Root', PolicyTypes: [] }] };
    }),
    ListParents: organizationsOperation('read', shapes.ofChild, (input) => {
      const child = tree.accounts.get(input.ChildId) ?? tree.units.get(input.ChildId);
      if (!child) throw childNotFound();
      const Type = child.parentId === tree.root.id ? 'ROOT' : 'ORGANIZATIONAL_UNIT';
      return { Parents: [{ Id: child.parentId, Type }] };
    }),
    ...parentReads(organization),
    ...accountReads(organization),
  };
}

/** What is directly in a root or organizational unit. */
function parentReads(organization: Organization): Operations {
  const { tree } = organization;
  const requireParent = (id: string) => {
    const parent = tree.parent(id);
    if (!parent) throw parentNotFound();
    return parent;
  };
  return {
    ListChildren: organizationsOperation('read', shapes.children, (input) => {
      const parent = requireParent(input.ParentId);
      const list = `children ${input.ParentId} ${input.ChildType}`;
      const children: PagedMap<Account | Unit> = input.ChildType === 'ACCOUNT' ? parent.accounts : parent.units;
      const { items, ...next } = organization.page(children, list, input);
      return { Children: items.map(({ id }) => ({ Id: id, Type: input.ChildType })), ...next };
    }),
    ListOrganizationalUnitsForParent: organizationsOperation('read', shapes.ofParent, (input) => {
      const { units } = requireParent(input.ParentId);
      const { items, ...next } = organization.page(units, `units ${input.ParentId}`, input);
      return { OrganizationalUnits: items.map((unit) => describedUnit(organization, unit)), ...next };
    }),
    DescribeOrganizationalUnit: organizationsOperation('read', shapes.unit, (input) => {
      const unit = tree.units.get(input.OrganizationalUnitId);
      if (!unit) throw unitNotFound();
      return { OrganizationalUnit: describedUnit(organization, unit) };
    }),
    ListAccountsForParent: organizationsOperation('read', shapes.ofParent, (input) => {
      const { accounts } = requireParent(input.ParentId);
      const { items, ...next } = organization.page(accounts, `accounts ${input.ParentId}`, input);
      return { Accounts: items.map((account) => describedAccount(organization, account)), ...next };
    }),
  };
}

function accountReads(organization: Organization): Operations {
  const { tree } = organization;
  return {
    ListAccounts: organizationsOperation('read', shapes.onlyPaging, (input) => {
      const { items, ...next } = organization.page(tree.accounts, 'accounts', input);
      return { Accounts: items.map((account) => describedAccount(organization, account)), ...next };
    }),
    DescribeAccount: organizationsOperation('read', shapes.account, (input) => {
      const account = tree.accounts.get(input.AccountId);
      if (!account) throw accountNotFound();
      return { Account: describedAccount(organization, account) };
    }),
    DescribeCreateAccountStatus: organizationsOperation('read', shapes.createAccountStatus, (input) => {
      const request = organization.creations.get(input.CreateAccountRequestId);
      if (!request) throw createAccountStatusNotFound();
      return { CreateAccountStatus: describedCreation(request) };
    }),
    ListCreateAccountStatus: organizationsOperation('read', shapes.listCreateAccountStatus, (input) => {
      const wanted = input.States ?? [];
      const list = `creations ${wanted.join(' ')}`;
      const accepts = ({ state }: CreateAccountRequest) => wanted.length === 0 || wanted.includes(state);
      const { items, ...next } = organization.page(organization.creations, list, input, accepts);
      return { CreateAccountStatuses: items.map(describedCreation), ...next };
    }),
  };
}

/** Who administers which service for the organization. */
export function delegationReads(organization: Organization): Operations {
  const { delegations, tree } = organization;
  return {
    ListDelegatedAdministrators: organizationsOperation('read', shapes.listDelegatedAdministrators, (input) => {
      const wanted = input.ServicePrincipal;
      const list = `delegatedAdministrators ${wanted}`;
      const matching = delegations.filter(
        ({ servicePrincipal }) => wanted === undefined || servicePrincipal === wanted,
      );
      const { items, ...next } = organization.page(byAccount(matching), list, input);
      const DelegatedAdministrators = items.flatMap(({ accountId, enabledAt }) => {
        const account = tree.accounts.get(accountId);
        if (!account) return [];
        const { Paths: _, ...shown } = describedAccount(organization, account);
        return [{ ...shown, DelegationEnabledDate: enabledAt }];
      });
      return { DelegatedAdministrators, ...next };
    }),
    ListDelegatedServicesForAccount: organizationsOperation('read', shapes.pagedAccount, (input) => {
      if (!tree.accounts.has(input.AccountId)) throw accountNotFound();
      const own = delegations.filter(({ accountId }) => accountId === input.AccountId);
      if (own.length === 0) throw accountNotRegistered();
      const DelegatedServices = own.map(({ servicePrincipal, enabledAt }) => ({
        ServicePrincipal: servicePrincipal,
        DelegationEnabledDate: enabledAt,
      }));
      return { DelegatedServices };
    }),
    ListAWSServiceAccessForOrganization: organizationsOperation('read', shapes.onlyPaging, () => ({
      EnabledServicePrincipals: [{ ServicePrincipal: 'sso.amazonaws.com', DateEnabled: organization.createdAt }],
    })),
  };
}

function byAccount(delegations: readonly Delegation[]): PagedMap<Delegation> {
  const map = new PagedMap<Delegation>();
  for (const delegation of delegations) if (!map.has(delegation.accountId)) map.set(delegation.accountId, delegation);
  return map;
}

function describedOrganization({ tree, managementAccountId, managementAccountEmail }: Organization) {
  const { organizationId } = tree.ids;
  return {
    Id: organizationId,
    Arn: `arn:aws:organizations::${managementAccountId}:organization/${organizationId}`,
    FeatureSet: 'ALL',
    MasterAccountArn: tree.arn('account', managementAccountId),
    MasterAccountId: managementAccountId,
    MasterAccountEmail: managementAccountEmail,
    AvailablePolicyTypes: [{ Type: 'SERVICE_CONTROL_POLICY', Status: 'ENABLED' }],
  };
}

export function describedAccount({ tree, behaviour }: Organization, account: Account) {
  return {
    Id: account.id,
    Arn: account.arn,
    Email: account.email,
    Name: account.name,
    ...(behaviour.showStatus ? { Status: statusOf(account.state) } : {}),
    State: account.state,
    Paths: [tree.pathOf(account)],
    JoinedMethod: account.joinedMethod,
    JoinedTimestamp: account.joinedAt,
  };
}

export function describedUnit({ tree }: Organization, unit: Unit) {
  return { Id: unit.id, Arn: unit.arn, Name: unit.name, Path: tree.pathOf(unit) };
}

export function describedCreation(request: CreateAccountRequest) {
  return {
    Id: request.id,
    AccountName: request.accountName,
    State: request.state,
    RequestedTimestamp: request.requestedAt,
    ...(request.completedAt === undefined ? {} : { CompletedTimestamp: request.completedAt }),
    ...(request.accountId === undefined ? {} : { AccountId: request.accountId }),
    ...(request.failureReason === undefined ? {} : { FailureReason: request.failureReason }),
  };
}
