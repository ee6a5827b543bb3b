import type { Clock, Random } from '../../clock';
import { type Call, notImplemented, type SimulatedService } from '../../cloud/service';
import { CallMeter, type OperationCount } from '../call-meter';
import type { Operations } from '../operation';
import { TokenBucket } from '../token-bucket';
import { apiCallEvent, type WorldEventListener } from '../world-event';
import { Directory, type ExternalId } from './directory';
import { accessDenied, notFound, rateExceeded, storeOperation } from './faults';
import { membershipOperations } from './membership-operations';
import { bareId, groupOperations, type StoreContext, userOperations } from './resource-operations';
import * as shapes from './shapes';

export interface IdentityStoreOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly identityStoreId: string;
  readonly region: string;
  readonly managementAccountId: string;
  readonly delegatedAdministratorAccountId?: string;
  /** AWS: 20 transactions per second for each operation. The burst is an assumption. */
  readonly requestsPerSecond?: number;
  readonly requestBurst?: number;
  readonly onEvent?: WorldEventListener;
}

interface UserSeed {
  readonly id: string;
  readonly userName: string;
  readonly displayName: string;
  readonly givenName: string;
  readonly familyName: string;
  readonly email?: string;
  readonly externalId?: ExternalId;
}

interface GroupSeed {
  readonly id: string;
  readonly displayName: string;
  readonly description?: string;
  readonly externalId?: ExternalId;
}

/** Who is recorded as creator of what the organization file brings. */
const SEEDED_BY = 'organization file';

/** AWS Identity Store: the directory of one Identity Center instance. */
export class IdentityStore implements SimulatedService {
  readonly signingName = 'identitystore';
  readonly directory: Directory;
  private readonly operations: Operations;
  private readonly meter = new CallMeter();
  private readonly buckets = new Map<string, TokenBucket>();
  private events = 0;

  constructor(private readonly options: IdentityStoreOptions) {
    this.directory = new Directory(options.clock, options.random);
    const context: StoreContext = {
      directory: this.directory,
      identityStoreId: options.identityStoreId,
      requireStore: (id) => {
        if (bareId(id) !== options.identityStoreId) throw notFound('IDENTITY_STORE', id);
      },
    };
    this.operations = {
      ...groupOperations(context),
      ...userOperations(context),
      ...membershipOperations(context),
      ...this.storeOperations(context),
    };
  }

  async handle(call: Call): Promise<unknown> {
    const operation = Object.hasOwn(this.operations, call.operation) ? this.operations[call.operation] : undefined;
    if (!operation) throw notImplemented(this.signingName, call.operation);
    this.meter.called(call.operation);
    this.takeToken(call);
    // AWS: the store is regional; in another Region its id is unknown. Members may read it, not write.
    if (call.region !== this.options.region) throw notFound('IDENTITY_STORE');
    if (operation.effect === 'write' && !this.isAdministrator(call.principal.accountId)) throw accessDenied();
    const output = operation.run(call);
    if (operation.effect === 'write') this.emit(call, output);
    return output;
  }

  metrics(): { readonly operations: Record<string, OperationCount> } {
    return { operations: this.meter.byOperation() };
  }

  hasPrincipal(type: 'USER' | 'GROUP', id: string): boolean {
    return (type === 'USER' ? this.directory.users : this.directory.groups).all.has(id);
  }

  groupsOf(userId: string): readonly string[] {
    return [...this.directory.membershipsOfUser(userId).values()].map(({ groupId }) => groupId);
  }

  /** Id of a user (by user name) or group (by display name), compared exactly. */
  idOf(type: 'USER' | 'GROUP', name: string): string | undefined {
    return (type === 'USER' ? this.directory.users : this.directory.groups).named(name)?.id;
  }

  /** Puts a user there without an API call. */
  seedUser({ id, userName, displayName, givenName, familyName, email, externalId }: UserSeed): void {
    const attributes = {
      UserName: userName,
      DisplayName: displayName,
      Name: { GivenName: givenName, FamilyName: familyName },
      ...(email === undefined ? {} : { Emails: [{ Value: email, Type: 'work', Primary: true }] }),
    };
    const externalIds = externalId ? [externalId] : [];
    this.directory.create(this.directory.users, { id, attributes, externalIds, by: SEEDED_BY });
  }

  /** Puts a group there without an API call. */
  seedGroup({ id, displayName, description, externalId }: GroupSeed): void {
    const attributes = { DisplayName: displayName, ...(description === undefined ? {} : { Description: description }) };
    const externalIds = externalId ? [externalId] : [];
    this.directory.create(this.directory.groups, { id, attributes, externalIds, by: SEEDED_BY });
  }

  seedMembership(groupId: string, userId: string, id: string): void {
    this.directory.addMembership(groupId, userId, SEEDED_BY, id);
  }

  private storeOperations({ identityStoreId, requireStore }: StoreContext): Operations {
    const IdentityStoreArn = `arn:aws:identitystore::${this.options.managementAccountId}:identitystore/${identityStoreId}`;
    const identity = { IdentityStoreId: identityStoreId, IdentityStoreArn };
    return {
      DescribeIdentityStore: storeOperation('read', shapes.store, (input) => {
        requireStore(input.IdentityStoreId);
        return identity;
      }),
      ListIdentityStores: storeOperation('read', shapes.onlyPaging, () => ({ IdentityStores: [identity] })),
    };
  }

  private takeToken(call: Call): void {
    if (call.principal.kind !== 'role') return;
    const bucket = this.buckets.get(call.operation) ?? this.newBucket();
    this.buckets.set(call.operation, bucket);
    if (bucket.take()) return;
    this.meter.throttled(call.operation);
    throw rateExceeded();
  }

  private newBucket(): TokenBucket {
    const { clock, requestsPerSecond: ratePerSecond = 20, requestBurst: burst = 20 } = this.options;
    return new TokenBucket(clock, { ratePerSecond, burst });
  }

  private isAdministrator(accountId: string): boolean {
    const { managementAccountId, delegatedAdministratorAccountId } = this.options;
    return accountId === managementAccountId || accountId === delegatedAdministratorAccountId;
  }

  private emit(call: Call, output: unknown): void {
    if (!this.options.onEvent) return;
    this.events += 1;
    const time = this.options.clock.now();
    const eventSource = 'identitystore.amazonaws.com';
    const source = 'aws.identitystore';
    this.options.onEvent(apiCallEvent({ eventSource, source, call, output, time, sequence: this.events }));
  }
}
