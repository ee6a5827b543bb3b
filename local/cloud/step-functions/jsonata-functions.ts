import { createHash } from 'node:crypto';
import jsonata from 'jsonata';
import { type Clock, type Random, seededRandom } from '../../clock';
import { randomUuid } from '../lambda/random-id';

/** AWS: the algorithms of `$hash`. */
const ALGORITHMS: Readonly<Record<string, string>> = {
  MD5: 'md5',
  'SHA-1': 'sha1',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
};
/** AWS: `$range` makes at most 1,000 numbers. */
const RANGE_LIMIT = 1000;

/**
 * Adds what Step Functions adds to JSONata (`$parse`, `$partition`, `$range`, `$hash`, `$random`, `$uuid`) and makes
 * time and chance those of the local cloud.
 */
export function registerFunctions(expression: jsonata.Expression, clock: Clock, random: Random): void {
  const format = jsonata('$fromMillis($at, $picture, $timezone)');
  const now = () => Math.floor(clock.now());
  expression.registerFunction('millis', now, '<:n>');
  expression.registerFunction(
    'now',
    (picture?: string, timezone?: string) => format.evaluate(undefined, { at: now(), picture, timezone }),
    '<s?s?:s>',
  );
  expression.registerFunction(
    'parse',
    (text?: string) => (text === undefined ? undefined : JSON.parse(text)),
    '<s-:j>',
  );
  expression.registerFunction('partition', partition, '<a-n:a>');
  expression.registerFunction('range', range, '<nnn:a>');
  expression.registerFunction('hash', hash, '<j-s:s>');
  expression.registerFunction('uuid', () => randomUuid(random), '<:s>');
  expression.registerFunction(
    'random',
    (seed?: number) => (seed === undefined ? random() : seededRandom(seed)()),
    '<n?:n>',
  );
  // AWS: $eval does not exist; a definition that uses it is refused anyway.
  expression.assign('eval', undefined);
}

function partition(items: readonly unknown[] | undefined, size: number): unknown[][] | undefined {
  if (items === undefined) return undefined;
  if (!Number.isInteger(size) || size <= 0) throw new Error('$partition: the size must be a positive whole number');
  const parts: unknown[][] = [];
  for (let start = 0; start < items.length; start += size) parts.push(items.slice(start, start + size));
  return parts;
}

function range(first: number, last: number, step: number): number[] {
  if (step === 0) throw new Error('$range: the step must not be 0');
  const length = Math.floor((last - first) / step) + 1;
  if (length > RANGE_LIMIT) throw new Error(`$range: at most ${RANGE_LIMIT} numbers`);
  return Array.from({ length: Math.max(0, length) }, (_, index) => first + index * step);
}

function hash(data: unknown, algorithm: string): string | undefined {
  if (data === undefined) return undefined;
  const name = ALGORITHMS[algorithm];
  if (name === undefined) throw new Error(`$hash: unknown algorithm ${algorithm}`);
  return createHash(name)
    .update(typeof data === 'string' ? data : JSON.stringify(data))
    .digest('hex');
}
