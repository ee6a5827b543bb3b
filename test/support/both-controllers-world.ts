import type { SSOAdminClient } from '@aws-sdk/client-sso-admin';
import { PacedSsoAdmin } from '../../lambda/aws/paced-sso-admin';
import { SsoPermissionSetService } from '../../lambda/aws/sso-permission-set-service';
import type { PermissionSetArn, PermissionSetName, RequestId } from '../../lambda/domain/ids';
import type { PermissionSet } from '../../lambda/domain/permission-set';
import { type Definition, PARTS } from '../../lambda/domain/permission-set-definition';
import type { Protection } from '../../lambda/domain/protection';
import { readPermissionSet, submitPermissionSet } from '../../lambda/intake/submit-permission-set';
import { endLead } from '../../lambda/leadership/step-down';
import { convergePermissionSets } from '../../lambda/permission-sets/converge-permission-sets';
import { PermissionSetNames } from '../../lambda/permission-sets/permission-set-names';
import type { IdentityCenterReader } from '../../lambda/ports/identity-center-reader';
import type { Principal } from '../../local/cloud/service';
import { ControllerWorld } from './controller-world';
import { inProcessClient } from './in-process-client';
import { silentLog } from './silent-log';

const INSTANCE = { instanceArn: 'arn:aws:sso:::instance/ssoins-1111222233334444', identityStoreId: 'd-1234567890' };
const ADMINISTRATION = '222222222222';
const ADMINISTRATOR: Principal = {
  kind: 'accountKey',
  accountId: ADMINISTRATION,
  arn: `arn:aws:iam::${ADMINISTRATION}:root`,
};
const FUNCTION_TIMEOUT_MS = 75_000;
const MOST_STEPS = 2_000;

/** The controllers of links and of permission sets over one store and one Identity Center, in virtual time. */
export class BothControllersWorld extends ControllerWorld {
  protection: Protection = { namePrefixes: ['AWS'], tags: [] };
  /** Calls to Identity Center so far, by the permission sets' side. */
  readonly called: string[] = [];

  readonly permissionSetService: SsoPermissionSetService = new SsoPermissionSetService(
    new PacedSsoAdmin(
      this.client(),
      async () => INSTANCE,
      async () => undefined,
    ),
  );

  constructor(seed = 1) {
    super(seed);
    const found: Partial<IdentityCenterReader> = {
      listPermissionSets: () => this.permissionSetService.listPermissionSets(),
      permissionSetName: (arn) => this.permissionSetService.permissionSetName(arn),
      assignmentsOf: async () => new Map(),
    };
    Object.assign(this.reader, found);
  }

  /** What intake does; without a document the permission set is deleted. */
  async submitPermissionSet(name: string, document?: PermissionSet): Promise<void> {
    const permissionSetName = name as PermissionSetName;
    const { document: read } = await readPermissionSet(this.store, permissionSetName);
    const submission = {
      action: document ? 'update' : 'delete',
      ...(document ? { document } : {}),
      requestId: this.uniqueId() as RequestId,
      submittedBy: 'a test',
      source: 'api',
      now: this.clock.now(),
    } as const;
    const world = { store: this.store, newId: this.uniqueId };
    if (!(await submitPermissionSet(world, permissionSetName, read, submission))) throw new Error('It was not stored.');
  }

  arnOf(name: string): PermissionSetArn | undefined {
    return this.identityCenter.instance.permissionSets.named(name)?.arn as PermissionSetArn | undefined;
  }

  /** The permission set as Identity Center has it; nothing when there is none. */
  async live(name: string): Promise<Definition | undefined> {
    const arn = this.arnOf(name);
    return arn && (await this.permissionSetService.read(arn, PARTS));
  }

  /** Runs both controllers in virtual time until nothing is due. */
  async settle(): Promise<void> {
    await this.clock.runUntil(this.converge());
    await this.clock.runUntil(this.reconcile());
  }

  /** The state machine of permission sets. */
  async converge(): Promise<void> {
    const controller = 'converge-permission-sets';
    const execution = this.uniqueId();
    for (let steps = 0; steps < MOST_STEPS; steps += 1) {
      const result = await convergePermissionSets({
        store: this.store,
        clock: this.clock,
        controller,
        execution,
        deadline: this.clock.now() + FUNCTION_TIMEOUT_MS,
        service: this.permissionSetService,
        names: new PermissionSetNames(this.permissionSetService, this.store),
        protection: this.protection,
        concurrentProvisionings: 3,
        bell: { ring: async () => undefined },
        uniqueId: this.uniqueId,
        random: this.random,
        log: silentLog,
      });
      if (result.state === 'wait') await this.clock.sleep(result.waitSeconds * 1_000);
      if (result.state === 'idle') break;
    }
    await endLead({ store: this.store, bell: { ring: async () => undefined } }, { controller, execution });
  }

  private client(): SSOAdminClient {
    const before = (operation: string) => void this.called.push(operation);
    const service = { service: this.identityCenter, principal: ADMINISTRATOR, region: 'eu-west-1', before };
    return inProcessClient(service) as unknown as SSOAdminClient;
  }
}
