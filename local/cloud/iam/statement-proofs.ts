import { decide, type Question } from './decision';
import { covers, type Policy, type Statement } from './policy';

/** One statement of a policy that a template declares, and the call that shows why it is needed. */
export interface StatementProof {
  /** ARN of a role, or the resource of the template that declares a policy of a queue, a key, a function … */
  readonly attachedTo: string;
  /** Name of the role's policy, `trust`, or `resource`. */
  readonly policy: string;
  readonly actions: readonly string[];
  /** Absent in trust policies and policies of resources. */
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
  readonly attachedTo: string;
  readonly policy: string;
  readonly statement: Statement;
  /** Calls that may still be tried. */
  trials: number;
  call?: ProvingCall;
}

/** A statement that overlaps with another is not tried at every call of a long run. */
const MOST_TRIALS = 200;

/**
 * Finds, for every statement that lets a role do something, lets somebody become it, or lets somebody use a resource, a
 * call that needs it.
 */
export class StatementProofs {
  private readonly candidates = new Map<object, Candidate>();

  /** Notes the statements of a role's policy, of its trust policy, or of a resource's policy. */
  add(attachedTo: string, name: string, policy: Policy): void {
    for (const statement of policy.statements) {
      if (statement.effect === 'Allow') {
        this.candidates.set(statement.source, { attachedTo, policy: name, statement, trials: MOST_TRIALS });
      }
    }
  }

  /** Looks whether an allowed call would be denied without one of the statements that cover it. */
  observe(question: Question): void {
    for (const policy of [...(question.identityPolicies ?? []), ...question.resourcePolicies]) {
      for (const statement of policy.statements) {
        const candidate = this.candidates.get(statement.source);
        if (candidate === undefined || candidate.call !== undefined || candidate.trials === 0) continue;
        if (!covers(statement, question.action, question.resource, question.context)) continue;
        candidate.trials -= 1;
        if (!decide(without(statement, question)).allowed) candidate.call = callOf(question);
      }
    }
  }

  report(): readonly StatementProof[] {
    return [...this.candidates.values()].map(({ attachedTo, policy, statement, call }) => ({
      attachedTo,
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
