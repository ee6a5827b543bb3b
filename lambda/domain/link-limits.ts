import type { StructuredLink } from '../../schemas/generated/link';
import type { Problem } from './problem';
import type { ScopeExceptions } from './scope-exceptions';

/**
 * What narrows a link or bounds it in time. Belongs to the document, not to the link's identity: the text form cannot
 * say it, and the same link with other limits is still the same link.
 */
export interface LinkLimits {
  readonly except?: ScopeExceptions;
  /** Before it the link claims nothing. ISO 8601 with a zone, as given. */
  readonly notBefore?: string;
  /** From it on the link claims nothing. ISO 8601 with a zone, as given. */
  readonly expiresAt?: string;
}

/** Why a link claims nothing at a time, whatever its scope is. */
export interface OutOfTime {
  readonly phase: 'early' | 'over';
  /** `begins at …` or `expired at …`, with the time as it was given. */
  readonly message: string;
}

/** The limits that a structured link declares; empty when it has none. */
export function limitsOf({ scope: { except }, notBefore, expiresAt }: StructuredLink): LinkLimits {
  return {
    ...(except ? { except: except as unknown as ScopeExceptions } : {}),
    ...(notBefore ? { notBefore } : {}),
    ...(expiresAt ? { expiresAt } : {}),
  };
}

/**
 * What is wrong with the times of a link that is to be created, beyond what the schema says; texts that are no times
 * are left to the schema.
 * @param link as it was given, whatever it is
 * @param now epoch milliseconds
 */
export function timeProblems(link: unknown, path: string, now: number): Problem[] {
  const { notBefore, expiresAt } = (link ?? {}) as { notBefore?: unknown; expiresAt?: unknown };
  const end = milliseconds(expiresAt);
  const at = `${path}.expiresAt`;
  const problems: Problem[] = [];
  if (end <= now) {
    const message = `expected a time that is still to come, got ${String(expiresAt)}; give a later one, or delete the link`;
    problems.push({ path: at, message });
  }
  if (end <= milliseconds(notBefore)) {
    const message = `expected a time after notBefore (${String(notBefore)}), got ${String(expiresAt)}`;
    problems.push({ path: at, message });
  }
  return problems;
}

/** Whether a link with these limits is outside its time, and how; nothing when it claims what its scope covers. */
export function outOfTime({ notBefore, expiresAt }: LinkLimits, now: number): OutOfTime | undefined {
  if (milliseconds(expiresAt) <= now) return { phase: 'over', message: `expired at ${expiresAt}` };
  if (milliseconds(notBefore) > now) return { phase: 'early', message: `begins at ${notBefore}` };
  return undefined;
}

/** Epoch milliseconds at which what a link claims changes by itself. */
export function turningPoints({ notBefore, expiresAt }: LinkLimits): number[] {
  return [milliseconds(notBefore), milliseconds(expiresAt)].filter((time) => !Number.isNaN(time));
}

/** Not a number when it is no time: then no comparison holds. */
function milliseconds(time: unknown): number {
  return typeof time === 'string' ? Date.parse(time) : Number.NaN;
}
