import type { Clock } from '../../clock';

/** Waits of one kind, all of which can be ended early. */
export class Sleepers {
  private readonly wakes = new Set<() => void>();

  constructor(private readonly clock: Pick<Clock, 'after'>) {}

  /** Resolves after so many simulated milliseconds, or when all are woken. */
  sleep(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        cancel();
        this.wakes.delete(wake);
        resolve();
      };
      const cancel = this.clock.after(delayMs, wake);
      this.wakes.add(wake);
    });
  }

  wake(): void {
    for (const wake of [...this.wakes]) wake();
  }
}
