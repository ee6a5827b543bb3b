import type { SSOAdminClient } from '@aws-sdk/client-sso-admin';
import { PacedSsoAdmin } from '../../lambda/aws/paced-sso-admin';
import { SsoIdentityCenterReader } from '../../lambda/aws/sso-identity-center-reader';
import { SsoPermissionSetReader } from '../../lambda/aws/sso-permission-set-reader';
import type { AccountId, PermissionSetArn, PermissionSetName, PrincipalId } from '../../lambda/domain/ids';
import type { ImportEntry, ImportReport } from '../../lambda/domain/import-report';
import type { PermissionSet } from '../../lambda/domain/permission-set';
import { createdDefinition, definitionOf, differences } from '../../lambda/domain/permission-set-definition';
import { permissionSetDocumentOf, permissionSetKey } from '../../lambda/domain/permission-set-document';
import { MARKS, markWrite, type Slice } from '../../lambda/domain/slice';
import type { ImportContext } from '../../lambda/import/import-context';
import { type ImportInput, type ImportResult, importCurrent } from '../../lambda/import/import-current';
import { lookAgain } from '../../lambda/permission-sets/look-again';
import type { Principal } from '../../local/cloud/service';
import { Stopped } from './assignment-world';
import { BothControllersWorld } from './both-controllers-world';
import { InMemoryDocuments } from './in-memory-documents';
import { inProcessClient } from './in-process-client';
import { account } from './links';
import { silentLog } from './silent-log';

const INSTANCE = { instanceArn: 'arn:aws:sso:::instance/ssoins-1111222233334444', identityStoreId: 'd-1234567890' };
export const MANAGEMENT = '111111111111';
const ADMINISTRATION = '222222222222';
const FUNCTION_TIMEOUT_MS = 900_000;
/** The readers' share of 20 requests per second. */
const CALL_MS = 1000 / 3;
const MOST_STEPS = 1_000;

/** An Identity Center with a past, and the import, the planner and the controllers over one store, in virtual time. */
export class ImportWorld extends BothControllersWorld {
  readonly importDocuments = {
    lists: new InMemoryDocuments<readonly string[]>(),
    parts: new InMemoryDocuments<readonly ImportEntry[]>(),
    reports: new InMemoryDocuments<ImportReport>(),
  };
  /** Called before each call that the import makes to Identity Center. */
  beforeRead: (operation: string) => void | Promise<void> = () => undefined;
  /** Virtual times of these calls, and the calls by name. */
  readonly readAt: number[] = [];
  readonly reads = new Map<string, number>();
  readonly namesAsked: string[] = [];
  steps = 0;
  private readonly readers = this.createReaders();

  constructor(seed = 1) {
    super(seed);
    Object.assign(this.reader, {
      assignmentsOf: (type: 'GROUP', id: PrincipalId) => this.readers.management.assignmentsOf(type, id),
    });
  }

  /** A permission set that somebody made by hand; without a description if its document says none. */
  async make(document: PermissionSet): Promise<PermissionSetArn> {
    const definition = definitionOf(document, true);
    const name = document.permissionSetName as PermissionSetName;
    const arn = await this.permissionSetService.create(name, definition);
    for (const difference of differences(definition, createdDefinition(definition)))
      await this.permissionSetService.write(arn, difference);
    return arn;
  }

  /** Assignments that somebody made by hand, long ago. */
  assign(name: string, principalId: PrincipalId, ...accountIds: readonly string[]): void {
    const PermissionSetArn = this.arnOf(name);
    if (!PermissionSetArn) throw new Error(`There is no permission set ${name}.`);
    const toGroup = { PermissionSetArn, PrincipalType: 'GROUP', PrincipalId: principalId } as const;
    this.identityCenter.preassign(accountIds.map((AccountId) => ({ AccountId, ...toGroup })));
  }

  useAccounts(...ids: readonly string[]): void {
    this.accounts = ids.map((id) => account(id));
  }

  context(more: Partial<ImportContext> = {}): ImportContext {
    return {
      store: this.store,
      clock: this.clock,
      controller: 'full-pass',
      execution: 'an import',
      deadline: this.clock.now() + FUNCTION_TIMEOUT_MS,
      ...this.readers,
      directory: {
        principalName: async (type, id) => {
          this.namesAsked.push(id);
          return this.reader.principalName(type, id);
        },
      },
      managementAccountId: MANAGEMENT as AccountId,
      protection: this.protection,
      nameInDirectory: (name) => name,
      importDocuments: this.importDocuments,
      newId: this.uniqueId,
      log: silentLog,
      ...more,
    };
  }

  /** The state machine; what happens at the same time in virtual time goes on. */
  async runImport(input: unknown = {}, more: Partial<ImportContext> = {}): Promise<ImportResult> {
    const startedAt = new Date(this.clock.now()).toISOString();
    const work: ImportInput = { action: 'work', input, startedAt };
    for (let steps = 0; steps < MOST_STEPS; steps += 1) {
      const result = await importCurrent(this.context(more), work);
      this.steps += 1;
      if (result.state === 'busy') await this.clock.sleep(60_000);
      if (result.state !== 'finished') continue;
      await importCurrent(this.context(more), { action: 'end' });
      return result;
    }
    throw new Error('The import does not come to an end.');
  }

