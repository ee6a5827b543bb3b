import type {
  AccountId,
  PermissionSetArn,
  PermissionSetName,
  PrincipalId,
  PrincipalType,
  RequestId,
} from '../../lambda/domain/ids';
import type { LedgerRow } from '../../lambda/domain/ledger-row';
import { type Link, linkIdOf, pairIdOf } from '../../lambda/domain/link';
import { type LinkDocument, linkKey } from '../../lambda/domain/link-document';
import type { LinkLimits } from '../../lambda/domain/link-limits';
import type { Account } from '../../lambda/domain/organization';
import type { PlanDocument } from '../../lambda/domain/plan-document';
import { submitLink } from '../../lambda/intake/submit-link';
import type { LeadContext } from '../../lambda/leadership/lead';
import { endLead } from '../../lambda/leadership/step-down';
import type { IdentityCenterReader } from '../../lambda/ports/identity-center-reader';
import type { OrganizationReader } from '../../lambda/ports/organization-reader';
import type { PlanStore } from '../../lambda/ports/plan-store';
import { type CommitPosition, commitPlan } from '../../lambda/reconcile/commit-plan';
import { Directory } from '../../lambda/reconcile/directory';
import { expandScopes } from '../../lambda/reconcile/expand-scopes';
import { judgePlan } from '../../lambda/reconcile/judge-plan';
import { noteAndBegin } from '../../lambda/reconcile/note-and-begin';
import { OrganizationSnapshot } from '../../lambda/reconcile/organization-snapshot';
import { refreshOrganization } from '../../lambda/reconcile/refresh-organization';
import { AssignmentWorld, Stopped } from './assignment-world';
import { silentLog } from './silent-log';
import { silentMetrics } from './silent-metrics';

const FUNCTION_TIMEOUT_MS = 300_000;
const MOST_PASSES = 50;

/** Both controllers over one store in virtual time; organization and directory are plain values a test may change. */
export class ControllerWorld extends AssignmentWorld {
  accounts: Account[] = [];
  readonly permissionSets = new Map<PermissionSetName, PermissionSetArn>();
  /** Keys are `<type>%<name>`. */
  readonly principals = new Map<string, PrincipalId>();
  readonly existing = new Map<PermissionSetArn, Set<AccountId>>();
  readonly plans = new Map<string, PlanDocument>();
  /** The guard as it is configured by default. */
  limits = { maxRemovals: 100, maxRemovalPercent: 25 };
  private unique = 0;

  readonly uniqueId = (): string => {
    this.unique += 1;
    return `unique-${this.unique}`;
  };

  async addPermissionSet(name: string): Promise<PermissionSetArn> {
    const arn = await this.createPermissionSet(name);
    this.permissionSets.set(name as PermissionSetName, arn);
    return arn;
  }

  addPrincipal(type: PrincipalType, name: string): PrincipalId {
    const id = `00000000-0000-4000-8000-${String(this.principals.size + 1).padStart(12, '0')}` as PrincipalId;
    this.principals.set(`${type}%${name}`, id);
    return id;
  }

  /** What intake does; answers the request's id. */
  async submit(
    link: Link,
    state: LinkDocument['state'] = 'present',
    { limits, submittedBy = 'a test' }: { limits?: LinkLimits; submittedBy?: string } = {},
  ): Promise<RequestId> {
    const requestId = this.uniqueId() as RequestId;
    for (;;) {
      const read = (await this.store.get(linkKey({ pairId: pairIdOf(link), linkId: linkIdOf(link) }))) as
        | LinkDocument
        | undefined;
      const by = { requestId, submittedBy, source: 'api', now: this.clock.now() } as const;
      const submission = { state, ...by, ...(limits ? { limits } : {}) };
      if (await submitLink({ store: this.store, newId: this.uniqueId }, link, read, submission)) return requestId;
    }
  }

  rows(): LedgerRow[] {
    return this.store.all('ledger').filter(({ pk }) => pk.startsWith('arn:')) as unknown as LedgerRow[];
  }

  /** Accounts in which the pair is assigned, as Identity Center says. */
  async assignedAccounts(permissionSet: string, principal: PrincipalId): Promise<string[]> {
    const arn = this.permissionSets.get(permissionSet as PermissionSetName);
    if (!arn) return [];
    const found: string[] = [];
    for (const { id } of this.accounts) {
      const row = { ...this.newRow(arn, id), principalId: principal };
      if (await this.isAssigned(row)) found.push(id);
    }
    return found.sort();
  }

