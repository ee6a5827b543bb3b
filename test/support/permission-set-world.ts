import { DeleteAccountAssignmentCommand, type SSOAdminClient } from '@aws-sdk/client-sso-admin';
import { PacedSsoAdmin } from '../../lambda/aws/paced-sso-admin';
import { SsoPermissionSetService } from '../../lambda/aws/sso-permission-set-service';
import { type Convergence, convergenceKey, convergenceOf } from '../../lambda/domain/convergence';
import type { AccountId, PermissionSetArn, PermissionSetName, RequestId } from '../../lambda/domain/ids';
import type { Controller } from '../../lambda/domain/lease';
import type { PermissionSet } from '../../lambda/domain/permission-set';
import type { Definition } from '../../lambda/domain/permission-set-definition';
import { PARTS } from '../../lambda/domain/permission-set-definition';
import { permissionSetDocumentOf, permissionSetKey } from '../../lambda/domain/permission-set-document';
import { type PermissionSetStatus, permissionSetStatus } from '../../lambda/domain/permission-set-status';
import type { Protection } from '../../lambda/domain/protection';
import { readPermissionSet, submitPermissionSet } from '../../lambda/intake/submit-permission-set';
import { endLead } from '../../lambda/leadership/step-down';
import { convergePermissionSets } from '../../lambda/permission-sets/converge-permission-sets';
import { PermissionSetNames } from '../../lambda/permission-sets/permission-set-names';
import type { Notification } from '../../lambda/ports/notifier';
import type { PolicyReader } from '../../lambda/ports/policy-reader';
import { type Random, seededRandom, VirtualClock } from '../../local/clock';
import type { Principal } from '../../local/cloud/service';
import { AccountPolicies } from '../../local/world/account-policies';
import { IdentityCenter } from '../../local/world/identity-center/identity-center';
import type { IdentityCenterBehaviour } from '../../local/world/identity-center/settings';
import { Stopped } from './assignment-world';
import { InMemoryStore } from './in-memory-store';
import { inProcessClient } from './in-process-client';
import { silentLog } from './silent-log';
import { toldIn } from './told-in';

const INSTANCE_ARN = 'arn:aws:sso:::instance/ssoins-1111222233334444';
const REGION = 'eu-west-1';
const ADMINISTRATION = '222222222222';
const FUNCTION_TIMEOUT_MS = 75_000;
const MOST_STEPS = 2_000;

const WRITER: Principal = {
  kind: 'role',
  accountId: ADMINISTRATION,
  arn: `arn:aws:sts::${ADMINISTRATION}:assumed-role/permission-set-writer/converge-permission-sets`,
  roleArn: `arn:aws:iam::${ADMINISTRATION}:role/permission-set-writer`,
};

const ADMINISTRATOR: Principal = {
  kind: 'accountKey',
  accountId: ADMINISTRATION,
  arn: `arn:aws:iam::${ADMINISTRATION}:root`,
};

const SOME_GROUP = { PrincipalType: 'GROUP', PrincipalId: '00000000-0000-4000-8000-000000000001' } as const;

/** What happens before and after a call. */
type Around = Pick<Parameters<typeof inProcessClient>[0], 'before' | 'after'>;

/** Identity Center in virtual time, documents in memory, and the controller of permission sets as it is, started by hand. */
export class PermissionSetWorld {
  readonly clock = new VirtualClock();
  readonly store = new InMemoryStore();
  readonly accountPolicies = new AccountPolicies();
  readonly identityCenter: IdentityCenter;
  readonly random: Random;
  readonly rung: Controller[] = [];
  protection: Protection = { namePrefixes: ['AWS'], tags: [] };
  policies: PolicyReader | undefined;
  /** Called before and after every call to Identity Center; a test throws here what a broken network would. */
  beforeCall: (operation: string) => void | Promise<void> = () => undefined;
  afterCall: (operation: string) => void | Promise<void> = () => undefined;
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

  readonly uniqueId = (): string => `id-${this.ids++}`;

  /** What intake does; without a document the permission set is deleted. */
  async submit(document: PermissionSet): Promise<RequestId>;
  async submit(name: string): Promise<RequestId>;
  async submit(submitted: PermissionSet | string): Promise<RequestId> {
    const document = typeof submitted === 'string' ? undefined : submitted;
    const name = (typeof submitted === 'string' ? submitted : submitted.permissionSetName) as PermissionSetName;
    const requestId = this.uniqueId() as RequestId;
    const submission = {
      action: document ? 'update' : 'delete',
      ...(document ? { document } : {}),
      requestId,
      submittedBy: 'a test',
      source: 'api',
    } as const;
    for (;;) {
      const { document: read } = await readPermissionSet(this.store, name);
      const now = this.clock.now();
      if (await submitPermissionSet({ store: this.store, newId: this.uniqueId }, name, read, { ...submission, now })) {
        return requestId;
      }
    }
  }

  async convergence(name: string): Promise<Convergence> {
    const key = name as PermissionSetName;
    return convergenceOf(key, await this.store.get(convergenceKey(key)));
  }

  async status(name: string): Promise<PermissionSetStatus | undefined> {
    const document = permissionSetDocumentOf(await this.store.get(permissionSetKey(name as PermissionSetName)));
    return document && permissionSetStatus(document, await this.convergence(name));
  }

