/** How one step of a controller that works through a list ends. */
export type StepResult =
  | { readonly state: 'overtaken' }
  /** Work is left: the next step goes on at once. */
  | { readonly state: 'again'; readonly epoch: number }
  /** All that is left is to be tried later. */
  | { readonly state: 'wait'; readonly epoch: number; readonly waitSeconds: number }
  /** Nothing is left. */
  | { readonly state: 'idle'; readonly epoch: number };

/** New work may arrive while a run waits for a later attempt. */
const LONGEST_WAIT_SECONDS = 10;

/** Nothing is due now: either all is done, or something is to be tried at `nextAt` (epoch milliseconds). */
export function restUntil(nextAt: number | undefined, now: number, epoch: number): StepResult {
  if (nextAt === undefined) return { state: 'idle', epoch };
  const waitSeconds = Math.max(1, Math.min(LONGEST_WAIT_SECONDS, Math.ceil((nextAt - now) / 1000)));
  return { state: 'wait', epoch, waitSeconds };
}
