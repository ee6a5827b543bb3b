import type { LogDestination, Logs } from '../logs';
import { ServiceFault } from '../service';

/** Events buffered until they are written together, as Lambda batches them. */
const BATCH = 500;

/** The log stream of one instance, written with the rights of the function's role. */
export class FunctionLog {
  private open = false;
  private lost = false;
  private batch: { timestamp: number; message: string }[] = [];

  constructor(
    private readonly logs: Logs,
    private readonly destination: LogDestination,
  ) {}

  add(timestamp: number, message: string | undefined): void {
    if (message === undefined || this.lost) return;
    this.batch.push({ timestamp, message });
    if (this.batch.length >= BATCH) this.flush();
  }

  flush(): void {
    if (this.batch.length === 0) return;
    const { batch } = this;
    this.batch = [];
    try {
      if (!this.open) this.logs.createStream(this.destination);
      this.open = true;
      this.logs.write(this.destination, batch);
    } catch (error) {
      if (!(error instanceof ServiceFault)) throw error;
      // AWS: a role without rights on its log group loses the logs, never the invocation. The denial is on record.
      this.lost = true;
    }
  }
}