  /** The permission set as Identity Center has it; nothing when there is none. */
  async live(name: string): Promise<Definition | undefined> {
    const arn = this.arnOf(name);
    return arn && (await this.serviceAs('administrator').read(arn, PARTS));
  }

  arnOf(name: string): PermissionSetArn | undefined {
    return this.identityCenter.instance.permissionSets.named(name)?.arn as PermissionSetArn | undefined;
  }

  /** Assigns it to some group in accounts, as if that had been so for long. */
  assign(name: string, accountIds: readonly string[]): void {
    const PermissionSetArn = this.knownArn(name);
    this.identityCenter.preassign(accountIds.map((AccountId) => ({ AccountId, PermissionSetArn, ...SOME_GROUP })));
  }

  /** Begins to remove those assignments. AWS: the roles stay behind for a while. */
  async unassign(name: string, accountIds: readonly string[]): Promise<void> {
    const target = {
      InstanceArn: INSTANCE_ARN,
      PermissionSetArn: this.knownArn(name),
      TargetType: 'AWS_ACCOUNT',
    } as const;
    for (const TargetId of accountIds) {
      await this.clientOf(ADMINISTRATOR).send(
        new DeleteAccountAssignmentCommand({ ...target, TargetId, ...SOME_GROUP }),
      );
    }
  }

  private knownArn(name: string): PermissionSetArn {
    const arn = this.arnOf(name);
    if (!arn) throw new Error(`There is no permission set ${name}.`);
    return arn;
  }

  /** Accounts that have an earlier version than the latest. */
  staleAccounts(name: string): string[] {
    const record = this.identityCenter.instance.permissionSets.named(name);
    if (!record) return [];
    const roles = [...this.identityCenter.instance.provisionings.ofPermissionSet(record.arn).values()];
    return roles.filter(({ version }) => version !== record.version).map(({ accountId }) => accountId);
  }

  calls(operation: string): number {
    return this.identityCenter.metrics().operations[operation]?.calls ?? 0;
  }

  /** Calls that change permission sets so far. */
  writeCalls(): number {
    const { operations } = this.identityCenter.metrics();
    const isWrite = /^(Create|Update|Put|Delete|Attach|Detach|Tag|Untag|Provision)/;
    return Object.entries(operations).reduce((sum, [name, { calls }]) => sum + (isWrite.test(name) ? calls : 0), 0);
  }

  serviceAs(who: 'writer' | 'administrator'): SsoPermissionSetService {
    const client =
      who === 'administrator'
        ? this.clientOf(ADMINISTRATOR)
        : this.clientOf(WRITER, {
            before: (operation: string) => this.beforeCall(operation),
            after: (operation: string) => this.afterCall(operation),
          });
    const instance = async () => ({ instanceArn: INSTANCE_ARN, identityStoreId: 'd-1234567890' });
    // A pause of the writer is a place for others to come in between; the administrator looks from outside of time.
    const pace = () => (who === 'writer' ? this.clock.sleep(50) : Promise.resolve());
    return new SsoPermissionSetService(new PacedSsoAdmin(client, instance, pace));
  }

  private clientOf(principal: Principal, around: Around = {}): SSOAdminClient {
    const client = inProcessClient({ service: this.identityCenter, principal, region: REGION, ...around });
    return client as unknown as SSOAdminClient;
  }

  /** One step of the controller, as the state machine calls it. */
  step(execution: string) {
    const service = this.serviceAs('writer');
    return convergePermissionSets({
      store: this.store,
      clock: this.clock,
      controller: 'converge-permission-sets',
      execution,
      deadline: this.clock.now() + FUNCTION_TIMEOUT_MS,
      service,
      names: new PermissionSetNames(service, this.store),
      ...(this.policies ? { policies: this.policies } : {}),
      protection: this.protection,
      concurrentProvisionings: 3,
      bell: { ring: async (controller) => void this.rung.push(controller) },
      uniqueId: this.uniqueId,
      random: this.random,
      log: silentLog,
    });
  }

  /** The state machine: steps until nothing is due; a step that dies is retried by the same execution. */
  async run(execution = this.uniqueId()): Promise<void> {
    for (let steps = 0; steps < MOST_STEPS; steps += 1) {
      const result = await this.retried(() => this.step(execution));
      if (result.state === 'overtaken') return;
      if (result.state === 'wait') await this.clock.sleep(result.waitSeconds * 1_000);
      if (result.state === 'idle') break;
      if (steps === MOST_STEPS - 1) throw new Error('The controller does not come to an end.');
    }
    const rung: string[] = [];
    const bell = { ring: async () => void rung.push(execution) };
    const ending = { controller: 'converge-permission-sets', execution } as const;
    await this.retried(() => endLead({ store: this.store, bell }, ending));
    if (rung.length > 0) await this.run();
  }

  /** Runs the controller in virtual time until nothing is due. */
  settle(): Promise<void> {
    return this.clock.runUntil(this.run());
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
}

export const accountIds = (count: number): AccountId[] =>
  Array.from({ length: count }, (_, index) => String(300000000000 + index) as AccountId);
