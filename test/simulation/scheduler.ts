/** Something that is to go on at a moment of virtual time. */
interface Waiting {
  readonly at: number;
  readonly sequence: number;
  readonly label: string;
  readonly resume: () => void;
}

/** Where virtual time begins; any moment would do. */
const BEGINNING = Date.UTC(2026, 0, 1);
/** Lines of the trace that a failure shows. */
const KEPT_LINES = 400;

/**
 * Virtual time. Whatever happens waits here first; of all that waits, the earliest goes on, alone, until it waits again.
 * How long each waits is drawn by chance, and with it the order in which things happen.
 */
export class Scheduler {
  private current = BEGINNING;
  private sequence = 0;
  /** In order of time, the latest first. */
  private readonly waiting: Waiting[] = [];
  private hash = 0x811c9dc5;
  private readonly lines: string[] = [];
  steps = 0;
  /** Called after every step. */
  afterStep: () => void = () => undefined;

  /** Epoch milliseconds. */
  readonly now = (): number => this.current;

  /** Runs `action` once after `delayMs`; the result cancels it. */
  after(delayMs: number, label: string, action: () => void): () => void {
    const entry: Waiting = { at: this.current + delayMs, sequence: this.sequence++, label, resume: action };
    this.waiting.splice(this.positionOf(entry), 0, entry);
    return () => {
      const index = this.waiting.indexOf(entry);
      if (index >= 0) this.waiting.splice(index, 1);
    };
  }

  /** Resolves after `delayMs`. */
  wait(delayMs: number, label: string): Promise<void> {
    return new Promise((resolve) => this.after(delayMs, label, resolve));
  }

  /** Lets things happen until `isOver`, or until nothing waits. Throws after `mostSteps`. */
  async run(isOver: () => boolean, mostSteps: number): Promise<void> {
    const last = this.steps + mostSteps;
    while (!isOver()) {
      const next = this.waiting.pop();
      if (!next) return;
      if (this.steps >= last) throw new Error(`There is no end: ${mostSteps} steps were made.`);
      this.current = Math.max(this.current, next.at);
      this.steps += 1;
      this.note(next.label);
      next.resume();
      await everythingWaits();
      this.afterStep();
    }
  }

  /** Adds a line to the trace. */
  note(line: string): void {
    this.mix(`${this.current} ${line}`);
    this.lines.push(`${((this.current - BEGINNING) / 1000).toFixed(3).padStart(9)} ${line}`);
    if (this.lines.length > 2 * KEPT_LINES) this.lines.splice(0, KEPT_LINES);
  }

  /** Equal for equal traces. */
  traceHash(): number {
    return this.hash;
  }

  lastLines(count: number): readonly string[] {
    return this.lines.slice(-count);
  }

  private positionOf(entry: Waiting): number {
    let low = 0;
    let high = this.waiting.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = this.waiting[middle];
      // Of those at the same time the one that came first is the last of the list.
      if (other && other.at > entry.at) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private mix(text: string): void {
    for (let index = 0; index < text.length; index += 1) {
      this.hash = Math.imul(this.hash ^ text.charCodeAt(index), 0x01000193) >>> 0;
    }
  }
}

/** Promises have settled, and whoever goes on waits again: no timer is involved. */
function everythingWaits(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
