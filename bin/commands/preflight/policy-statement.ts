import type { PolicyStatement } from './facts';

/** Whoever a statement is for: accounts, roles or everybody, never services. */
export function principalsOf(principal: unknown): readonly string[] {
  if (typeof principal === 'string') return [principal];
  const aws: unknown = (principal as { AWS?: unknown } | undefined)?.AWS;
  return [aws ?? []].flat().filter((name): name is string => typeof name === 'string');
}

/** The values of `aws:PrincipalArn` that a condition asks for. */
export function principalConditions(condition: PolicyStatement['Condition']): readonly string[] {
  return Object.entries(condition ?? {})
    .filter(([operator]) => /^(ForAnyValue:)?(Arn|String)(Equals|Like)(IgnoreCase)?$/.test(operator))
    .flatMap(([, tests]) => Object.entries(tests))
    .filter(([key]) => key.toLowerCase() === 'aws:principalarn')
    .flatMap(([, values]) => [values].flat());
}

/** AWS: `*` stands for any characters, `?` for one; the case of actions does not matter. */
export function matches(pattern: string, text: string): boolean {
  const expression = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${expression}$`, 'i').test(text);
}

/** Statements of a policy; AWS writes a single one without brackets. */
export function policyStatements(text: string): readonly PolicyStatement[] {
  const { Statement = [] } = text === '' ? {} : JSON.parse(text);
  return [Statement].flat();
}
