import type { Finding, Judgement, Unchecked } from './finding';

/** What people read: findings that stop first, then warnings, then what could not be checked. */
export function reportText({ findings, unchecked, made }: Judgement): string {
  const ordered = [...findings].sort((one, other) => one.severity.localeCompare(other.severity));
  const lines = [...ordered.map(findingText), ...uncheckedTexts(unchecked)];
  const stopping = findings.filter(({ severity }) => severity === 'stops').length;
  const warnings = findings.length - stopping;
  const summary = `${made.length} checks made: ${stopping} findings stop, ${warnings} warn; ${unchecked.length} checks could not be made.`;
  return [...lines, summary].join('\n');
}

function findingText({ severity, check, part, place, missing, remedy }: Finding): string {
  return `${severity.toUpperCase()} ${check} (${part}, ${place}): ${missing}\n  ${remedy}`;
}

/** The same reason in the same account is told once, with everything that it hides. */
function uncheckedTexts(unchecked: readonly Unchecked[]): string[] {
  const groups = new Map<string, { readonly at: string; readonly why: string; readonly checks: string[] }>();
  for (const { check, part, place, why } of unchecked) {
    const group = groups.get(`${place} ${why}`) ?? { at: `${part}, ${place}`, why, checks: [] };
    group.checks.push(check);
    groups.set(`${place} ${why}`, group);
  }
  return [...groups.values()].map(
    ({ at, why, checks }) => `NOT CHECKED ${[...new Set(checks)].join(', ')} (${at}): ${why}`,
  );
}
