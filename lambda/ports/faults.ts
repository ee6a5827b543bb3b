/** Faults of the world, thrown by name. State machines and callers match on the name, never on a message. */

/** Too many requests: try again later; nothing happened. */
export class Throttled extends Error {
  override readonly name = 'Throttled';
}

/** Another operation on the same thing is running: try again later; nothing happened. */
export class Conflict extends Error {
  override readonly name = 'Conflict';
}

/** The caller lacks a right. Trying again does not help until somebody grants it. */
export class Denied extends Error {
  override readonly name = 'Denied';
}

/** The service refuses this input or state (validation, quota, something it refers to does not exist). */
export class Rejected extends Error {
  override readonly name = 'Rejected';
}

/** What the call refers to does not exist. */
export class Missing extends Error {
  override readonly name = 'Missing';
}

/** The service answered that it failed (5xx): nothing is running because of this call. */
export class Unavailable extends Error {
  override readonly name = 'Unavailable';
}

/** No answer arrived: the call may or may not have taken effect. */
export class OutcomeUnknown extends Error {
  override readonly name = 'OutcomeUnknown';
}

/** A rule of this program is broken; going on could do harm. */
export class InvariantViolated extends Error {
  override readonly name = 'InvariantViolated';
}
