/** Time, asked for and never assumed. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** Resolves after `milliseconds`; only for the bounded ticks of a work loop. */
  sleep(milliseconds: number): Promise<void>;
}

/** A new unique string at every call. */
export type UniqueId = () => string;

/** The end of the invocation that asks: nothing is started that could outlive it. Epoch milliseconds. */
export type Deadline = number;
