import type { SSOAdminClient } from '@aws-sdk/client-sso-admin';
import { applyAssignments } from '../../lambda/assignments/apply-assignments';
import { applyLimits } from '../../lambda/assignments/apply-limits';
import { SsoAssignmentService } from '../../lambda/aws/sso-assignment-service';
import type { AccountId, PermissionSetArn, PermissionSetName, PrincipalId } from '../../lambda/domain/ids';
import { principalKey } from '../../lambda/domain/ids';
import { type LedgerRow, rowKey } from '../../lambda/domain/ledger-row';
import { insertRow, type NewRow, reviseRow } from '../../lambda/domain/planner-writes';
import type { Write } from '../../lambda/domain/write';
import { endLead } from '../../lambda/leadership/step-down';
import type { Notification } from '../../lambda/ports/notifier';
import type { PolicyReader } from '../../lambda/ports/policy-reader';
import { type Random, seededRandom, VirtualClock } from '../../local/clock';
import type { Principal } from '../../local/cloud/service';
import { AccountPolicies } from '../../local/world/account-policies';
import { IdentityCenter } from '../../local/world/identity-center/identity-center';
import type { IdentityCenterBehaviour } from '../../local/world/identity-center/settings';
import { InMemoryStore } from './in-memory-store';
import { inProcessClient } from './in-process-client';
import { silentLog } from './silent-log';
import { silentMetrics } from './silent-metrics';
import { toldIn } from './told-in';

const INSTANCE_ARN = 'arn:aws:sso:::instance/ssoins-1111222233334444';
const REGION = 'eu-west-1';
const ADMINISTRATION = '222222222222';
const WRITER: Principal = {
  kind: 'role',
  accountId: ADMINISTRATION,
  arn: `arn:aws:sts::${ADMINISTRATION}:assumed-role/assignment-writer/apply-assignments`,
  roleArn: `arn:aws:iam::${ADMINISTRATION}:role/assignment-writer`,
};

/** The function's configured life; the model of an invocation's deadline. */
const FUNCTION_TIMEOUT_MS = 75_000;

/** Identity Center in virtual time, a ledger in memory, and the worker as it is, started by hand. */
export class AssignmentWorld {
  readonly clock = new VirtualClock();
  readonly store = new InMemoryStore();
  /** Names of what the worker counted, in order. */
  readonly outcomes: string[] = [];
  readonly accountPolicies = new AccountPolicies();
  policies: PolicyReader | undefined;
  readonly identityCenter: IdentityCenter;
  readonly random: Random;
  /** Called before every call to Identity Center; a test throws here what a broken network would. */
  beforeCall: (operation: string) => void | Promise<void> = () => undefined;
  private ids = 0;

  constructor(seed = 1, behaviour: Partial<IdentityCenterBehaviour> = {}) {
    this.random = seededRandom(seed);
    this.identityCenter = new IdentityCenter({
      clock: this.clock,
      random: this.random,
      behaviour,
      settings: {
        instanceArn: INSTANCE_ARN,
        identityStoreId: 'd-1234567890',
        region: REGION,
        managementAccountId: '111111111111',
        delegatedAdministratorAccountId: ADMINISTRATION,
        createdAt: new Date(0),
      },
      neighbours: {
        directory: { hasPrincipal: () => true, groupsOf: () => [] },
        organization: { accountState: () => ({ state: 'ACTIVE', joinedAtMs: 0 }) },
        policies: this.accountPolicies,
      },
    });
  }

  /** What people are to be told. */
  get notifications(): Notification[] {
    return toldIn(this.store);
  }

  readonly service = (): SsoAssignmentService => {
    const client = inProcessClient({
      service: this.identityCenter,
      principal: WRITER,
      region: REGION,
      before: (operation) => this.beforeCall(operation),
    }) as unknown as SSOAdminClient;
    return new SsoAssignmentService(client, async () => ({
      instanceArn: INSTANCE_ARN,
      identityStoreId: 'd-1234567890',
    }));
  };

  /** From now on accounts need this policy, path and name, for the permission set. */
  async requirePolicy(PermissionSetArn: PermissionSetArn, path: string, name: string): Promise<void> {
    const CustomerManagedPolicyReference = { Name: name, Path: path };
    await this.asAdministrator('AttachCustomerManagedPolicyReferenceToPermissionSet', {
      InstanceArn: INSTANCE_ARN,
      PermissionSetArn,
      CustomerManagedPolicyReference,
    });
  }

