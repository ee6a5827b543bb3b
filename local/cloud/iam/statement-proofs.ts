import { decide, type Question } from './decision';
import { covers, type Policy, type Statement } from './policy';

/** One statement of a role that a template declares, and the call that shows why it is needed. */
export interface StatementProof {
  /** ARN of the role. */
  readonly role: string;
  /** Name of the role's policy, or `trust`. */
  readonly policy: string;
  readonly actions: readonly string[];
  /** Absent in trust policies. */
  readonly resources?: readonly string[];
  /** A call that was allowed, and that is denied when only this statement is taken away; absent while there was none. */
  readonly call?: ProvingCall;
}

export interface ProvingCall {
  /** ARN of the caller, or the name of the service. */
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
  /** Condition keys, in lower case. */
  readonly context: Readonly<Record<string, readonly string[]>>;
}

interface Candidate {
  readonly role: string;
  readonly policy: string;
  readonly statement: Statement;
  /** Calls that may still be tried. */
  trials: number;
  call?: ProvingCall;
}

/** A statement that overlaps with another is not tried at every call of a long run. */
const MOST_TRIALS = 200;

/** Finds, for every statement that lets a role do something or lets somebody become it, a call that needs it. */
export class StatementProofs {
  private readonly candidates = new Map<Statement, Candidate>();

  /** Notes the statements of a role's policy, or of its trust policy. */
  add(role: string, name: string, policy: Policy): void {
    for (const statement of policy.statements) {
      if (statement.effect === 'Allow') {
        this.candidates.set(statement, { role, policy: name, statement, trials: MOST_TRIALS });
      }
    }
  }

  /** Looks whether an allowed call would be denied without one of the statements that cover it. */
  observe(question: Question): void {
    for (const policy of [...(question.identityPolicies ?? []), ...question.resourcePolicies]) {
      for (const statement of policy.statements) {
        const candidate = this.candidates.get(statement);
        if (candidate === undefined || candidate.call !== undefined || candidate.trials === 0) continue;
        if (!covers(statement, question.action, question.resource, question.context)) continue;
        candidate.trials -= 1;
        if (!decide(without(statement, question)).allowed) candidate.call = callOf(question);
      }
    }
  }

  report(): readonly StatementProof[] {
    return [...this.candidates.values()].map(({ role, policy, statement, call }) => ({
      role,
      policy,
      actions: statement.actions.map(({ pattern }) => pattern),
      ...(statement.principals === undefined ? { resources: statement.resources.map(({ pattern }) => pattern) } : {}),
      ...(call === undefined ? {} : { call }),
    }));
  }
}

function without(statement: Statement, question: Question): Question {
  const reduced = (policies: readonly Policy[]): Policy[] =>
    policies.map((policy) => ({ ...policy, statements: policy.statements.filter((other) => other !== statement) }));
  const { identityPolicies, resourcePolicies } = question;
  return {
    ...question,
    identityPolicies: identityPolicies === undefined ? undefined : reduced(identityPolicies),
    resourcePolicies: reduced(resourcePolicies),
  };
}

function callOf({ principal, action, resource, context }: Question): ProvingCall {
  const named = principal.kind === 'role' ? (principal.roleArn ?? principal.arn) : principal.arn;
  return { principal: named, action, resource, context: Object.fromEntries(context.entries()) };
}
