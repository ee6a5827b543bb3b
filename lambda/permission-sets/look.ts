import type { Convergence, PermissionSetWork } from '../domain/convergence';
import { noteConvergence } from '../domain/convergence';
import type { PermissionSetName } from '../domain/ids';
import type { Fence } from '../domain/lease';
import type { PermissionSetDocument } from '../domain/permission-set-document';
import type { Protection } from '../domain/protection';
import type { Update, Write } from '../domain/write';
import type { LeadContext } from '../leadership/lead';
import type { Bell } from '../ports/bell';
import type { UniqueId } from '../ports/clock';
import type { LeveledLog } from '../ports/leveled-log';
import type { PermissionSetService } from '../ports/permission-set-service';
import type { PolicyReader } from '../ports/policy-reader';
import type { PermissionSetNames } from './permission-set-names';

/** What one step of the controller needs. */
export interface ConvergeContext extends LeadContext {
  readonly service: PermissionSetService;
  readonly names: PermissionSetNames;
  /** Absent: the service's own reasons tell which policies an account lacks. */
  readonly policies?: PolicyReader;
  readonly protection: Protection;
  /** Provisionings in progress at once, whoever started them. AWS: 3. */
  readonly concurrentProvisionings: number;
  readonly bell: Bell;
  readonly uniqueId: UniqueId;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly log: LeveledLog;
}

/** One step of the controller. */
export interface ConvergeStep extends ConvergeContext {
  readonly fence: Fence;
  /** No call that changes anything begins after this; epoch milliseconds. */
  readonly writeUntil: number;
}

/** The time of this invocation is up: the next step goes on. */
export class OutOfTime extends Error {
  override readonly name = 'OutOfTime';
}

/** One attempt at one permission set, which is reserved for it. */
export class Look {
  convergence: Convergence;

  constructor(
    readonly step: ConvergeStep,
    readonly work: PermissionSetWork,
    readonly document: PermissionSetDocument,
    convergence: Convergence,
    readonly operationId: string,
  ) {
    this.convergence = convergence;
  }

  get name(): PermissionSetName {
    return this.document.permissionSetName;
  }

  /** Writes down what is known now, before or after an effect; `also` in the same transaction. Throws when the reservation was lost. */
  async note(update: Update, also: readonly Write[] = []): Promise<void> {
    const { submittedBy } = this.document;
    const noted = { ...update, set: { ...update.set, submittedBy } };
    const { applied } = await this.step.store.transact([noteConvergence(this.name, this.operationId, noted), ...also]);
    if (!applied) throw new OutOfTime(`${this.name} is no longer reserved for this attempt.`);
    const { set = {}, remove = [] } = update;
    const kept = Object.entries({ ...this.convergence, ...set }).filter(([name]) => !remove.includes(name));
    this.convergence = Object.fromEntries(kept) as unknown as Convergence;
  }

  /** Makes one call that changes something. A reservation outlives the invocation, but no call may begin that late. */
  async change<T>(call: () => Promise<T>): Promise<T> {
    if (this.step.clock.now() > this.step.writeUntil) throw new OutOfTime(this.name);
    return call();
  }
}
