/** Faults that can be switched on while the local cloud runs. They touch only calls made with a role's credentials. */
export interface Faults {
  /** Part of the calls that is answered with Throttling. */
  readonly throttle: number;
  /** Part of the calls that is answered with a server error. */
  readonly serverError: number;
  /** Part of the events that never arrives at a bus; notifications of S3 are delivered at least once. */
  readonly eventLoss: number;
  /** Part of the events that is delivered twice. */
  readonly eventDuplicate: number;
  /** Part of the events that is delivered late, after younger ones. */
  readonly eventReorder: number;
  /** Part of the function invocations that is killed at a random moment. */
  readonly lambdaCrash: number;
  /** Multiplies the latency of the simulated services. */
  readonly latencyFactor: number;
}

export const NO_FAULTS: Faults = {
  throttle: 0,
  serverError: 0,
  eventLoss: 0,
  eventDuplicate: 0,
  eventReorder: 0,
  lambdaCrash: 0,
  latencyFactor: 1,
};

const HIGHEST_LATENCY_FACTOR = 100;

/**
 * The faults a request body asks for; what it does not name is off, so `{}` ends all faults.
 * The problems name every key that does not exist and every value outside of its range.
 */
export function parseFaults(body: Readonly<Record<string, unknown>>): { faults: Faults; problems: readonly string[] } {
  const problems = Object.entries(body).flatMap(([key, value]) => {
    if (!Object.hasOwn(NO_FAULTS, key))
      return [`${key} is not a fault; the faults are ${Object.keys(NO_FAULTS).join(', ')}`];
    const highest = key === 'latencyFactor' ? HIGHEST_LATENCY_FACTOR : 1;
    const isFit = typeof value === 'number' && value >= 0 && value <= highest;
    return isFit ? [] : [`${key} must be a number from 0 to ${highest}`];
  });
  return { faults: { ...NO_FAULTS, ...(problems.length === 0 ? body : {}) }, problems };
}
