import type { AccountId, OrganizationalUnitId, PermissionSetName } from '../../lambda/domain/ids';
import type { Cloud } from './cloud';
import type { PrincipalName } from './directory-world';
import { notice } from './noticing';
import { MANAGEMENT_ACCOUNT, ROOT } from './organization-world';
import type { Submissions } from './submissions';

const PERMISSION_SETS = ['Reader-ps', 'Admin-ps', 'Late-ps'] as PermissionSetName[];
const PRINCIPALS: readonly PrincipalName[] = [
  { type: 'GROUP', name: 'team-A' },
  { type: 'GROUP', name: 'team-B' },
  { type: 'USER', name: 'ann' },
];
const TAGS = [{}, { team: 'one' }, { team: 'two' }, { team: 'one', stage: 'test' }];
const TAG_SCOPES = ['team^one', 'team^two', 'stage^test'];
const EVENTS = [6, 25] as const;
/** Between two events, milliseconds: often nothing has come to rest when the next one happens. */
const PAUSE_MS = [100, 25_000] as const;
const HASTY_MS = [1, 1_500] as const;
const SAME_AGAIN = 0.5;
const RENAMES = 0.4;
/** Shares of events that follow at once, of which each seed has one. */
const HASTE = [0.2, 0.6, 0.9];
/** How much more often than usual a kind of event happens in a seed: what comes often meets itself. */
const EMPHASIS = [0.5, 1, 1, 1, 4];

export type Happening =
  | 'submission'
  | 'deletion'
  | 'move'
  | 'tags'
  | 'suspension'
  | 'closure'
  | 'removal'
  | 'account'
  | 'unit'
  | 'principal'
  | 'permissionSet'
  | 'assignmentByHand'
  | 'removalByHand';

/** What people and other systems do during one simulation. */
export class History {
  private readonly links: string[] = [];
  private readonly haste: number;
  private readonly emphasis: number[] = [];
  /** What was changed last is often changed again. */
  private lastAccount: AccountId | undefined;
  private lastLink: string | undefined;

  constructor(
    private readonly cloud: Cloud,
    private readonly submissions: Submissions,
  ) {
    this.haste = cloud.chance.pick(HASTE) ?? 0;
  }

  /** What there was before anything was declared. */
  prepare(): void {
    const { organization, directory, chance } = this.cloud;
    organization.addAccount(ROOT, {}, MANAGEMENT_ACCOUNT);
    for (let units = chance.whole(2, 4); units > 0; units -= 1) organization.addUnit(this.anyParent());
    for (let accounts = chance.whole(3, 7); accounts > 0; accounts -= 1) this.createAccount();
    for (const principal of PRINCIPALS) if (chance.happens(0.8)) directory.addPrincipal(principal);
    for (const name of PERMISSION_SETS.slice(0, 2)) directory.addPermissionSet(name);
    for (let links = chance.whole(3, 8); links > 0; links -= 1) this.links.push(this.newLink());
    for (let assignments = chance.whole(0, 4); assignments > 0; assignments -= 1) this.assignByHand();
  }

  /** Lets a number of things happen, one after the other. Afterwards there may be a rest, and more. */
  async run(): Promise<void> {
    const { chance, scheduler } = this.cloud;
    for (let events = chance.whole(...EVENTS); events > 0; events -= 1) {
      const [shortest, longest] = chance.happens(this.haste) ? HASTY_MS : PAUSE_MS;
      await scheduler.wait(chance.between(shortest, longest), 'something happens');
      this.somethingHappens();
    }
  }

  private somethingHappens(): void {
    const link = () => this.anyLink();
    const choices: readonly [Happening, number, () => void][] = [
      ['submission', 9, () => this.submissions.submit(link(), 'create')],
      ['deletion', 5, () => this.submissions.submit(link(), 'delete')],
      ['move', 3, () => this.changeAccount((id) => this.cloud.organization.change(id, { parent: this.anyParent() }))],
      ['tags', 3, () => this.changeAccount((id) => this.cloud.organization.change(id, { tags: this.anyTags() }))],
      ['suspension', 2, () => this.changeAccount((id) => this.suspendOrReopen(id))],
      ['closure', 1, () => this.changeAccount((id) => this.cloud.organization.change(id, { state: 'CLOSED' }))],
      ['removal', 2, () => this.changeAccount((id) => this.cloud.organization.remove(id))],
      ['account', 2, () => this.noticeAccount(this.createAccount())],
      ['unit', 1, () => this.changeUnits()],
      ['principal', 4, () => this.changePrincipal()],
      ['permissionSet', 2, () => this.addPermissionSet()],
      ['assignmentByHand', 1, () => this.assignByHand()],
      ['removalByHand', 1, () => this.removeByHand()],
    ];
    const { happenings = {} } = this.cloud.circumstances;
    const weights = choices.map(([happening, weight], position) => {
      return weight * this.emphasisOf(position) * (happenings[happening] ?? 1);
    });
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    let drawn = this.cloud.chance.draw() * total;
    for (const [position, [, , happen]] of choices.entries()) {
      drawn -= weights[position] ?? 0;
      if (drawn >= 0) continue;
      happen();
      return;
    }
  }

  private emphasisOf(position: number): number {
    const emphasis = this.emphasis[position] ?? this.cloud.chance.pick(EMPHASIS) ?? 1;
    this.emphasis[position] = emphasis;
    return emphasis;
  }

