import type { OrganizationFile, RoleEntry } from '../../schemas/generated/organization';
import type { Clock, Random } from '../clock';
import type { Authorizer, SimulatedService } from '../cloud/service';
import { AccountPolicies } from './account-policies';
import type { OperationCount } from './call-meter';
import { derivedHex } from './derived-ids';
import { IdentityCenter } from './identity-center/identity-center';
import type { Neighbours } from './identity-center/neighbours';
import type { IdentityCenterBehaviour, InstanceSettings } from './identity-center/settings';
import { IdentityStore } from './identity-store/identity-store';
import { splitRandom } from './latency';
import { parseOrganizationFile, readOrganizationFile } from './organization-file';
import type { OrganizationBehaviour } from './organizations/organization';
import { Organizations } from './organizations/organizations';
import { type AccountState, OrganizationTree } from './organizations/tree';
import { ResourceTagging } from './resource-tagging';
import { accountsIn, fillDirectory, fillPermissionSets, fillTree, seededAssignments } from './seeding';
import type { WorldEventListener } from './world-event';

export interface WorldOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** Checks the IAM rights that Identity Center uses on a caller's behalf; without it they are not checked. */
  readonly authorizer?: Authorizer;
  /** Called after each effect. */
  readonly onEvent?: WorldEventListener;
  /** From where Identity Center is administered, unless the file says so. */
  readonly administration?: { readonly accountId: string; readonly region: string };
  /** The policies that accounts have as time goes on; without it they keep those of the file. */
  readonly policies?: Neighbours['policies'];
  readonly identityCenter?: Partial<IdentityCenterBehaviour>;
  readonly organizations?: Partial<OrganizationBehaviour>;
}

/** When everything in the organization file came to be: long enough ago that nothing counts as new. */
const FOUNDED = new Date(Date.UTC(2024, 0, 1));
const DEFAULT_REGION = 'eu-west-1';
const SSO_PRINCIPAL = 'sso.amazonaws.com';

/** AWS as far as the solution manages it: one organization, its Identity Center, its directory and its tags. */
export class World {
  readonly organizations: Organizations;
  readonly identityStore: IdentityStore;
  readonly identityCenter: IdentityCenter;
  readonly resourceTagging: ResourceTagging;
  readonly policies = new AccountPolicies();
  readonly settings: InstanceSettings;

  /** Reads an organization file (YAML or JSON). Throws `InvalidOrganizationFile` with every problem. */
  static fromFile(organizationFile: string, options: WorldOptions): World {
    return new World(readOrganizationFile(organizationFile), options);
  }

  /** The same from a document that is already in memory. */
  static fromDocument(document: unknown, options: WorldOptions): World {
    return new World(parseOrganizationFile('The organization document', document), options);
  }

  private constructor(
    readonly file: OrganizationFile,
    options: WorldOptions,
  ) {
    this.settings = instanceSettings(file, options.administration);
    this.organizations = this.newOrganizations(options);
    this.identityStore = this.newIdentityStore(options);
    this.identityCenter = this.newIdentityCenter(options);
    this.resourceTagging = new ResourceTagging(this.organizations.organization.tree);
    for (const { id, policies = [] } of accountsIn(file.root)) {
      for (const policy of policies) this.policies.add(id, policy);
    }
    fillDirectory(this.identityStore, file);
    fillPermissionSets(this.identityCenter.instance, file.permissionSets ?? [], FOUNDED);
    this.identityCenter.preassign(seededAssignments(file, this.identityCenter.instance, this.identityStore));
  }

  /** The services of this world, for a gateway to route to. */
  get services(): readonly SimulatedService[] {
    return [this.identityCenter, this.identityStore, this.organizations, this.resourceTagging];
  }

  get managementAccountId(): string {
    return this.settings.managementAccountId;
  }

  /** Extra IAM roles that the file asks for. */
  get roles(): readonly RoleEntry[] {
    return this.file.roles ?? [];
  }

