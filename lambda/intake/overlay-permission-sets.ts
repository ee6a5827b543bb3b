import { applyDifference } from '../domain/apply-difference';
import type { AccountId, PermissionSetArn, PermissionSetName } from '../domain/ids';
import {
  type ChangedPart,
  changedParts,
  createdDefinition,
  type Definition,
  type Difference,
  differences,
  PARTS,
} from '../domain/permission-set-definition';
import type { Clock } from '../ports/clock';
import { Throttled } from '../ports/faults';
import type { PermissionSetReader } from '../ports/permission-set-reader';
import type { PermissionSetService } from '../ports/permission-set-service';

/** A permission set as it was read first, and as it would be by now. */
interface Seen {
  readonly live: Definition;
  readonly changed: Definition;
}

/**
 * Permission sets of Identity Center, of which one at a time is looked at, and whose changes stay in memory: what is read
 * is what would be there if they had been made, and whatever is under way has ended. What was asked for is remembered.
 */
export class OverlayPermissionSets implements PermissionSetService {
  /** Accounts that would be brought up to date, or all that have it. */
  readonly provisioned: (AccountId | 'all')[] = [];
  private created?: { readonly arn: PermissionSetArn; readonly name: PermissionSetName };
  private removed?: PermissionSetArn;
  private readonly seen = new Map<PermissionSetArn, Seen>();

  constructor(
    private readonly below: PermissionSetReader,
    private readonly clock: Pick<Clock, 'now'>,
    /** No name is asked for after this: where many are unknown, an answer would come too late. Epoch milliseconds. */
    private readonly until: number,
  ) {}

  get isCreated(): boolean {
    return this.created !== undefined;
  }

  get isRemoved(): boolean {
    return this.removed !== undefined;
  }

  /** What would be changed of the permission set that is there. */
  get changedParts(): ChangedPart[] {
    return [...this.seen].flatMap(([arn, { live, changed }]) =>
      arn === this.created?.arn ? [] : changedParts(differences(changed, live), live),
    );
  }

  async listPermissionSets(): Promise<readonly PermissionSetArn[]> {
    const listed = await this.below.listPermissionSets();
    return this.created ? [...listed, this.created.arn] : listed;
  }

  async permissionSetName(arn: PermissionSetArn): Promise<PermissionSetName> {
    if (arn === this.created?.arn) return this.created.name;
    if (this.clock.now() > this.until) throw new Throttled('The names of too many permission sets are not known yet.');
    return this.below.permissionSetName(arn);
  }

  async create(name: PermissionSetName, definition: Definition): Promise<PermissionSetArn> {
    const arn = `arn:dry-run:${name}` as PermissionSetArn;
    this.created = { arn, name };
    const live = createdDefinition(definition);
    this.seen.set(arn, { live, changed: live });
    return arn;
  }

  /** All parts are read at once. */
  async read(arn: PermissionSetArn): Promise<Definition> {
    return (await this.look(arn)).changed;
  }

  async write(arn: PermissionSetArn, difference: Difference): Promise<void> {
    const { live, changed } = await this.look(arn);
    this.seen.set(arn, { live, changed: applyDifference(changed, difference) });
  }

  async remove(arn: PermissionSetArn): Promise<void> {
    this.removed = arn;
  }

  async accounts(arn: PermissionSetArn, which: 'all' | 'stale'): Promise<readonly AccountId[]> {
    return arn === this.created?.arn ? [] : this.below.accounts(arn, which);
  }

  async assignedIn(arn: PermissionSetArn, accountId: AccountId) {
    return arn === this.created?.arn ? [] : this.below.assignedIn(arn, accountId);
  }

  async provision(_: PermissionSetArn, accountId?: AccountId): Promise<string> {
    this.provisioned.push(accountId ?? 'all');
    return 'dry-run';
  }

  async provisioningsInProgress(): Promise<ReadonlySet<string>> {
    return new Set();
  }

  async provisioningStatus() {
    return { status: 'SUCCEEDED' as const };
  }

  private async look(arn: PermissionSetArn): Promise<Seen> {
    const known = this.seen.get(arn);
    if (known) return known;
    const live = await this.below.read(arn, PARTS);
    const seen = { live, changed: live };
    this.seen.set(arn, seen);
    return seen;
  }
}
