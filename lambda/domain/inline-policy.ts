/** AWS: 10,240 characters in an inline policy, white space not counted, and 32,768 in all. */
export const MOST_POLICY_CHARACTERS = 10_240;
export const MOST_POLICY_BYTES = 32_768;

/**
 * The policy as Identity Center takes it: JSON in which what is not Latin-1 is escaped, since AWS refuses it otherwise.
 * Nothing is left out or reordered.
 */
export function policyText(policy: object): string {
  return JSON.stringify(policy).replace(
    /[^\u0020-\u007e\u00a0-\u00ff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** What AWS counts of a policy. */
export function countedCharacters(text: string): number {
  return text.replace(/\s/g, '').length;
}

/** Whether two policy texts say the same; the order of keys and the spaces between them say nothing. */
export function isSamePolicy(left: string | undefined, right: string | undefined): boolean {
  if (left === undefined || right === undefined) return left === right;
  return left === right || canonical(left) === canonical(right);
}

/** Text with sorted keys; a text that is not JSON is like no other. */
function canonical(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), (_, value: unknown) => (isObject(value) ? sorted(value) : value));
  } catch {
    return text;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function sorted(value: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1)));
}