  /** The reconcile state machine, followed by the worker's when it is rung. A step that dies is retried. */
  async reconcile(event: unknown = {}, execution = this.uniqueId()): Promise<void> {
    const lead = () => ({
      store: this.store,
      clock: this.clock,
      controller: 'reconcile' as const,
      execution,
      deadline: this.clock.now() + FUNCTION_TIMEOUT_MS,
    });
    const rung: string[] = [];
    const bell = { ring: async (controller: string) => void rung.push(controller) };
    if (!(await this.retry(() => noteAndBegin({ ...lead(), ...this.noting }, event))).led) return;
    for (let passes = 0; passes < MOST_PASSES; passes += 1) {
      if (!(await this.pass(lead, bell))) break;
    }
    await this.retry(() => endLead({ store: this.store, bell }, { controller: 'reconcile', execution }));
    if (rung.includes('apply-assignments')) await this.run(`apply-${execution}`);
    if (rung.includes('reconcile')) await this.reconcile();
  }

  /** One pass; false: nothing was marked, or another run leads. */
  private async pass(lead: () => LeadContext, bell: { ring(controller: string): Promise<void> }) {
    const snapshot = new OrganizationSnapshot(this.store, '111111111111' as AccountId);
    const refreshed = await this.retry(() =>
      refreshOrganization({ ...lead(), organization: this.organization, snapshot }),
    );
    if (refreshed.overtaken || refreshed.marks.length === 0) return false;
    const directory = () => new Directory(this.reader, this.store, (name) => name);
    const expand = { snapshot, plans: this.planStore, uniqueId: this.uniqueId, supportNestedOu: true };
    const expanded = await this.retry(() => expandScopes({ ...lead(), ...expand, directory: directory() }, refreshed));
    if (expanded.overtaken) return false;
    const judged = {
      epoch: expanded.epoch,
      documents: expanded.document ? [expanded.document] : [],
      deletes: expanded.deletes,
    };
    await this.retry(() => judgePlan({ ...lead(), plans: this.planStore, limits: this.limits }, judged));
    let position: CommitPosition | undefined;
    for (let done = false; !done; ) {
      const input = {
        epoch: expanded.epoch,
        documents: expanded.document ? [expanded.document] : [],
        marks: refreshed.marks,
      };
      const committed = await this.retry(() =>
        commitPlan(
          { ...lead(), plans: this.planStore, bell, log: silentLog },
          { ...input, ...(position ? { position } : {}) },
        ),
      );
      if (committed.overtaken) return false;
      ({ done, position } = committed);
    }
    return true;
  }

  private async retry<T>(step: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await step();
      } catch (fault) {
        if (!(fault instanceof Stopped)) throw fault;
        await this.clock.sleep(1_000);
      }
    }
  }

  private readonly noting = {
    newId: this.uniqueId,
    origins: {
      managementAccountId: '111111111111' as AccountId,
      identityCenterAccountId: '222222222222' as AccountId,
    },
    log: silentLog,
    bell: { ring: async () => undefined },
    driftMode: 'repair' as const,
    metrics: { ...silentMetrics, count: (name: string) => void this.counted.push(name) },
  };
  /** Metrics, each time one was counted. */
  readonly counted: string[] = [];

  private readonly planStore: PlanStore = {
    save: async (key, document) => void this.plans.set(key, JSON.parse(JSON.stringify(document)) as PlanDocument),
    load: async (key) => this.plans.get(key) ?? Promise.reject(new Error(`No plan ${key}`)),
  };

  readonly organization: OrganizationReader = {
    readAccounts: async () => this.accounts,
    readAccount: async (id) => this.accounts.find((account) => account.id === id),
    organizationalUnitExists: async () => false,
  };

  readonly reader: IdentityCenterReader = {
    listPermissionSets: async () => [...this.permissionSets.values()],
    permissionSetName: async (arn) => {
      const found = [...this.permissionSets].find(([, known]) => known === arn);
      return found ? found[0] : Promise.reject(new Error(`No permission set ${arn}`));
    },
    findPrincipal: async (type, name) => this.principals.get(`${type}%${name}`),
    principalName: async (type, id) => {
      const found = [...this.principals].find(([key, known]) => key.startsWith(type) && known === id);
      return found?.[0].slice(type.length + 1);
    },
    hasPrincipals: async () => this.principals.size > 0,
    isAssigned: async (assignment) =>
      this.isAssigned({ ...this.newRow(assignment.permissionSetArn, assignment.accountId), ...assignment }),
    assignmentsOf: async () => this.existing,
  };
}
