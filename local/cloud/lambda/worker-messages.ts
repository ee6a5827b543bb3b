/** The messages between the main thread and `worker.cjs`. */

/** Where in an invocation the worker is to die: see `worker-crash.cjs`. */
export interface CrashPlan {
  /** Ordinal of the outgoing HTTP request that is hit, from 1; with too few requests the crash comes at the end. */
  readonly request: number;
  readonly moment: 'unsent' | 'unanswered' | 'answered';
}

export interface WorkerInvocation {
  readonly requestId: string;
  /** The event, as JSON. */
  readonly payload: string;
  /** When `getRemainingTimeInMillis()` reaches 0, in simulated milliseconds since the epoch. */
  readonly deadline: number;
  readonly traceId: string;
  readonly crash?: CrashPlan;
}

export interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}

export type WorkerMessage =
  | { readonly type: 'ready' }
  | { readonly type: 'log'; readonly at: number; readonly text: string }
  | { readonly type: 'succeeded'; readonly payload: string; readonly requests: number }
  | { readonly type: 'failed'; readonly error: FunctionError; readonly requests: number }
  /** The runtime exits after this message. */
  | { readonly type: 'fatal'; readonly error: FunctionError };

export interface WorkerData {
  readonly clock: SharedArrayBuffer;
  readonly speed: number;
  /** Folder of the bundled asset. */
  readonly directory: string;
  readonly handler: string;
  readonly logging: { readonly format: 'Text' | 'JSON'; readonly level: string };
  /** What is the same in the `context` of every invocation. */
  readonly context: Readonly<Record<string, unknown>>;
}