  async createPermissionSet(name: string): Promise<PermissionSetArn> {
    const { PermissionSet } = (await this.asAdministrator('CreatePermissionSet', {
      InstanceArn: INSTANCE_ARN,
      Name: name,
    })) as {
      PermissionSet: { PermissionSetArn: PermissionSetArn };
    };
    return PermissionSet.PermissionSetArn;
  }

  /** A row as the planner would add it. */
  newRow(permissionSetArn: PermissionSetArn, accountId: string, rank = 0, principal = 1): NewRow {
    const principalId = `00000000-0000-4000-8000-${String(principal).padStart(12, '0')}` as PrincipalId;
    return {
      accountId: accountId as AccountId,
      permissionSetArn,
      permissionSetName: 'Billing-ps' as PermissionSetName,
      principalType: 'GROUP',
      principalId,
      principalName: `group ${principal}`,
      principalKey: principalKey('GROUP', `group ${principal}`),
      desired: true,
      rank,
      claims: [],
      reason: 'claimed by a test',
      born: `born-${accountId}`,
    };
  }

  /** What the planner commits, without its fence. */
  async plan(...writes: Write[][]): Promise<void> {
    for (const transaction of writes) await this.store.transact(transaction);
  }

  async want(row: NewRow, desired: boolean): Promise<void> {
    const known = (await this.store.get(rowKey(row))) as unknown as LedgerRow | undefined;
    if (!known) await this.plan(desired ? insertRow(row) : []);
    else if (known.desired !== desired)
      await this.plan(reviseRow(known, { desired, claims: [], reason: 'a test changed its mind' }));
  }

  /** Removes an assignment past the solution. */
  async removeByHand(PermissionSetArn: PermissionSetArn, accountId: string, principal: PrincipalId): Promise<void> {
    await this.asAdministrator('DeleteAccountAssignment', {
      InstanceArn: INSTANCE_ARN,
      TargetId: accountId,
      TargetType: 'AWS_ACCOUNT',
      PermissionSetArn,
      PrincipalType: 'GROUP',
      PrincipalId: principal,
    });
    await this.clock.runUntil(this.clock.sleep(60_000));
  }

  async row(row: NewRow): Promise<LedgerRow | undefined> {
    return (await this.store.get(rowKey(row))) as unknown as LedgerRow | undefined;
  }

  async isAssigned(row: NewRow): Promise<boolean> {
    const { AccountAssignments } = (await this.asAdministrator('ListAccountAssignments', {
      InstanceArn: INSTANCE_ARN,
      AccountId: row.accountId,
      PermissionSetArn: row.permissionSetArn,
    })) as { AccountAssignments: { PrincipalId: string }[] };
    return AccountAssignments.some(({ PrincipalId }) => PrincipalId === row.principalId);
  }

  /** One step of the worker, as the state machine calls it. */
  step(execution: string) {
    return applyAssignments({
      store: this.store,
      clock: this.clock,
      controller: 'apply-assignments',
      execution,
      deadline: this.clock.now() + FUNCTION_TIMEOUT_MS,
      service: this.service(),
      ...(this.policies ? { policies: this.policies } : {}),
      uniqueId: () => `id-${this.ids++}`,
      random: this.random,
      limits: applyLimits(15, 20),
      log: silentLog,
      metrics: { ...silentMetrics, count: (name) => void this.outcomes.push(name) },
    });
  }

  /** The state machine: steps until nothing is due; a step that dies is retried by the same execution. */
  async run(execution: string): Promise<void> {
    for (let passes = 0; passes < 500; passes += 1) {
      const result = await this.retried(() => this.step(execution));
      if (result.state === 'overtaken') return;
      if (result.state === 'wait') await this.clock.sleep(result.waitSeconds * 1_000);
      if (result.state === 'idle') break;
    }
    const rung: string[] = [];
    const bell = { ring: async () => void rung.push(execution) };
    await this.retried(() => endLead({ store: this.store, bell }, { controller: 'apply-assignments', execution }));
    if (rung.length > 0) await this.run(`${execution}+`);
  }

  private async retried<T>(step: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await step();
      } catch (fault) {
        if (!(fault instanceof Stopped)) throw fault;
        await this.clock.sleep(1_000);
      }
    }
  }

  private asAdministrator(operation: string, input: unknown): Promise<unknown> {
    const principal: Principal = {
      kind: 'accountKey',
      accountId: ADMINISTRATION,
      arn: `arn:aws:iam::${ADMINISTRATION}:root`,
    };
    return this.identityCenter.handle({ operation, input, principal, region: REGION });
  }
}

/** A function that was killed: nothing after this point of it happens. */
export class Stopped extends Error {
  override readonly name = 'Stopped';
}
