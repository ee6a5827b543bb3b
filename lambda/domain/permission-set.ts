import { type PermissionSet, validatePermissionSet } from '../../schemas/generated/permission-set';
import { schemaProblems } from '../../schemas/schema-problems';
import { permissionSetProblems } from './permission-set-rules';
import type { Parsed, Problem } from './problem';

export type {
  CustomerManagedPolicy,
  InlinePolicy,
  PermissionSet,
  PermissionSetTag,
  PermissionsBoundary,
} from '../../schemas/generated/permission-set';

/** What a document may leave out, and a merge may remove. */
const OPTIONAL_PROPERTIES: readonly string[] = [
  'description',
  'sessionDurationInMinutes',
  'relayState',
  'tags',
  'managedPoliciesArnList',
  'customerManagedPoliciesList',
  'inlinePolicyDocument',
  'permissionsBoundary',
] satisfies readonly (keyof PermissionSet)[];

/** Reads a document; every problem at once. `path` is where it stands, e.g. `permissionSetData`; empty for a file. */
export function parsePermissionSet(value: unknown, path: string): Parsed<PermissionSet> {
  const isValid = validatePermissionSet(value);
  const found = isValid ? [] : schemaProblems(validatePermissionSet.errors, path);
  const problems = [...found, ...permissionSetProblems(value).map((problem) => placed(problem, path))];
  return isValid && problems.length === 0 ? { ok: true, value } : { ok: false, problems };
}

/** The document with only the given properties changed; `null` removes one. Its result still has to be parsed. */
export function mergePermissionSet(
  base: PermissionSet | undefined,
  changed: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const merged = new Map<string, unknown>(Object.entries(base ?? {}));
  for (const [name, value] of Object.entries(changed)) {
    if (value === null && OPTIONAL_PROPERTIES.includes(name)) merged.delete(name);
    else merged.set(name, value);
  }
  // Also what is called `__proto__` becomes a property, which is refused.
  return Object.fromEntries(merged);
}

function placed({ path, message }: Problem, root: string): Problem {
  return { path: root === '' ? path : `${root}.${path}`, message };
}
