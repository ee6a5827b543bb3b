import { actionNames } from './action-data';
import type { ConditionContext } from './condition-context';
import { conditionContext } from './condition-context';
import type { Entry, Policy, Statement } from './policy';

/** One right: who, what, on what. */
export interface Right {
  /** ARN of the role, or the name of the service principal. */
  readonly role: string;
  readonly action: string;
  /** In `denied` the resource asked for, in `unused` the pattern of the statement. */
  readonly resource: string;
}

export interface AccessReport {
  readonly denied: readonly Right[];
  readonly unused: readonly Right[];
}

/** An action that a statement grants: its name, or the pattern when the service's actions are not known. */
interface GrantedAction {
  readonly name: string;
  covers(action: string): boolean;
}

const NO_CONTEXT = conditionContext();

/** Remembers which rights the templates grant, which of them were used, and what was denied. */
export class GrantRecord {
  private readonly unused = new Map<string, Right>();
  private readonly denials = new Map<string, Right>();
  private readonly actions = new WeakMap<Statement, readonly GrantedAction[]>();

  /** Notes what a template grants to a role: each action by itself, on each resource pattern. */
  grant(role: string, policy: Policy): void {
    for (const statement of policy.statements) {
      if (statement.effect !== 'Allow') continue;
      for (const { name } of this.actionsOf(statement)) {
        for (const entry of statement.resources) add(this.unused, right(role, name, statement, entry));
      }
    }
  }

  /** Notes that an allowed call used what a statement grants. */
  use(role: string, statement: Statement, action: string, resource: string, context: ConditionContext): void {
    if (this.unused.size === 0) return;
    for (const granted of this.actionsOf(statement)) {
      if (!granted.covers(action)) continue;
      for (const entry of statement.resources) {
        const covered = entry.matches(resource, context) !== statement.notResource;
        if (covered) this.unused.delete(keyOf(right(role, granted.name, statement, entry)));
      }
    }
  }

  deny(denied: Right): void {
    add(this.denials, denied);
  }

  report(): AccessReport {
    return { denied: sorted(this.denials), unused: sorted(this.unused) };
  }

  private actionsOf(statement: Statement): readonly GrantedAction[] {
    const known = this.actions.get(statement);
    if (known !== undefined) return known;
    const actions = statement.actions.flatMap((entry) => expand(entry, statement.notAction));
    this.actions.set(statement, actions);
    return actions;
  }
}

/** Expands `s3:Get*` to the actions it stands for; what cannot be expanded stays one right. */
function expand(entry: Entry, negated: boolean): GrantedAction[] {
  if (negated) return [{ name: `NotAction ${entry.pattern}`, covers: (action) => !entry.matches(action, NO_CONTEXT) }];
  const [service = ''] = entry.pattern.split(':');
  const names = /[*?]/.test(entry.pattern)
    ? actionNames(service).filter((name) => entry.matches(name, NO_CONTEXT))
    : [entry.pattern];
  if (names.length === 0) return [{ name: entry.pattern, covers: (action) => entry.matches(action, NO_CONTEXT) }];
  return names.map((name) => ({ name, covers: (action) => name.toLowerCase() === action.toLowerCase() }));
}

function right(role: string, action: string, statement: Statement, entry: Entry): Right {
  return { role, action, resource: statement.notResource ? `NotResource ${entry.pattern}` : entry.pattern };
}

function add(rights: Map<string, Right>, value: Right): void {
  rights.set(keyOf(value), value);
}

function keyOf(value: Right): string {
  return `${value.role} ${value.action} ${value.resource}`;
}

function sorted(rights: ReadonlyMap<string, Right>): readonly Right[] {
  return [...rights].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, value]) => value);
}