  private newLink(): string {
    const { chance, organization } = this.cloud;
    const units = [...organization.units.keys(), ROOT];
    const scopes = [
      `account%${this.anyAccount() ?? MANAGEMENT_ACCOUNT}`,
      'root%all',
      `ou_id%${chance.pick(units)}`,
      `account_tag%${chance.pick(TAG_SCOPES)}`,
    ];
    const { type, name } = this.anyPrincipal();
    // Few pairs, so that links overlap.
    const permissionSet = chance.happens(0.7) ? PERMISSION_SETS[0] : chance.pick(PERMISSION_SETS);
    return `${chance.pick(scopes)}%${permissionSet}%${name}%${type}%ssofile`;
  }

  private changeAccount(change: (id: AccountId) => void): void {
    const isSame = this.lastAccount && this.cloud.chance.happens(SAME_AGAIN);
    const id = isSame ? this.lastAccount : this.anyAccount();
    if (!id || id === MANAGEMENT_ACCOUNT) return;
    this.lastAccount = id;
    change(id);
    this.noticeAccount(id);
  }

  private noticeAccount(accountId: AccountId): void {
    this.cloud.scheduler.note(`account ${accountId} is ${JSON.stringify(this.cloud.organization.account(accountId))}`);
    notice(this.cloud, { kind: 'account', accountId });
  }

  private suspendOrReopen(id: AccountId): void {
    const isActive = this.cloud.organization.account(id)?.state === 'ACTIVE';
    this.cloud.organization.change(id, { state: isActive ? 'SUSPENDED' : 'ACTIVE' });
  }

  private createAccount(): AccountId {
    return this.cloud.organization.addAccount(this.anyParent(), this.anyTags());
  }

  private changeUnits(): void {
    const { organization, chance } = this.cloud;
    const empty = [...organization.units.keys()].filter((unit) => organization.isEmpty(unit));
    const unit = chance.happens(0.5) ? chance.pick(empty) : undefined;
    if (unit) organization.deleteUnit(unit);
    const organizationalUnitId = unit ?? organization.addUnit(this.anyParent());
    notice(this.cloud, { kind: 'organizationalUnit', organizationalUnitId });
  }

  /**
   * Created, deleted, deleted and created again under the same name, renamed to a free name, or two change their names.
   * An event tells of each principal that changed: of both when two change their names.
   */
  private changePrincipal(): void {
    const { directory, chance, scheduler, circumstances } = this.cloud;
    const principal = this.anyPrincipal();
    const { type, name } = principal;
    const before = directory.principalId(principal);
    const free = PRINCIPALS.find((other) => other.type === type && !directory.principalId(other));
    const changed = new Set([before]);
    if (before && free && chance.happens(circumstances.renames ?? RENAMES)) directory.renamePrincipal(principal, free);
    else if (before && chance.happens(0.3)) this.exchangeNames(principal);
    else if (before && chance.happens(0.5)) directory.removePrincipal(principal);
    else {
      if (before) directory.removePrincipal(principal);
      directory.addPrincipal(principal);
    }
    const after = directory.principalId(principal);
    scheduler.note(`${name} was ${before?.slice(-4)}, is ${after?.slice(-4)}`);
    for (const principalId of changed.add(after)) {
      if (principalId) notice(this.cloud, { kind: 'principal', principalType: type, principalId });
    }
  }

  private exchangeNames(one: PrincipalName): void {
    const { directory } = this.cloud;
    const other = PRINCIPALS.find(({ type, name }) => type === one.type && name !== one.name);
    if (!other) return;
    const between = { type: one.type, name: 'somebody between two names' };
    directory.renamePrincipal(one, between);
    directory.renamePrincipal(other, one);
    directory.renamePrincipal(between, other);
  }

  private addPermissionSet(): void {
    const permissionSetName = PERMISSION_SETS[2] as PermissionSetName;
    if (this.cloud.directory.permissionSetArn(permissionSetName)) return;
    this.cloud.directory.addPermissionSet(permissionSetName);
    notice(this.cloud, { kind: 'permissionSet', permissionSetName });
  }

  private assignByHand(): void {
    const { directory, assignments } = this.cloud;
    const accountId = this.anyAccount();
    const principal = this.anyPrincipal();
    const principalId = directory.principalId(principal);
    const permissionSetArn = directory.permissionSetArn(PERMISSION_SETS[0] as PermissionSetName);
    if (!accountId || !principalId || !permissionSetArn) return;
    assignments.byHand('create', { accountId, permissionSetArn, principalType: principal.type, principalId });
  }

  private removeByHand(): void {
    const assignment = this.cloud.chance.pick(this.cloud.assignments.all());
    if (assignment) this.cloud.assignments.byHand('delete', assignment);
  }

  private anyLink(): string {
    const isSame = this.lastLink && this.cloud.chance.happens(SAME_AGAIN);
    this.lastLink = isSame ? this.lastLink : this.cloud.chance.pick(this.links);
    return this.lastLink ?? '';
  }

  private anyAccount(): AccountId | undefined {
    return this.cloud.chance.pick(this.cloud.organization.accounts())?.id;
  }

  private anyParent(): OrganizationalUnitId {
    return this.cloud.chance.pick([ROOT, ...this.cloud.organization.units.keys()]) ?? ROOT;
  }

  private anyTags(): Readonly<Record<string, string>> {
    return this.cloud.chance.pick<Readonly<Record<string, string>>>(TAGS) ?? {};
  }

  private anyPrincipal(): PrincipalName {
    return this.cloud.chance.pick(PRINCIPALS) as PrincipalName;
  }
}
