import { compilePolicy, type Policy } from './policy';
import { uniqueId } from './role';

/** A customer managed policy of one account. */
export interface ManagedPolicy {
  readonly accountId: string;
  readonly name: string;
  /** Begins and ends with a slash. */
  readonly path: string;
  readonly arn: string;
  readonly policyId: string;
  readonly description: string | undefined;
  readonly createdAtMs: number;
  readonly policy: Policy;
}

export interface NewManagedPolicy {
  readonly accountId: string;
  readonly name: string;
  readonly path: string;
  readonly document: unknown;
  readonly description?: string | undefined;
}

/** What a policy without a given document says: enough to exist, nothing that grants. */
const EMPTY_DOCUMENT = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Deny', Action: 'none:None', Resource: '*' }],
};

/** The customer managed policies of all accounts. AWS: names are unique per account regardless of path and case. */
export class ManagedPolicies {
  private readonly policies = new Map<string, ManagedPolicy>();

  /** Undefined when the account has a policy of that name already. */
  create(wanted: NewManagedPolicy, nowMs: number): ManagedPolicy | undefined {
    const { accountId, name, path, description } = wanted;
    const taken = this.list(accountId).some((other) => other.name.toLowerCase() === name.toLowerCase());
    if (taken) return undefined;
    const arn = `arn:aws:iam::${accountId}:policy${path}${name}`;
    const policy = compilePolicy(wanted.document ?? EMPTY_DOCUMENT, 'identity');
    const created = {
      accountId,
      name,
      path,
      arn,
      policyId: uniqueId('ANPA', arn),
      description,
      createdAtMs: nowMs,
      policy,
    };
    this.policies.set(arn, created);
    return created;
  }

  find(arn: string): ManagedPolicy | undefined {
    return this.policies.get(arn);
  }

  delete(arn: string): boolean {
    return this.policies.delete(arn);
  }

  list(accountId: string): readonly ManagedPolicy[] {
    return [...this.policies.values()].filter((policy) => policy.accountId === accountId);
  }
}
