import { OUTBOX } from '../../lambda/domain/notification';
import { runApplyAssignments } from './apply-run';
import { AuditTrail } from './audit-trail';
import type { Circumstances } from './circumstances';
import { Cloud } from './cloud';
import type { FaultKind } from './faults';
import { History } from './history';
import { checkAssignments, checkRequests, checkWaitingLinks, hasHeardAll, isIdle, linksOf, rowsOf } from './liveness';
import { ringEveryMinute } from './minute-bell';
import { lookAtEverything } from './noticing';
import { expectPromptness } from './promptness';
import { runReconcile } from './reconcile-run';
import { Safety } from './safety';
import { Submissions } from './submissions';

/** What one seed came to. */
export interface Outcome {
  readonly seed: number;
  /** What was violated; empty when all is well. */
  readonly violations: readonly string[];
  readonly steps: number;
  readonly checks: number;
  readonly faults: ReadonlyMap<FaultKind, number>;
  /** Equal for equal runs. */
  readonly trace: number;
  readonly lastLines: readonly string[];
}

/** Whatever froze before the end of the faults has gone by then. */
const AFTER_FAULTS_MS = 400_000;
/** How often in a history everything comes to rest, although things go on to fail; what is there then is compared. */
const RESTS = [0, 3] as const;
const LONGEST_REST_MS = 600_000;
/** Within two minutes a bell of the minute has come and gone. */
const TELLING_MS = 120_000;
/** More than any seed needs. */
const MOST_STEPS = 200_000;
/** ADR 3: how old the snapshot of the organization may be. */
const FRESH_FOR_READS = 20;
const FRESH_AT_LEAST_MS = 5_000;
const MANY_LINES = 400;

/** Runs the whole controller through one random history. The same seed gives the same run in the same circumstances. */
export async function simulate(seed: number, circumstances: Circumstances = {}): Promise<Outcome> {
  const simulation = new Simulation(seed, circumstances);
  await simulation.run();
  return simulation.outcome();
}

class FailedAlready extends Error {}

class Simulation {
  private readonly cloud: Cloud;
  private readonly safety: Safety;
  private readonly trail: AuditTrail;
  private readonly submissions: Submissions;
  private readonly history: History;

  constructor(
    private readonly seed: number,
    circumstances: Circumstances,
  ) {
    const machines = { reconcile: runReconcile, 'apply-assignments': runApplyAssignments };
    this.cloud = new Cloud(seed, machines, circumstances);
    this.safety = new Safety(this.cloud);
    this.trail = new AuditTrail(this.cloud, this.safety);
    this.submissions = new Submissions(this.cloud);
    this.history = new History(this.cloud, this.submissions);
    if (this.cloud.faults.areOutside) expectPromptness(this.cloud, this.safety);
  }

  async run(): Promise<void> {
    // A function in which a promise is rejected while nobody waits for it ends with its whole process.
    const unheard = (fault: unknown) => this.tell('a rejection was not handled', fault);
    process.on('unhandledRejection', unheard);
    try {
      await this.live();
    } catch (error) {
      if (!(error instanceof FailedAlready)) this.tell('the simulation failed', error);
    } finally {
      process.off('unhandledRejection', unheard);
    }
  }

  private tell(what: string, fault: unknown): void {
    this.cloud.problems.push(`${what}: ${fault instanceof Error ? fault.stack : fault}`);
  }

  outcome(): Outcome {
    const { scheduler, faults, problems } = this.cloud;
    return {
      seed: this.seed,
      violations: [...this.safety.violations, ...problems],
      steps: scheduler.steps,
      checks: this.safety.checks,
      faults: faults.counts,
      trace: scheduler.traceHash(),
      lastLines: scheduler.lastLines(MANY_LINES),
    };
  }

  private async live(): Promise<void> {
    const { cloud } = this;
    this.history.prepare();
    ringEveryMinute(cloud);
    for (let rests = cloud.chance.whole(...RESTS); rests > 0; rests -= 1) {
      await this.letThingsHappen();
      await this.rest();
    }
    await this.letThingsHappen();
    cloud.faults.end();
    cloud.scheduler.note('faults end');
    await this.settle(AFTER_FAULTS_MS);
    if (hasHeardAll(cloud)) await this.checkAll();
    await this.fullPass();
    if (rowsOf(cloud).some(({ parked }) => parked !== undefined)) await this.tryAgain();
    await this.checkAll();
    await this.planNothing();
    await this.tellAll();
  }

  private async letThingsHappen(): Promise<void> {
    let isOver = false;
    const running = this.history.run().finally(() => {
      isOver = true;
    });
    await this.runUntil(() => isOver);
    await running;
  }

  /** Where much fails it may not come to rest: then things go on. */
  private async rest(): Promise<void> {
    const { cloud } = this;
    const until = cloud.scheduler.now() + LONGEST_REST_MS;
    await this.runUntil(() => isIdle(cloud) || cloud.scheduler.now() > until);
    if (isIdle(cloud) && hasHeardAll(cloud)) await this.checkAll();
  }

  private async checkAll(): Promise<void> {
    checkAssignments(this.cloud, this.safety);
    checkWaitingLinks(this.cloud, this.safety);
    this.trail.check();
    await checkRequests(this.cloud, this.safety, this.submissions);
  }

  /** One look at everything, as the daily one. */
  private async fullPass(): Promise<void> {
    const { cloud } = this;
    const read = cloud.store.peek({ table: 'organization', pk: 'META', sk: 'LAST_FULL_READ' });
    const fresh = Math.max(FRESH_AT_LEAST_MS, FRESH_FOR_READS * Number(read?.tookMs ?? 0));
    await this.settle(fresh);
    lookAtEverything(cloud);
    await this.settle(0);
  }

  /** What was given up is submitted again. */
  private async tryAgain(): Promise<void> {
    for (const { linkData, state } of linksOf(this.cloud)) {
      this.submissions.submit(linkData, state === 'present' ? 'create' : 'delete');
    }
    await this.settle(0);
  }

  /** Whoever looks once more finds nothing to do. */
  private async planNothing(): Promise<void> {
    const { cloud, safety } = this;
    const before = new Set(cloud.plans.keys());
    lookAtEverything(cloud);
    await this.settle(0);
    for (const [key, { pairs }] of cloud.plans) {
      const changes = before.has(key) ? [] : pairs.flatMap((pair) => pair.changes);
      safety.check(changes.length === 0, () => `one more pass plans ${JSON.stringify(changes)}`);
    }
  }

  /** The next minutes send what is still to be told. */
  private async tellAll(): Promise<void> {
    await this.settle(TELLING_MS);
    const left = this.cloud.store.count('control', OUTBOX);
    this.safety.check(left === 0, () => `${left} notifications are never sent`);
  }

  /** Waits at least so long, and until everything is at rest. */
  private settle(leastMs: number): Promise<void> {
    const { cloud } = this;
    const from = cloud.scheduler.now() + leastMs;
    return this.runUntil(() => cloud.scheduler.now() >= from && isIdle(cloud));
  }

  /** Ends with the first violation: what follows from it would only confuse. */
  private async runUntil(isOver: () => boolean): Promise<void> {
    const hasFailed = () => this.safety.violations.length + this.cloud.problems.length > 0;
    await this.cloud.scheduler.run(() => hasFailed() || isOver(), MOST_STEPS);
    if (hasFailed()) throw new FailedAlready();
  }
}