  import(input: unknown = {}): Promise<ImportResult> {
    return this.clock.runUntil(this.runImport(input));
  }

  report(): Promise<ImportReport> {
    return this.importDocuments.reports.load('imports/latest.json');
  }

  /** Every entry of the last report's parts. */
  async entries(): Promise<ImportEntry[]> {
    const { parts } = await this.report();
    return (await Promise.all(parts.map((part) => this.importDocuments.parts.load(part)))).flat();
  }

  /** What a full pass does: everything is looked at again, and both controllers follow. */
  async lookAtEverything(): Promise<void> {
    const everything: Slice = { kind: 'everything' };
    const now = new Date(this.clock.now()).toISOString();
    await this.store.transact([markWrite(everything, this.uniqueId(), now)]);
    const bell = { ring: async () => undefined };
    await lookAgain({ store: this.store, clock: this.clock, bell, newId: this.uniqueId, log: silentLog }, 'all');
    await this.settle();
  }

  isAnythingMarked(): boolean {
    return this.store.count('control', MARKS) > 0;
  }

  /** Calls so far that change something in Identity Center, by whomever. */
  writeCalls(): number {
    const isWrite = /^(Create|Update|Put|Delete|Attach|Detach|Tag|Untag|Provision)/;
    const { operations } = this.identityCenter.metrics();
    return Object.entries(operations).reduce((sum, [name, { calls }]) => sum + (isWrite.test(name) ? calls : 0), 0);
  }

  /** Calls of one operation so far, by whomever. */
  callsOf(operation: string): number {
    return this.identityCenter.metrics().operations[operation]?.calls ?? 0;
  }

  /** Somebody changes how long sessions of a permission set last, as ISO 8601. */
  async changeByHand(name: string, SessionDuration: string): Promise<void> {
    await this.byHand('UpdatePermissionSet', name, { SessionDuration });
  }

  async putInlinePolicyByHand(name: string, InlinePolicy: string): Promise<void> {
    await this.byHand('PutInlinePolicyToPermissionSet', name, { InlinePolicy });
  }

  private async byHand(operation: string, name: string, more: object): Promise<void> {
    const input = { InstanceArn: INSTANCE.instanceArn, PermissionSetArn: this.arnOf(name), ...more };
    const principal: Principal = {
      kind: 'accountKey',
      accountId: ADMINISTRATION,
      arn: `arn:aws:iam::${ADMINISTRATION}:root`,
    };
    await this.identityCenter.handle({ operation, input, principal, region: 'eu-west-1' });
  }

  async generationOf(name: string): Promise<number | undefined> {
    const item = await this.store.get(permissionSetKey(name as PermissionSetName));
    return permissionSetDocumentOf(item)?.generation;
  }

  /** `permission set account principal`, of all assignments that there are. */
  async assignments(): Promise<string[]> {
    const { management } = this.readers;
    const found: string[] = [];
    for (const arn of await management.listPermissionSets())
      for (const accountId of await management.accountsWith(arn))
        for (const { principalId } of await management.assignedIn(arn, accountId))
          found.push(`${await this.permissionSetService.permissionSetName(arn)} ${accountId} ${principalId}`);
    return found.sort();
  }

  private createReaders() {
    const before = async (operation: string) => {
      this.readAt.push(this.clock.now());
      this.reads.set(operation, (this.reads.get(operation) ?? 0) + 1);
      await this.beforeRead(operation);
    };
    const paced = this.ssoAdminOf(ADMINISTRATION, 'role', () => this.clock.sleep(CALL_MS), before);
    const free = this.ssoAdminOf(MANAGEMENT, 'accountKey', async () => undefined);
    return {
      instance: this.readerOf(paced),
      permissionSets: new SsoPermissionSetReader(paced),
      management: this.readerOf(free),
    };
  }

  private readerOf(ssoAdmin: PacedSsoAdmin): SsoIdentityCenterReader {
    const nobody = undefined as never;
    return new SsoIdentityCenterReader({
      ssoAdmin,
      ssoAdminInManagementAccount: ssoAdmin,
      identityStore: nobody,
      instance: async () => INSTANCE,
      paceIdentityStore: async () => undefined,
    });
  }

  private ssoAdminOf(
    accountId: string,
    kind: 'role' | 'accountKey',
    pace: () => Promise<void>,
    before?: (operation: string) => Promise<void>,
  ): PacedSsoAdmin {
    const arn = `arn:aws:sts::${accountId}:assumed-role/reader/import`;
    const principal: Principal =
      kind === 'role'
        ? { kind, accountId, arn, roleArn: `arn:aws:iam::${accountId}:role/reader` }
        : { kind, accountId, arn: `arn:aws:iam::${accountId}:root` };
    const around = before ? { before } : {};
    const client = inProcessClient({ service: this.identityCenter, principal, region: 'eu-west-1', ...around });
    return new PacedSsoAdmin(client as unknown as SSOAdminClient, async () => INSTANCE, pace);
  }
}

/** From now on the function is dead before its transaction of this number: nothing of it is written any more. */
export function killBefore(world: ImportWorld, transaction: number): void {
  let transactions = 0;
  world.store.beforeTransact = () => {
    transactions += 1;
    if (transactions >= transaction) throw new Stopped(`killed before transaction ${transaction}`);
  };
}

export function revive(world: ImportWorld): void {
  world.store.beforeTransact = () => undefined;
}
