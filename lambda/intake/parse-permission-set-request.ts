import type { PermissionSetRequest } from '../../schemas/generated/permission-set-request';
import { validatePermissionSetRequest } from '../../schemas/generated/permission-set-request';
import { schemaProblems } from '../../schemas/schema-problems';
import type { PermissionSetName } from '../domain/ids';
import { type PermissionSet, parsePermissionSet } from '../domain/permission-set';
import type { Parsed, Problem } from '../domain/problem';
import { parseJson, withoutRoot } from './parse-json';

/** What `POST /postPermissionSetData` asks for. */
export type PermissionSetPost = { readonly name: PermissionSetName; readonly ifGeneration?: number } & (
  | { readonly action: 'create' | 'update'; readonly document: PermissionSet }
  | { readonly action: 'update'; readonly changed: Readonly<Record<string, unknown>> }
  | { readonly action: 'delete' }
  | { readonly action: 'restore'; readonly generation: number }
);

export const DATA = 'permissionSetData';
const EXPECTED = 'a JSON object with action and permissionSetData';

/** Reads the body of `POST /postPermissionSetData`. Every problem is reported at once, each with its path. */
export function parsePermissionSetRequest(body: string | null | undefined): Parsed<PermissionSetPost> {
  const json = parseJson(body, 'body', EXPECTED);
  if (!json.ok) return json;
  const request = json.value;
  const isRequest = validatePermissionSetRequest(request);
  const problems = isRequest ? [] : schemaProblems(validatePermissionSetRequest.errors, 'body').map(withoutRoot);
  if (!isRequest && !isObject(request)) return { ok: false, problems };
  const draft = request as Partial<PermissionSetRequest>;
  problems.push(...keyProblems(draft));
  const data = parseData(draft);
  if (!isRequest || !data.ok || problems.length > 0) {
    return { ok: false, problems: [...problems, ...(data.ok ? [] : data.problems)] };
  }
  return { ok: true, value: data.value };
}

/** Keys that belong to one action only: accepted elsewhere they would be ignored. */
function keyProblems({ action, merge, generation }: Partial<PermissionSetRequest>): Problem[] {
  const isKnown = action === 'create' || action === 'delete' || action === 'update' || action === 'restore';
  if (!isKnown) return [];
  return [
    ...(merge !== undefined && action !== 'update' ? [{ path: 'merge', message: 'belongs to action update' }] : []),
    ...(generation !== undefined && action !== 'restore'
      ? [{ path: 'generation', message: 'belongs to action restore; did you mean ifGeneration?' }]
      : []),
    ...(generation === undefined && action === 'restore'
      ? [{ path: 'generation', message: 'is missing: expected the generation to restore' }]
      : []),
  ];
}

function parseData(draft: Partial<PermissionSetRequest>): Parsed<PermissionSetPost> {
  const { action, permissionSetData, merge, generation = 0, ifGeneration } = draft;
  if (!isObject(permissionSetData)) return { ok: false, problems: [] };
  const condition = ifGeneration === undefined ? {} : { ifGeneration };
  if (action === 'delete' || action === 'restore') {
    const named = parseName(permissionSetData, true);
    if (!named.ok) return named;
    const base = { name: named.value, ...condition };
    return { ok: true, value: action === 'delete' ? { ...base, action } : { ...base, action, generation } };
  }
  if (merge === true) {
    const named = parseName(permissionSetData, false);
    return named.ok
      ? { ok: true, value: { name: named.value, ...condition, action: 'update', changed: permissionSetData } }
      : named;
  }
  const parsed = parsePermissionSet(permissionSetData, DATA);
  if (!parsed.ok) return parsed;
  const name = parsed.value.permissionSetName as PermissionSetName;
  return { ok: true, value: { name, ...condition, action: action ?? 'create', document: parsed.value } };
}

/** The name by the grammar of documents; other properties are refused where the name is all that counts. */
function parseName(data: Readonly<Record<string, unknown>>, isAlone: boolean): Parsed<PermissionSetName> {
  const { permissionSetName, ...others } = data;
  const parsed = parsePermissionSet(permissionSetName === undefined ? {} : { permissionSetName }, DATA);
  const unexpected = isAlone ? Object.keys(others) : [];
  const problems = [
    ...(parsed.ok ? [] : parsed.problems),
    ...unexpected.map((name) => ({ path: `${DATA}.${name}`, message: 'does not belong here: the name is enough' })),
  ];
  return problems.length > 0 ? { ok: false, problems } : { ok: true, value: permissionSetName as PermissionSetName };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
