import { type Call, notImplemented, type SimulatedService } from '../../cloud/service';
import { CallMeter, type OperationCount } from '../call-meter';
import type { Operations } from '../operation';
import { TokenBucket } from '../token-bucket';
import { apiCallEvent, type WorldEventListener } from '../world-event';
import { assignmentOperations } from './assignment-operations';
import { assignmentReads } from './assignment-reads';
import type { Assignment } from './assignments';
import { accessDenied, rateExceeded } from './faults';
import { Instance, type InstanceOptions } from './instance';
import { instanceOperations } from './instance-operations';
import { permissionSetOperations } from './permission-set-operations';
import { policyOperations } from './policy-operations';
import { provisioningOperations } from './provisioning-operations';
import { provisionRole } from './role-provisioning';
import { statusOperations } from './status-operations';
import { tagOperations } from './tags';

export interface IdentityCenterOptions extends InstanceOptions {
  readonly onEvent?: WorldEventListener;
}

export interface IdentityCenterMetrics {
  readonly operations: Record<string, OperationCount>;
  /** Calls refused because of the request rate, and because of outstanding operations. */
  readonly throttled: { readonly rate: number; readonly outstanding: number };
  /** Assignment operations: now, and the most there ever were. */
  readonly outstanding: { readonly now: number; readonly maximum: number };
}

/** AWS IAM Identity Center (`sso-admin`): one organization instance, in one Region. */
export class IdentityCenter implements SimulatedService {
  readonly signingName = 'sso';
  readonly instance: Instance;
  private readonly operations: Operations;
  private readonly meter = new CallMeter();
  private readonly bucket: TokenBucket;
  private readonly onEvent: WorldEventListener | undefined;
  private readonly throttled = { rate: 0, outstanding: 0 };
  private events = 0;

  constructor(options: IdentityCenterOptions) {
    this.instance = new Instance(options);
    this.onEvent = options.onEvent;
    const { requestsPerSecond: ratePerSecond, requestBurst: burst } = this.instance.behaviour;
    this.bucket = new TokenBucket(options.clock, { ratePerSecond, burst });
    this.operations = {
      ...instanceOperations(this.instance),
      ...permissionSetOperations(this.instance),
      ...policyOperations(this.instance),
      ...tagOperations(this.instance),
      ...assignmentOperations(this.instance),
      ...assignmentReads(this.instance),
      ...statusOperations(this.instance),
      ...provisioningOperations(this.instance),
    };
  }

  /** Multiplies the latency of operations that start from now on. */
  get latencyFactor(): number {
    return this.instance.latencyFactor;
  }

  set latencyFactor(factor: number) {
    this.instance.latencyFactor = factor;
  }

  async handle(call: Call): Promise<unknown> {
    const operation = Object.hasOwn(this.operations, call.operation) ? this.operations[call.operation] : undefined;
    if (!operation) throw notImplemented(this.signingName, call.operation);
    this.meter.called(call.operation);
    this.takeToken(call);
    if (!this.isVisibleTo(call)) {
      // AWS: whoever may not see an instance gets an empty list, and is denied everything else.
      if (call.operation === 'ListInstances') return { Instances: [] };
      throw accessDenied();
    }
    const output = this.counted(call, () => operation.run(call));
    if (operation.effect === 'write') this.emit(call, output);
    return output;
  }

  /** Asynchronous operations that have not ended. */
  inFlight(): number {
    return this.instance.outstanding() + this.instance.provisioningRequests.inProgress.size;
  }

  metrics(): IdentityCenterMetrics {
    return {
      operations: this.meter.byOperation(),
      throttled: { ...this.throttled },
      outstanding: { now: this.instance.outstanding(), maximum: this.instance.mostOutstanding },
    };
  }

  /** Puts assignments there at once, with their roles: what existed before the first call. */
  preassign(assignments: Iterable<Assignment>): void {
    for (const assignment of assignments) {
      const record = this.instance.permissionSets.byArn.get(assignment.PermissionSetArn);
      if (!record) throw new Error(`No permission set ${assignment.PermissionSetArn} to assign.`);
      this.instance.assignments.addShown(assignment);
      provisionRole(this.instance, record, assignment.AccountId);
    }
  }

  /** Limits on the request rate are for role credentials: an administrator who looks on must not disturb a run. */
  private takeToken(call: Call): void {
    if (call.principal.kind !== 'role' || this.bucket.take()) return;
    this.throttled.rate += 1;
    this.meter.throttled(call.operation);
    throw rateExceeded();
  }

  /** AWS: the instance is served in its primary Region, to the management account and the delegated administrator. */
  private isVisibleTo({ principal, region }: Call): boolean {
    const { settings } = this.instance;
    const administrators = [settings.managementAccountId, settings.delegatedAdministratorAccountId];
    return region === settings.region && administrators.includes(principal.accountId);
  }

  private counted(call: Call, run: () => unknown): unknown {
    try {
      return run();
    } catch (error) {
      if (isThrottling(error)) {
        this.throttled.outstanding += 1;
        this.meter.throttled(call.operation);
      }
      throw error;
    }
  }

  private emit(call: Call, output: unknown): void {
    if (!this.onEvent) return;
    this.events += 1;
    const time = this.instance.clock.now();
    const eventSource = 'sso.amazonaws.com';
    this.onEvent(apiCallEvent({ eventSource, source: 'aws.sso', call, output, time, sequence: this.events }));
  }
}

function isThrottling(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ThrottlingException';
}
