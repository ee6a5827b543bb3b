import type { Principal } from '../service';
import { PolicyError } from './policy-error';

/**
 * How a policy names a caller: `direct` names it (or everybody) and grants by itself; `account` names the caller's
 * account, which only lets that account's own policies grant.
 */
export type PrincipalMatch = 'none' | 'account' | 'direct';

export interface PrincipalMatcher {
  match(principal: Principal): PrincipalMatch;
  /** Role ARNs named; they must exist when the policy is created. */
  readonly roleArns: readonly string[];
}

const ACCOUNT = /^(?:arn:aws:iam::(\d{12}):root|(\d{12}))$/;
const ROLE = /^arn:aws:iam::\d{12}:role\/[\w+=,.@/-]+$/;
const SESSION = /^arn:aws:sts::\d{12}:assumed-role\/[\w+=,.@-]+\/[\w+=,.@-]+$/;

interface Named {
  everybody: boolean;
  readonly accounts: Set<string>;
  readonly arns: Set<string>;
  readonly services: Set<string>;
}

/** Compiles a `Principal` element. `Federated` and `CanonicalUser` are refused by name. */
export function compilePrincipals(element: unknown): PrincipalMatcher {
  const named: Named = { everybody: false, accounts: new Set(), arns: new Set(), services: new Set() };
  if (element === '*') named.everybody = true;
  else if (typeof element === 'object' && element !== null && !Array.isArray(element)) readPrincipals(element, named);
  else throw new PolicyError('Principal must be "*" or an object');
  return {
    match: (principal) => matchPrincipal(principal, named),
    roleArns: [...named.arns].filter((arn) => ROLE.test(arn)),
  };
}

function readPrincipals(element: object, named: Named): void {
  for (const [type, value] of Object.entries(element)) {
    for (const entry of Array.isArray(value) ? value : [value]) {
      if (typeof entry !== 'string') throw new PolicyError(`Invalid principal in policy: ${JSON.stringify(entry)}`);
      if (type === 'AWS') readAwsPrincipal(entry, named);
      else if (type === 'Service') named.services.add(entry);
      else throw new PolicyError(`principal type ${type} is not implemented by the local cloud`);
    }
  }
}

function readAwsPrincipal(entry: string, named: Named): void {
  const [, rootOf, accountId] = ACCOUNT.exec(entry) ?? [];
  const account = rootOf ?? accountId;
  if (entry === '*') named.everybody = true;
  else if (account !== undefined) named.accounts.add(account);
  else if (ROLE.test(entry) || SESSION.test(entry)) named.arns.add(entry);
  else throw new PolicyError(`Invalid principal in policy: "AWS":"${entry}"`);
}

function matchPrincipal(principal: Principal, named: Named): PrincipalMatch {
  if (named.everybody) return 'direct';
  if (principal.kind === 'service') return named.services.has(principal.arn) ? 'direct' : 'none';
  if (named.arns.has(principal.arn) || (principal.roleArn !== undefined && named.arns.has(principal.roleArn))) {
    return 'direct';
  }
  return named.accounts.has(principal.accountId) ? 'account' : 'none';
}
