import { quoted } from '../../schemas/schema-problems';
import { countedCharacters, MOST_POLICY_BYTES, MOST_POLICY_CHARACTERS, policyText } from './inline-policy';
import type { Problem } from './problem';

/** AWS: AWS managed and customer managed policies of one permission set, together. */
const MOST_POLICIES = 25;

/** What a schema cannot say of a permission set: rules about several values. Looks only at what is there and well-formed. */
export function permissionSetProblems(value: unknown): Problem[] {
  if (!isObject(value)) return [];
  return [
    ...tagProblems(listIn(value.tags)),
    ...policyListProblems(value),
    ...inlinePolicyProblems(value.inlinePolicyDocument),
  ];
}

function tagProblems(tags: readonly unknown[]): Problem[] {
  const keys = tags.map((tag) => (isObject(tag) && typeof tag.Key === 'string' ? tag.Key : undefined));
  const reserved = keys.flatMap((key, index) =>
    key?.toLowerCase().startsWith('aws:')
      ? [{ path: `tags.${index}.Key`, message: `expected a key that does not begin with aws:, got ${quoted(key)}` }]
      : [],
  );
  return [...doubled(keys, (index) => `tags.${index}.Key`, 'key'), ...reserved];
}

function policyListProblems({
  managedPoliciesArnList,
  customerManagedPoliciesList,
}: Readonly<Record<string, unknown>>) {
  const managed = listIn(managedPoliciesArnList);
  const customerManaged = listIn(customerManagedPoliciesList);
  const arns = managed.map((arn) => (typeof arn === 'string' ? arn : undefined));
  const problems = [
    ...doubled(arns, (index) => `managedPoliciesArnList.${index}`, 'policy'),
    ...doubled(customerManaged.map(pathAndName), (index) => `customerManagedPoliciesList.${index}`, 'policy'),
  ];
  const count = managed.length + customerManaged.length;
  if (count > MOST_POLICIES) {
    const path = managed.length > 0 ? 'managedPoliciesArnList' : 'customerManagedPoliciesList';
    const lists = 'managedPoliciesArnList and customerManagedPoliciesList together';
    problems.push({ path, message: `expected at most ${MOST_POLICIES} policies in ${lists}, got ${count}` });
  }
  return problems;
}

/** AWS: inside an account a policy is known by its path and name, in exactly this spelling. */
function pathAndName(policy: unknown): string | undefined {
  if (!isObject(policy) || typeof policy.Name !== 'string') return undefined;
  return `${policy.Path ?? '/'}${policy.Name}`;
}

function inlinePolicyProblems(policy: unknown): Problem[] {
  if (!isObject(policy)) return [];
  const isList = Array.isArray(policy.Statement);
  const statements = isList ? listIn(policy.Statement) : [policy.Statement];
  const pathOf = (index: number) => `inlinePolicyDocument.Statement${isList ? `.${index}` : ''}`;
  const ids = statements.map((statement) => (isObject(statement) && statement.Sid ? String(statement.Sid) : undefined));
  return [
    ...statements.flatMap((statement, index) =>
      isObject(statement) ? statementProblems(statement, pathOf(index)) : [],
    ),
    ...doubled(ids, (index) => `${pathOf(index)}.Sid`, 'statement id'),
    ...sizeProblems(policy),
  ];
}

/** AWS: exactly one of each pair. */
const ALTERNATIVES = [
  ['Action', 'NotAction'],
  ['Resource', 'NotResource'],
] as const;

function statementProblems(statement: Readonly<Record<string, unknown>>, path: string): Problem[] {
  return ALTERNATIVES.flatMap(([one, other]) => {
    if (one in statement !== other in statement) return [];
    if (!(one in statement)) return [{ path: `${path}.${one}`, message: `is missing: expected ${one} or ${other}` }];
    return [{ path: `${path}.${other}`, message: `expected only one of ${one} and ${other}: remove the other` }];
  });
}

function sizeProblems(policy: object): Problem[] {
  const path = 'inlinePolicyDocument';
  const text = policyText(policy);
  const counted = countedCharacters(text);
  if (counted > MOST_POLICY_CHARACTERS) {
    const message = `expected at most ${MOST_POLICY_CHARACTERS} characters without white space, got ${counted}`;
    return [{ path, message }];
  }
  if (text.length <= MOST_POLICY_BYTES) return [];
  return [{ path, message: `expected at most ${MOST_POLICY_BYTES} characters in all, got ${text.length}` }];
}

/** Values that stand twice in a list; the later ones are the problems. */
function doubled(values: readonly (string | undefined)[], pathOf: (index: number) => string, what: string): Problem[] {
  const first = new Map<string, number>();
  return values.flatMap((value, index) => {
    if (value === undefined) return [];
    const known = first.get(value);
    if (known === undefined) first.set(value, index);
    return known === undefined
      ? []
      : [{ path: pathOf(index), message: `expected each ${what} once, got ${quoted(value)} again` }];
  });
}

function listIn(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
