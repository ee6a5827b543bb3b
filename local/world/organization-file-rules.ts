import type { AccountEntry, OrganizationFile, RootEntry, UnitEntry } from '../../schemas/generated/organization';
import type { SchemaProblem } from '../../schemas/schema-problems';

/** The root or an organizational unit. */
type ParentEntry = RootEntry | UnitEntry;

/** AWS: organizational units nest five levels below the root. */
const DEEPEST_UNIT = 5;

/** What a schema cannot say: ids and names are unique, and every reference meets something that is there. */
export function organizationFileRules(file: OrganizationFile): SchemaProblem[] {
  const checker = new RuleChecker();
  checker.checkTree(file);
  checker.checkAdministration(file);
  checker.checkDirectory(file);
  checker.checkPermissionSets(file);
  checker.checkAssignments(file);
  checker.checkRoles(file);
  return checker.problems;
}

/** Where each key was seen first; a second sighting is a problem. */
class FirstSeen {
  private readonly paths = new Map<string, string>();

  constructor(private readonly report: (path: string, message: string) => void) {}

  see(key: string | undefined, path: string, what: string): void {
    if (key === undefined) return;
    const first = this.paths.get(key);
    if (first === undefined) this.paths.set(key, path);
    else this.report(path, `${what} is used already at ${first}: make it unique`);
  }

  has(key: string): boolean {
    return this.paths.has(key);
  }
}

class RuleChecker {
  readonly problems: SchemaProblem[] = [];
  private readonly report = (path: string, message: string): void => {
    this.problems.push({ path, message });
  };
  private readonly accounts = new Map<string, AccountEntry>();
  private readonly accountIds = new FirstSeen(this.report);
  private readonly emails = new FirstSeen(this.report);
  private readonly unitIds = new FirstSeen(this.report);
  private readonly groups = new FirstSeen(this.report);
  private readonly users = new FirstSeen(this.report);
  private readonly principalIds = new FirstSeen(this.report);
  private readonly permissionSets = new FirstSeen(this.report);

  checkTree({ root }: OrganizationFile): void {
    this.checkParent(root, 'root', 0);
  }

  checkAdministration({ organization, identityCenter }: OrganizationFile): void {
    const management = this.accounts.get(organization.managementAccountId);
    const path = 'organization.managementAccountId';
    if (!management) this.report(path, `no account ${organization.managementAccountId} is below root: add it`);
    else if ((management.state ?? 'ACTIVE') !== 'ACTIVE') this.report(path, 'the management account must be ACTIVE');
    const delegated = identityCenter?.delegatedAdministratorAccountId;
    if (delegated !== undefined && !this.accounts.has(delegated)) {
      const message = `no account ${delegated} is below root: add it, or leave the delegated administrator out`;
      this.report('identityCenter.delegatedAdministratorAccountId', message);
    }
  }

  checkDirectory({ users = [], groups = [] }: OrganizationFile): void {
    users.forEach(({ userName, id }, index) => {
      this.users.see(userName, `users.${index}.userName`, `user name ${userName}`);
      this.principalIds.see(id, `users.${index}.id`, `id ${id}`);
    });
    groups.forEach(({ displayName, id, members = [] }, index) => {
      const path = `groups.${index}`;
      this.groups.see(displayName, `${path}.displayName`, `group name ${displayName}`);
      this.principalIds.see(id, `${path}.id`, `id ${id}`);
      this.checkMembers(members, `${path}.members`);
    });
  }

  checkPermissionSets({ permissionSets = [] }: OrganizationFile): void {
    permissionSets.forEach(({ permissionSetName, sessionDurationInMinutes }, index) => {
      const path = `permissionSets.${index}`;
      this.permissionSets.see(
        permissionSetName,
        `${path}.permissionSetName`,
        `permission set name ${permissionSetName}`,
      );
      const minutes = Number(sessionDurationInMinutes ?? 60);
      if (Number.isInteger(minutes) && minutes >= 60 && minutes <= 720) return;
      this.report(`${path}.sessionDurationInMinutes`, 'must be a whole number of minutes from 60 to 720');
    });
  }

  checkAssignments({ assignments = [] }: OrganizationFile): void {
    const seen = new FirstSeen(this.report);
    assignments.forEach(({ accountId, permissionSetName, principalType, principalName }, index) => {
      const path = `assignments.${index}`;
      this.requireAccount(accountId, path);
      if (!this.permissionSets.has(permissionSetName)) {
        this.report(`${path}.permissionSetName`, `no permission set ${permissionSetName}: add it to permissionSets`);
      }
      const [known, list] = principalType === 'USER' ? [this.users, 'users'] : [this.groups, 'groups'];
      if (!known.has(principalName)) {
        this.report(`${path}.principalName`, `no ${principalType} ${principalName}: add it to ${list}`);
      }
      seen.see([accountId, permissionSetName, principalType, principalName].join('%'), path, 'this assignment');
    });
  }

  checkRoles({ roles = [] }: OrganizationFile): void {
    const seen = new FirstSeen(this.report);
    roles.forEach(({ accountId, name }, index) => {
      this.requireAccount(accountId, `roles.${index}`);
      seen.see(`${accountId} ${name}`, `roles.${index}.name`, `role ${name} of account ${accountId}`);
    });
  }

  private checkParent(parent: ParentEntry, path: string, depth: number): void {
    parent.accounts?.forEach((account, index) => {
      this.checkAccount(account, `${path}.accounts.${index}`);
    });
    const names = new FirstSeen(this.report);
    parent.organizationalUnits?.forEach((unit, index) => {
      this.checkUnit(unit, `${path}.organizationalUnits.${index}`, depth + 1, names);
    });
  }

  private checkUnit(unit: UnitEntry, path: string, depth: number, names: FirstSeen): void {
    names.see(unit.name, `${path}.name`, `organizational unit name ${unit.name}`);
    this.unitIds.see(unit.id, `${path}.id`, `organizational unit id ${unit.id}`);
    if (depth > DEEPEST_UNIT) {
      this.report(path, `organizational units nest at most ${DEEPEST_UNIT} deep: move it up`);
      return;
    }
    this.checkParent(unit, path, depth);
  }

  private checkAccount(account: AccountEntry, path: string): void {
    this.accountIds.see(account.id, `${path}.id`, `account id ${account.id}`);
    this.emails.see(
      account.email === undefined ? undefined : String(account.email).toLowerCase(),
      `${path}.email`,
      `e-mail address ${account.email}`,
    );
    this.accounts.set(account.id, account);
  }

  private checkMembers(members: readonly string[], path: string): void {
    const seen = new FirstSeen(this.report);
    members.forEach((member, index) => {
      const memberPath = `${path}.${index}`;
      if (!this.users.has(member)) this.report(memberPath, `no user ${member}: add it to users`);
      seen.see(member, memberPath, `member ${member}`);
    });
  }

  private requireAccount(accountId: string, path: string): void {
    if (this.accounts.has(accountId)) return;
    this.report(`${path}.accountId`, `no account ${accountId} is below root: add it`);
  }
}
