import type { App } from 'aws-cdk-lib';
import { type ListedGrant, listGrants } from './list-grants';

/** A right that this many roles have word for word is printed once, for all of them. */
const SHARED_BY = 3;

/**
 * Every right of the application as Markdown, for people to read: per stack and role a table of actions, resources,
 * conditions and reasons.
 */
export function printRights(app: App): string {
  const grants = listGrants(app);
  const shared = sharedRights(grants);
  const others = grants.filter((grant) => !shared.has(wordsOf(grant)));
  const general = [...shared.values()].map(([first]) => first).filter((grant) => grant !== undefined);
  const stacks = [...groupBy(others, ({ stack }) => stack)];
  return [
    `### Of ${SHARED_BY} roles or more`,
    '',
    table(general, (grant) => `${grant.why} Roles: ${rolesOf(shared.get(wordsOf(grant)) ?? [])}.`),
    ...stacks.flatMap(([stack, ofStack]) => [
      `### Stack ${stack}`,
      '',
      ...[...groupBy(ofStack, ({ role }) => role)].flatMap(([role, ofRole]) => [
        `\`${role}\`: ${ofRole[0]?.purpose}`,
        '',
        table(ofRole, ({ why }) => why),
      ]),
    ]),
  ].join('\n');
}

function sharedRights(grants: readonly ListedGrant[]): Map<string, ListedGrant[]> {
  return new Map([...groupBy(grants, wordsOf)].filter(([, same]) => same.length >= SHARED_BY));
}

function groupBy<T>(values: readonly T[], keyOf: (value: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const value of values) groups.set(keyOf(value), [...(groups.get(keyOf(value)) ?? []), value]);
  return groups;
}

/** What is said of a right, apart from whose it is. */
function wordsOf({ actions, resources, conditions, why }: ListedGrant): string {
  return JSON.stringify([actions, resources, conditions, why]);
}

function rolesOf(grants: readonly ListedGrant[]): string {
  return [...new Set(grants.map(({ role }) => `\`${role}\``))].join(', ');
}

function table(grants: readonly ListedGrant[], why: (grant: ListedGrant) => string): string {
  const rows = grants.map((grant) => `| ${codes(grant.actions)} | ${where(grant)} | ${escaped(why(grant))} |`);
  return ['| actions | resources | why |', '|---|---|---|', ...rows, ''].join('\n');
}

function where({ resources, conditions }: ListedGrant): string {
  const only = Object.entries(conditions ?? {}).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => `${operator} \`${key}\` ${codes([values].flat())}`),
  );
  return [codes(resources), ...only.map((condition) => `if ${condition}`)].join('<br>');
}

function codes(values: readonly string[]): string {
  return values.map((value) => `\`${escaped(value)}\``).join('<br>');
}

function escaped(text: string): string {
  return text.replaceAll('|', '\\|');
}
