import type { Clock, Random } from '../../clock';
import type { Authorizer, Principal } from '../../cloud/service';
import { randomHex, randomUuid } from '../derived-ids';
import { logNormalLatency, splitRandom } from '../latency';
import { AccountWorkers } from './account-workers';
import { type Assignment, Assignments } from './assignments';
import { accessDenied, permissionSetNotFound } from './faults';
import type { Neighbours } from './neighbours';
import { PairLocks } from './pair-locks';
import { type PermissionSetRecord, PermissionSets } from './permission-sets';
import { Provisionings } from './provisionings';
import { type AsyncRequest, RequestLog } from './request-log';
import { DEFAULT_BEHAVIOUR, type IdentityCenterBehaviour, type InstanceSettings } from './settings';

export interface AssignmentRequest extends AsyncRequest {
  readonly assignment: Assignment;
}

export interface ProvisioningRequest extends AsyncRequest {
  readonly PermissionSetArn: string;
  readonly AccountId?: string;
}

export interface InstanceOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly settings: InstanceSettings;
  readonly neighbours: Neighbours;
  readonly behaviour?: Partial<IdentityCenterBehaviour>;
  /** Checks the IAM rights that Identity Center uses on the caller's behalf; without it they are not checked. */
  readonly authorizer?: Authorizer;
}

/** The state of one organization instance, shared by the operations that work on it. */
export class Instance {
  readonly clock: Clock;
  readonly settings: InstanceSettings;
  readonly neighbours: Neighbours;
  readonly behaviour: IdentityCenterBehaviour;
  readonly authorizer: Authorizer | undefined;
  readonly permissionSets = new PermissionSets();
  readonly provisionings = new Provisionings();
  readonly assignments: Assignments;
  readonly creations = new RequestLog<AssignmentRequest>();
  readonly deletions = new RequestLog<AssignmentRequest>();
  readonly provisioningRequests = new RequestLog<ProvisioningRequest>();
  readonly locks = new PairLocks();
  readonly workers: AccountWorkers;
  readonly tags = new Map<string, string>();
  /** Multiplies the latency of every operation that starts from now on. */
  latencyFactor = 1;
  mostOutstanding = 0;
  readonly drawLatencyMs: () => number;
  readonly drawDeprovisionLagMs: () => number;
  /** Uniform draws for short pages and for failures of new accounts. */
  readonly pageChance: Random;
  readonly failureChance: Random;
  private readonly idRandom: Random;

  constructor(options: InstanceOptions) {
    this.clock = options.clock;
    this.settings = options.settings;
    this.neighbours = options.neighbours;
    this.behaviour = { ...DEFAULT_BEHAVIOUR, ...options.behaviour };
    this.authorizer = options.authorizer;
    this.workers = new AccountWorkers(options.clock);
    this.idRandom = splitRandom(options.random);
    this.drawLatencyMs = logNormalLatency(splitRandom(options.random), this.behaviour.latency);
    this.drawDeprovisionLagMs = logNormalLatency(splitRandom(options.random), this.behaviour.deprovisionLag);
    this.pageChance = splitRandom(options.random);
    this.failureChance = splitRandom(options.random);
    const lagChance = splitRandom(options.random);
    const { listLagMs } = this.behaviour;
    this.assignments = new Assignments(options.clock, listLagMs > 0 ? () => lagChance() * listLagMs : undefined);
  }

  newRequestId(): string {
    return randomUuid(this.idRandom);
  }

  newHex(length: number): string {
    return randomHex(this.idRandom, length);
  }

  now(): Date {
    return new Date(this.clock.now());
  }

  /** Creations and deletions of assignments that have not ended. */
  outstanding(): number {
    return this.creations.inProgress.size + this.deletions.inProgress.size;
  }

  /** AWS: an instance that the caller cannot see is denied, not missing. */
  requireInstance(instanceArn: string): void {
    if (instanceArn !== this.settings.instanceArn) throw accessDenied();
  }

  requirePermissionSet(input: {
    readonly InstanceArn: string;
    readonly PermissionSetArn: string;
  }): PermissionSetRecord {
    this.requireInstance(input.InstanceArn);
    const record = this.permissionSets.byArn.get(input.PermissionSetArn);
    if (!record) throw permissionSetNotFound(input.PermissionSetArn);
    return record;
  }

  isManagementAccount(principal: Principal): boolean {
    return principal.accountId === this.settings.managementAccountId;
  }

  /**
   * AWS: the delegated administrator may neither change nor assign, anywhere, a permission set that is provisioned in
   * the management account.
   */
  requireAdministrationOf(record: PermissionSetRecord, principal: Principal): void {
    if (this.isManagementAccount(principal)) return;
    if (this.provisionings.get(this.settings.managementAccountId, record.arn)) throw accessDenied();
  }
}
