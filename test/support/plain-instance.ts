import type { AccountId, PermissionSetArn, PermissionSetName, PrincipalId } from '../../lambda/domain/ids';
import { Missing } from '../../lambda/ports/faults';
import type { AssignedPrincipal, InstanceReader } from '../../lambda/ports/instance-reader';

/** An instance of Identity Center as plain values: who is assigned what, where. */
export class PlainInstance implements InstanceReader {
  /** By the name of a permission set: accounts, and the groups that are assigned it there. */
  readonly assignments = new Map<string, Map<string, string[]>>();
  /** Called before every call to the service; a test waits here, or throws. */
  beforeCall: (operation: string) => void | Promise<void> = () => undefined;
  calls = 0;

  arnOf(name: string): PermissionSetArn {
    return `arn:aws:sso:::permissionSet/ssoins-1/${name}` as PermissionSetArn;
  }

  assign(name: string, accountId: string, ...groups: string[]): void {
    const accounts = this.assignments.get(name) ?? new Map<string, string[]>();
    this.assignments.set(name, accounts.set(accountId, [...(accounts.get(accountId) ?? []), ...groups]));
  }

  async listPermissionSets(): Promise<PermissionSetArn[]> {
    await this.call('ListPermissionSets');
    return [...this.assignments.keys()].map((name) => this.arnOf(name)).reverse();
  }

  async permissionSetName(arn: PermissionSetArn): Promise<PermissionSetName> {
    await this.call('DescribePermissionSet');
    this.accountsOf(arn);
    return nameOf(arn) as PermissionSetName;
  }

  async accountsWith(arn: PermissionSetArn): Promise<AccountId[]> {
    await this.call('ListAccountsForProvisionedPermissionSet');
    return [...this.accountsOf(arn).keys()].reverse() as AccountId[];
  }

  async assignedIn(arn: PermissionSetArn, accountId: AccountId): Promise<AssignedPrincipal[]> {
    await this.call('ListAccountAssignments');
    const groups = this.accountsOf(arn).get(accountId) ?? [];
    return groups.map((id) => ({ principalType: 'GROUP', principalId: id as PrincipalId }));
  }

  private async call(operation: string): Promise<void> {
    this.calls += 1;
    await this.beforeCall(operation);
  }

  private accountsOf(arn: PermissionSetArn): Map<string, string[]> {
    const accounts = this.assignments.get(nameOf(arn));
    if (accounts === undefined) throw new Missing(`There is no permission set ${arn}.`);
    return accounts;
  }
}

function nameOf(arn: PermissionSetArn): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}
