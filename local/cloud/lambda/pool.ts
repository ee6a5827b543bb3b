import type { Clock } from '../../clock';
import type { Instance, Outcome } from './instance';
import type { WorkerInvocation } from './worker-messages';

export type PoolInvocation = Omit<WorkerInvocation, 'deadline'>;

export interface PoolOptions {
  readonly clock: Clock;
  /** Instances at the same time; further invocations queue. */
  readonly limit: number;
  readonly start: () => Instance;
  /** Told before and after each invocation, with its instance. */
  readonly began: (instance: Instance, invocation: PoolInvocation) => void;
  readonly ended: (instance: Instance, invocation: PoolInvocation, outcome: Outcome) => void;
}

/** How long an instance stays idle before it is stopped, in simulated time. The last one stays warm. */
const IDLE_MS = 15 * 60_000;

/** The warm instances of one function and the queue in front of them. */
export class Pool {
  private readonly instances = new Set<Instance>();
  private readonly idle: Instance[] = [];
  private readonly waiting: { take: (instance: Instance) => void; fail: (error: unknown) => void }[] = [];
  private readonly retirements = new Map<Instance, () => void>();
  private invocations = 0;
  private stopped = false;

  constructor(private readonly options: PoolOptions) {}

  /** Invocations that run or queue. */
  get inFlight(): number {
    return this.invocations;
  }

  /** Starts one instance ahead of the first invocation, and waits until it is ready. */
  async warm(): Promise<void> {
    if (this.instances.size > 0 || this.stopped) return;
    const instance = this.launch();
    this.release(instance);
    await instance.ready();
  }

  async invoke(invocation: PoolInvocation): Promise<Outcome> {
    if (this.stopped) throw new Error('the function has been stopped');
    this.invocations += 1;
    try {
      const instance = await this.acquire();
      this.options.began(instance, invocation);
      const outcome = await instance.invoke(invocation);
      this.options.ended(instance, invocation, outcome);
      this.release(instance);
      return outcome;
    } finally {
      this.invocations -= 1;
    }
  }

  async stop(): Promise<void> {
    this.stopped = true;
    for (const cancel of this.retirements.values()) cancel();
    await Promise.all([...this.instances].map((instance) => instance.stop()));
  }

  private async acquire(): Promise<Instance> {
    for (let instance = this.idle.pop(); instance !== undefined; instance = this.idle.pop()) {
      this.retirements.get(instance)?.();
      if (instance.alive && instance.hasFreshCredentials) return instance;
      this.discard(instance);
    }
    if (this.instances.size < this.options.limit) return this.launch();
    return new Promise((take, fail) => this.waiting.push({ take, fail }));
  }

  private launch(): Instance {
    const instance = this.options.start();
    this.instances.add(instance);
    return instance;
  }

  private release(instance: Instance): void {
    const usable = instance.alive && instance.hasFreshCredentials;
    if (!usable) this.discard(instance);
    if (this.stopped) return;
    const next = this.waiting.shift();
    if (next !== undefined) this.handOver(next, usable ? instance : undefined);
    else if (usable) this.rest(instance);
  }

  private rest(instance: Instance): void {
    this.idle.push(instance);
    const cancel = this.options.clock.after(IDLE_MS, () => this.retire(instance));
    this.retirements.set(instance, cancel);
  }

  private handOver(next: (typeof this.waiting)[number], instance: Instance | undefined): void {
    try {
      next.take(instance ?? this.launch());
    } catch (error) {
      // The role cannot be assumed any more: the caller learns it.
      next.fail(error);
    }
  }

  private retire(instance: Instance): void {
    if (this.instances.size <= 1) return;
    const index = this.idle.indexOf(instance);
    if (index < 0) return;
    this.idle.splice(index, 1);
    this.discard(instance);
  }

  private discard(instance: Instance): void {
    this.retirements.delete(instance);
    this.instances.delete(instance);
    void instance.stop();
  }
}
