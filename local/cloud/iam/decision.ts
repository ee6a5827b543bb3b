import type { Principal } from '../service';
import type { ConditionContext } from './condition-context';
import { covers, type Policy, type Statement } from './policy';
import type { PrincipalMatch } from './principal';

/** What is asked about one resource of a call. */
export interface Question {
  readonly principal: Principal;
  readonly action: string;
  readonly resource: string;
  readonly context: ConditionContext;
  /** Policies of the role; absent for an account key, which may do everything its account may. */
  readonly identityPolicies: readonly Policy[] | undefined;
  readonly boundary: Policy | undefined;
  readonly resourcePolicies: readonly Policy[];
  readonly sameAccount: boolean;
  /** The resource's policy must allow even in the same account: KMS keys and role trust. */
  readonly resourcePolicyRules: boolean;
}

export interface Decision {
  readonly allowed: boolean;
  /** Completes "… is not authorized to perform: … on resource: …"; empty when allowed. */
  readonly reason: string;
  /** Statements of identity policies that allowed it. */
  readonly granting: readonly Statement[];
}

/**
 * AWS: an explicit deny anywhere wins. In one account the identity or the resource policy may allow; across accounts
 * both must. A resource policy that names the account instead of the caller leaves it to the identity policy. A
 * permissions boundary limits what the identity policy allows.
 */
export function decide(question: Question): Decision {
  const denial = explicitDeny(question);
  if (denial !== undefined) return { allowed: false, reason: `with an explicit deny in ${denial}`, granting: [] };
  const granting = matching(question.identityPolicies ?? [], 'Allow', question);
  const bounded = question.boundary === undefined || matching([question.boundary], 'Allow', question).length > 0;
  const byIdentity = question.principal.kind === 'accountKey' || granting.length > 0;
  const byResource = resourceGrant(question);
  const missing = missingSide(question, byIdentity, byResource);
  if (missing !== undefined) return refusal(missing, question.action);
  if (!bounded) return refusal('permissions boundary', question.action);
  return { allowed: true, reason: '', granting };
}

type Side = 'identity-based policy' | 'resource-based policy' | 'permissions boundary';

function refusal(side: Side, action: string): Decision {
  return { allowed: false, reason: `because no ${side} allows the ${action} action`, granting: [] };
}

function missingSide(question: Question, byIdentity: boolean, byResource: PrincipalMatch): Side | undefined {
  if (question.principal.kind === 'service') return byResource === 'none' ? 'resource-based policy' : undefined;
  if (!question.sameAccount || question.resourcePolicyRules) {
    if (byResource === 'none') return 'resource-based policy';
    const identityNeeded = !question.sameAccount || byResource === 'account';
    return identityNeeded && !byIdentity ? 'identity-based policy' : undefined;
  }
  return byIdentity || byResource === 'direct' ? undefined : 'identity-based policy';
}

function explicitDeny(question: Question): string | undefined {
  if (matching(question.identityPolicies ?? [], 'Deny', question).length > 0) return 'an identity-based policy';
  const boundary = question.boundary === undefined ? [] : [question.boundary];
  if (matching(boundary, 'Deny', question).length > 0) return 'a permissions boundary';
  const denying = matching(question.resourcePolicies, 'Deny', question);
  const names = denying.some((statement) => statement.principals?.match(question.principal) !== 'none');
  return names ? 'a resource-based policy' : undefined;
}

function resourceGrant(question: Question): PrincipalMatch {
  let best: PrincipalMatch = 'none';
  for (const statement of matching(question.resourcePolicies, 'Allow', question)) {
    const match = statement.principals?.match(question.principal) ?? 'none';
    if (match === 'direct') return 'direct';
    if (match === 'account') best = 'account';
  }
  return best;
}

function matching(policies: readonly Policy[], effect: 'Allow' | 'Deny', question: Question): Statement[] {
  const found: Statement[] = [];
  for (const policy of policies) {
    for (const statement of policy.statements) {
      if (statement.effect !== effect) continue;
      if (covers(statement, question.action, question.resource, question.context)) found.push(statement);
    }
  }
  return found;
}
