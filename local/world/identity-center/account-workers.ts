import type { Clock } from '../../clock';

export interface RoleUpdate {
  /** Simulated milliseconds from its start to its effect. */
  readonly durationMs: () => number;
  readonly finish: () => void;
}

/**
 * AWS: one IAM role of Identity Center is updated in one account at a time. Later updates of the same account wait for
 * the earlier ones, in the order they were asked for; accounts do not wait for each other.
 */
export class AccountWorkers {
  private readonly waiting = new Map<string, RoleUpdate[]>();

  constructor(private readonly clock: Clock) {}

  /** Accounts in which an update runs now. */
  get busyAccounts(): number {
    return this.waiting.size;
  }

  submit(accountId: string, update: RoleUpdate): void {
    const queue = this.waiting.get(accountId);
    if (queue) {
      queue.push(update);
      return;
    }
    this.waiting.set(accountId, []);
    this.start(accountId, update);
  }

  private start(accountId: string, update: RoleUpdate): void {
    this.clock.after(update.durationMs(), () => {
      update.finish();
      const next = this.waiting.get(accountId)?.shift();
      if (next) this.start(accountId, next);
      else this.waiting.delete(accountId);
    });
  }
}
