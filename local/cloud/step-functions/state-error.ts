/** An error as the Amazon States Language knows it: a name to match on and a cause for people. */
export class StateError extends Error {
  override readonly name = 'StateError';
  constructor(
    readonly errorName: string,
    readonly causeText: string,
  ) {
    super(`${errorName}: ${causeText}`);
  }
}

/** AWS: errors that `States.ALL` and `States.TaskFailed` do not match; the first cannot be matched at all. */
const RUNTIME = 'States.Runtime';
const TERMINAL = new Set([RUNTIME, 'States.DataLimitExceeded']);

/** True when an `ErrorEquals` list matches an error. */
export function matchesError(errorEquals: readonly string[], errorName: string): boolean {
  if (errorName === RUNTIME) return false;
  return errorEquals.some((expected) => {
    if (expected === errorName) return true;
    if (TERMINAL.has(errorName)) return false;
    if (expected === 'States.ALL') return true;
    // AWS: States.TaskFailed matches any error but a timeout.
    return expected === 'States.TaskFailed' && errorName !== 'States.Timeout';
  });
}

/** AWS: what passes between states may have 256 KiB as UTF-8. */
export const DATA_LIMIT_BYTES = 256 * 1024;

/** @throws StateError States.DataLimitExceeded */
export function checkSize(value: unknown, what: string): void {
  if (Buffer.byteLength(JSON.stringify(value)) <= DATA_LIMIT_BYTES) return;
  const cause = `The ${what} has a size exceeding the maximum number of bytes service limit.`;
  throw new StateError('States.DataLimitExceeded', cause);
}
