/** A value that changes, and what it was at any time. */
export class Timeline<T> {
  private readonly entries: { readonly at: number; readonly value: T }[];

  constructor(first: T) {
    this.entries = [{ at: Number.NEGATIVE_INFINITY, value: first }];
  }

  set(at: number, value: T): void {
    this.entries.push({ at, value });
  }

  now(): T {
    return (this.entries.at(-1) as { value: T }).value;
  }

  /** The value at `from` and every later one. */
  since(from: number): readonly T[] {
    const first = this.entries.findLastIndex(({ at }) => at <= from);
    return this.entries.slice(first).map(({ value }) => value);
  }
}
