import type { AccountId } from '../../lambda/domain/ids';
import type { LeadContext } from '../../lambda/leadership/lead';
import { endLead } from '../../lambda/leadership/step-down';
import { type CommitPosition, commitPlan } from '../../lambda/reconcile/commit-plan';
import { Directory } from '../../lambda/reconcile/directory';
import { type ExpandResult, expandScopes } from '../../lambda/reconcile/expand-scopes';
import { judgePlan } from '../../lambda/reconcile/judge-plan';
import { noteAndBegin } from '../../lambda/reconcile/note-and-begin';
import { OrganizationSnapshot } from '../../lambda/reconcile/organization-snapshot';
import { type RefreshResult, refreshOrganization } from '../../lambda/reconcile/refresh-organization';
import { silentLog } from '../support/silent-log';
import { silentMetrics } from '../support/silent-metrics';
import type { Cloud } from './cloud';
import { ADMINISTRATION } from './events';
import type { Invocation } from './invocation';
import { MANAGEMENT_ACCOUNT } from './organization-world';
import { nameOf, runTask } from './task';

const CONTROLLER = 'reconcile';
const MOST_PASSES = 500;
const ORIGINS = { managementAccountId: MANAGEMENT_ACCOUNT, identityCenterAccountId: ADMINISTRATION as AccountId };

/** Nobody decides about plans in these histories. */
const NO_LIMITS = { maxRemovals: Number.MAX_SAFE_INTEGER, maxRemovalPercent: 100 };

type Marks = Extract<RefreshResult, { overtaken: false }>['marks'];
type PairId = NonNullable<Extract<ExpandResult, { overtaken: false }>['after']>;

/** A plan as the steps hand it on. */
interface Plan {
  readonly epoch: number;
  readonly documents: readonly string[];
  readonly creates: number;
  readonly deletes: number;
}

/** `state-machines/reconcile.asl.json`. */
export async function runReconcile(cloud: Cloud, execution: string, event: unknown): Promise<void> {
  const steps = new ReconcileSteps(cloud, execution);
  try {
    if (!(await steps.noteAndBegin(event)).led) return;
  } catch {
    // A failed execution lies there until somebody starts it again.
    cloud.lostEvents += 1;
    return;
  }
  try {
    for (let passes = 0; passes < MOST_PASSES; passes += 1) {
      const outcome = await steps.pass();
      if (outcome === 'overtaken') return;
      if (outcome === 'idle') break;
    }
  } catch (fault) {
    await steps.stepDown(nameOf(fault));
    return;
  }
  await steps.stepDown();
}

/** The steps of one execution. */
class ReconcileSteps {
  constructor(
    private readonly cloud: Cloud,
    private readonly execution: string,
  ) {}

  noteAndBegin(event: unknown) {
    const noting = {
      newId: this.cloud.uniqueId,
      origins: ORIGINS,
      driftMode: 'repair' as const,
      log: silentLog,
      metrics: silentMetrics,
    };
    return this.task('NoteAndBegin', 30, (invocation) =>
      noteAndBegin({ ...this.lead(invocation), ...noting, bell: this.cloud.bellOf(invocation) }, event),
    );
  }

  async pass(): Promise<'done' | 'idle' | 'overtaken'> {
    this.cloud.onPass.begins(this.execution);
    const refreshed = await this.refresh();
    if (refreshed.overtaken) return 'overtaken';
    this.cloud.onPass.reads(this.execution, refreshed.marks);
    if (refreshed.marks.length === 0) return 'idle';
    const plan = await this.expand(refreshed.marks);
    if (!plan) return 'overtaken';
    await this.task('JudgePlan', 60, (invocation) => {
      const { store, clock, controller, deadline } = this.lead(invocation);
      const plans = this.cloud.plansOf(invocation);
      return judgePlan({ store, clock, controller, deadline, plans, limits: NO_LIMITS }, plan);
    });
    return this.commit(plan, refreshed.marks);
  }

  /** A run that cannot even step down leaves its lease behind. */
  async stepDown(failure?: string): Promise<void> {
    const run = { controller: CONTROLLER, execution: this.execution, ...(failure ? { failure } : {}) } as const;
    const step = failure ? 'StepDownAfterFailure' : 'StepDown';
    const { cloud } = this;
    await this.task(step, 30, (invocation) =>
      endLead({ store: cloud.store.portOf(invocation), bell: cloud.bellOf(invocation) }, run),
    ).catch(() => undefined);
  }

  private refresh(): Promise<RefreshResult> {
    return this.task('RefreshOrganization', 300, (invocation) => {
      const lead = this.lead(invocation);
      const organization = this.cloud.organization.readerOf(invocation);
      const snapshot = new OrganizationSnapshot(lead.store, MANAGEMENT_ACCOUNT);
      return refreshOrganization({ ...lead, organization, snapshot });
    });
  }

  /** Nothing when another run leads. */
  private async expand(marks: Marks): Promise<Plan | undefined> {
    let plan: Plan = { epoch: 0, documents: [], creates: 0, deletes: 0 };
    for (let after: PairId | undefined, first = true; first || after !== undefined; first = false) {
      const input = { marks, ...(after === undefined ? {} : { after }) };
      const expanded = await this.task('ExpandScopes', 300, (invocation) => this.expandStep(invocation, input));
      if (expanded.overtaken) return undefined;
      const { epoch, document, creates, deletes } = expanded;
      plan = {
        epoch,
        documents: [...plan.documents, ...(document ? [document] : [])],
        creates: plan.creates + creates,
        deletes: plan.deletes + deletes,
      };
      after = expanded.after;
    }
    return plan;
  }

  private expandStep(invocation: Invocation, input: { marks: Marks; after?: PairId }): Promise<ExpandResult> {
    const { cloud } = this;
    const lead = this.lead(invocation);
    const reader = cloud.directory.readerOf(invocation, cloud.assignments, cloud.faults);
    const directory = new Directory(reader, lead.store, (name) => name);
    const snapshot = new OrganizationSnapshot(lead.store, MANAGEMENT_ACCOUNT);
    const { uniqueId, supportNestedOu } = cloud;
    const plans = cloud.plansOf(invocation);
    return expandScopes({ ...lead, directory, snapshot, plans, uniqueId, supportNestedOu }, input);
  }

  private async commit({ epoch, documents }: Plan, marks: Marks): Promise<'done' | 'overtaken'> {
    let position: CommitPosition = { document: 0, pair: 0, conflicts: false, operations: 0 };
    for (let done = false; !done; ) {
      const input = { epoch, documents, marks, position };
      const committed = await this.task('CommitPlan', 300, (invocation) => {
        const { store, clock, controller, deadline } = this.lead(invocation);
        const ports = { plans: this.cloud.plansOf(invocation), bell: this.cloud.bellOf(invocation), log: silentLog };
        return commitPlan({ store, clock, controller, deadline, ...ports }, input);
      });
      if (committed.overtaken) return 'overtaken';
      ({ done, position } = committed);
    }
    return 'done';
  }

  private lead(invocation: Invocation): LeadContext {
    return {
      store: this.cloud.store.portOf(invocation),
      clock: invocation,
      controller: CONTROLLER,
      execution: this.execution,
      deadline: invocation.deadline,
    };
  }

  private task<T>(step: string, timeoutSeconds: number, work: (invocation: Invocation) => Promise<T>): Promise<T> {
    return runTask(this.cloud, { execution: this.execution, step, timeoutSeconds, work });
  }
}
