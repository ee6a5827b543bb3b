import { type Call, notImplemented, type SimulatedService } from '../../cloud/service';
import { CallMeter, type OperationCount } from '../call-meter';
import type { Operations } from '../operation';
import { apiCallEvent } from '../world-event';
import { accountOperations } from './account-operations';
import { accessDenied, notInUse, tooManyRequests } from './faults';
import { invitationOperations, OPEN_TO_INVITED } from './invitation-operations';
import { ORGANIZATIONS_REGION, Organization, type OrganizationOptions } from './organization';
import { delegationReads, treeReads } from './read-operations';
import { tagOperations } from './tag-operations';
import { Throttles } from './throttles';
import type { AccountState } from './tree';
import { unitOperations } from './unit-operations';

/** AWS: what a member account may ask besides the administrators. */
const OPEN_TO_MEMBERS = ['DescribeOrganization'];

/**
 * AWS Organizations. One endpoint serves the whole partition, so the Region that a call was signed for is not looked at:
 * SDKs sign for the client's own Region when their endpoint is set by hand.
 */
export class Organizations implements SimulatedService {
  readonly signingName = 'organizations';
  readonly organization: Organization;
  private readonly operations: Operations;
  private readonly throttles: Throttles;
  private readonly meter = new CallMeter();
  private events = 0;

  constructor(options: OrganizationOptions) {
    this.organization = new Organization(options);
    this.throttles = new Throttles(options.clock);
    this.operations = {
      ...treeReads(this.organization),
      ...delegationReads(this.organization),
      ...tagOperations(this.organization),
      ...accountOperations(this.organization),
      ...unitOperations(this.organization),
      ...invitationOperations(this.organization),
    };
  }

  get latencyFactor(): number {
    return this.organization.latencyFactor;
  }

  set latencyFactor(factor: number) {
    this.organization.latencyFactor = factor;
  }

  async handle(call: Call): Promise<unknown> {
    const operation = Object.hasOwn(this.operations, call.operation) ? this.operations[call.operation] : undefined;
    if (!operation) throw notImplemented(this.signingName, call.operation);
    this.meter.called(call.operation);
    this.takeToken(call);
    this.requireRight(call, operation.effect);
    const output = operation.run(call);
    if (operation.effect === 'write') this.emitCall(call, output);
    return output;
  }

  metrics(): { readonly operations: Record<string, OperationCount> } {
    return { operations: this.meter.byOperation() };
  }

  /** Account creations and closures that have not ended. */
  inFlight(): number {
    return this.organization.inFlight();
  }

  /** Undefined for an account that is not a member. */
  accountState(accountId: string): { readonly state: AccountState; readonly joinedAtMs: number } | undefined {
    const account = this.organization.tree.accounts.get(accountId);
    return account && { state: account.state, joinedAtMs: account.joinedAt.getTime() };
  }

  /** Sets what only AWS can set. Throws when the account is not a member. */
  setAccountState(accountId: string, state: AccountState): void {
    const account = this.organization.tree.accounts.get(accountId);
    if (!account) throw new Error(`Account ${accountId} is not in the organization.`);
    account.state = state;
  }

  private takeToken(call: Call): void {
    if (call.principal.kind !== 'role' || this.throttles.take(call.operation, call.principal.accountId)) return;
    this.meter.throttled(call.operation);
    throw tooManyRequests();
  }

  /**
   * AWS: the management account may do everything; the delegated administrator of any service may read; members may
   * look at the organization itself. Delegation policies are not simulated.
   */
  private requireRight({ operation, principal }: Call, effect: 'read' | 'write'): void {
    const { tree, managementAccountId } = this.organization;
    if (principal.accountId === managementAccountId || OPEN_TO_INVITED.includes(operation)) return;
    if (!tree.accounts.has(principal.accountId)) throw notInUse();
    if (OPEN_TO_MEMBERS.includes(operation)) return;
    if (effect === 'write' || !this.organization.isDelegatedAdministrator(principal.accountId)) throw accessDenied();
  }

  private emitCall(call: Call, output: unknown): void {
    this.events += 1;
    const { source, detailType, resources, detail } = apiCallEvent({
      eventSource: 'organizations.amazonaws.com',
      source: 'aws.organizations',
      call: { ...call, region: ORGANIZATIONS_REGION },
      output,
      time: this.organization.clock.now(),
      sequence: this.events,
    });
    this.organization.emit({ source, detailType, resources, detail });
  }
}