  /** Every member account, as of now. */
  accountIds(): string[] {
    return [...this.organizations.organization.tree.accounts.values()].map(({ id }) => id);
  }

  /** Sets what only AWS can set. Throws when the account is not a member. */
  setAccountState(accountId: string, state: AccountState): void {
    this.organizations.setAccountState(accountId, state);
  }

  /** Multiplies the latency of every asynchronous operation that starts from now on. */
  setLatencyFactor(factor: number): void {
    this.identityCenter.latencyFactor = factor;
    this.organizations.latencyFactor = factor;
  }

  /** What has been accepted and has not ended, and effects that lists do not show yet. */
  settleInfo(): { readonly operationsInFlight: number } {
    const unseen = this.identityCenter.instance.assignments.unseen;
    return { operationsInFlight: this.identityCenter.inFlight() + this.organizations.inFlight() + unseen };
  }

  /** Calls and throttled calls, by signing name and operation. */
  callCounts(): Record<string, Record<string, OperationCount>> {
    return {
      sso: this.identityCenter.metrics().operations,
      identitystore: this.identityStore.metrics().operations,
      organizations: this.organizations.metrics().operations,
      tagging: this.resourceTagging.metrics().operations,
    };
  }

  private newOrganizations({ clock, random, onEvent, organizations }: WorldOptions): Organizations {
    const { managementAccountId, delegatedAdministratorAccountId: accountId } = this.settings;
    const organizationId = this.file.organization.id ?? `o-${derivedHex(managementAccountId, 10)}`;
    const rootId = this.file.root.id ?? `r-${derivedHex(organizationId, 4)}`;
    const tree = new OrganizationTree({ organizationId, managementAccountId, rootId });
    fillTree(tree, this.file.root, FOUNDED);
    return new Organizations({
      clock,
      random: splitRandom(random),
      tree,
      managementAccountEmail: tree.accounts.get(managementAccountId)?.email ?? '',
      delegations: accountId === undefined ? [] : [{ accountId, servicePrincipal: SSO_PRINCIPAL, enabledAt: FOUNDED }],
      createdAt: FOUNDED,
      ...(organizations ? { behaviour: organizations } : {}),
      ...(onEvent ? { onEvent } : {}),
    });
  }

  private newIdentityStore({ clock, random, onEvent }: WorldOptions): IdentityStore {
    const { instanceArn: _, createdAt: __, ...settings } = this.settings;
    return new IdentityStore({ clock, random: splitRandom(random), ...settings, ...(onEvent ? { onEvent } : {}) });
  }

  private newIdentityCenter(options: WorldOptions): IdentityCenter {
    const { clock, random, authorizer, onEvent, identityCenter, policies = this.policies } = options;
    return new IdentityCenter({
      clock,
      random: splitRandom(random),
      settings: this.settings,
      neighbours: { directory: this.identityStore, organization: this.organizations, policies },
      ...(identityCenter ? { behaviour: identityCenter } : {}),
      ...(authorizer ? { authorizer } : {}),
      ...(onEvent ? { onEvent } : {}),
    });
  }
}

function instanceSettings(
  { organization, identityCenter = {}, root }: OrganizationFile,
  administration: WorldOptions['administration'],
): InstanceSettings {
  const { managementAccountId } = organization;
  const { region = administration?.region ?? DEFAULT_REGION } = identityCenter;
  const administrator = [...accountsIn(root)].find(({ id }) => id === administration?.accountId)?.id;
  const delegated = identityCenter.delegatedAdministratorAccountId ?? administrator;
  return {
    instanceArn: identityCenter.instanceArn ?? `arn:aws:sso:::instance/ssoins-${derivedHex(managementAccountId, 16)}`,
    identityStoreId: identityCenter.identityStoreId ?? `d-${derivedHex(managementAccountId, 10)}`,
    region,
    managementAccountId,
    // The management account administers the instance anyway; it cannot be its own delegate.
    ...(delegated === undefined || delegated === managementAccountId
      ? {}
      : { delegatedAdministratorAccountId: delegated }),
    createdAt: FOUNDED,
  };
}
