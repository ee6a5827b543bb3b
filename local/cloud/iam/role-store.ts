import {
  optionalNumber,
  optionalString,
  physicalName,
  type ResourceInput,
  type ResourceOutput,
  recordList,
  refuseUnknownProperties,
} from '../../assembly/resource';
import type { Clock } from '../../clock';
import type { GrantRecord } from './grant-record';
import type { ManagedPolicies } from './managed-policies';
import { compilePolicy, type Policy, type PolicyKind } from './policy';
import { PolicyError } from './policy-error';
import { DEFAULT_SESSION_SECONDS, type Role, roleArn, uniqueId } from './role';
import type { StatementProofs } from './statement-proofs';

const ROLE_TYPE = 'AWS::IAM::Role';
const POLICY_TYPE = 'AWS::IAM::Policy';
/** AWS: default quota of a trust policy, characters without whitespace. */
const TRUST_POLICY_LIMIT = 2048;
/** AWS: all inline policies of a role together, characters without whitespace; not adjustable. */
const INLINE_POLICIES_LIMIT = 10_240;

export interface NewRole {
  readonly accountId: string;
  readonly name: string;
  readonly path?: string | undefined;
  readonly trust: unknown;
  readonly description?: string | undefined;
  readonly maxSessionSeconds?: number | undefined;
  readonly boundaryArn?: string | undefined;
  readonly tags?: readonly { readonly Key: string; readonly Value: string }[];
}

/** The roles of all accounts, from templates and from the configuration. */
export class RoleStore {
  private readonly byArn = new Map<string, Role>();

  constructor(
    private readonly clock: Clock,
    private readonly managedPolicies: ManagedPolicies,
    private readonly record: GrantRecord,
    private readonly proofs: StatementProofs,
  ) {}

  find(arn: string): Role | undefined {
    return this.byArn.get(arn);
  }

  /** AWS: role names are unique in an account regardless of path and case. */
  findByName(accountId: string, name: string): Role | undefined {
    return this.list(accountId).find((role) => role.name.toLowerCase() === name.toLowerCase());
  }

  list(accountId: string): readonly Role[] {
    return [...this.byArn.values()].filter((role) => role.accountId === accountId);
  }

  create(wanted: NewRole): Role {
    const { accountId, name, path = '/' } = wanted;
    const arn = roleArn(accountId, path, name);
    if (this.findByName(accountId, name) !== undefined) throw new Error(`Role with name ${name} already exists.`);
    const trust = this.compile(wanted.trust, 'trust', `trust policy of ${arn}`);
    refuseLonger(trust, TRUST_POLICY_LIMIT, `trust policy of ${arn}`);
    const role: Role = {
      accountId,
      name,
      path,
      arn,
      roleId: uniqueId('AROA', arn),
      description: wanted.description,
      tags: wanted.tags ?? [],
      maxSessionSeconds: wanted.maxSessionSeconds ?? DEFAULT_SESSION_SECONDS,
      createdAtMs: this.clock.now(),
      trust,
      boundary: this.boundary(wanted.boundaryArn),
      boundaryArn: wanted.boundaryArn,
      policies: new Map(),
    };
    this.byArn.set(arn, role);
    return role;
  }

  /** Puts an inline policy on a role. What templates grant is watched for being used. */
  putPolicy(role: Role, name: string, document: unknown, origin: 'template' | 'other'): void {
    const label = `policy ${name} of ${role.arn}`;
    const policy = this.compile(document, 'identity', label);
    role.policies.set(name, policy);
    let size = 0;
    for (const other of role.policies.values()) size += sizeOf(other);
    if (size > INLINE_POLICIES_LIMIT) {
      throw new Error(`Maximum policy size of ${INLINE_POLICIES_LIMIT} bytes exceeded for role ${role.name}`);
    }
    if (origin === 'other') return;
    this.record.grant(role.arn, policy);
    this.proofs.add(role.arn, name, policy);
  }

  /** `AWS::IAM::Role`: `Ref` is the name; attributes `Arn` and `RoleId`. */
  createFromTemplate(input: ResourceInput): ResourceOutput {
    const { properties } = input;
    refuseUnknownProperties(ROLE_TYPE, properties, {
      implemented: [
        'AssumeRolePolicyDocument',
        'Description',
        'MaxSessionDuration',
        'Path',
        'PermissionsBoundary',
        'Policies',
        'RoleName',
        'Tags',
      ],
    });
    const role = this.create({
      accountId: input.accountId,
      name: physicalName(input, properties.RoleName, { maxLength: 64 }),
      path: optionalString(ROLE_TYPE, properties, 'Path'),
      trust: properties.AssumeRolePolicyDocument,
      description: optionalString(ROLE_TYPE, properties, 'Description'),
      maxSessionSeconds: optionalNumber(ROLE_TYPE, properties, 'MaxSessionDuration'),
      boundaryArn: optionalString(ROLE_TYPE, properties, 'PermissionsBoundary'),
      tags: recordList(ROLE_TYPE, properties, 'Tags').map(({ Key, Value }) => ({ Key: `${Key}`, Value: `${Value}` })),
    });
    this.proofs.add(role.arn, 'trust', role.trust);
    for (const policy of recordList(ROLE_TYPE, properties, 'Policies')) {
      this.putPolicy(role, `${policy.PolicyName}`, policy.PolicyDocument, 'template');
    }
    return { ref: role.name, attributes: { Arn: role.arn, RoleId: role.roleId } };
  }

  /** `AWS::IAM::Policy`: an inline policy put on the roles it lists, also on roles of other origin. */
  attachFromTemplate(input: ResourceInput): ResourceOutput {
    const { properties, accountId } = input;
    refuseUnknownProperties(POLICY_TYPE, properties, { implemented: ['PolicyDocument', 'PolicyName', 'Roles'] });
    const name = optionalString(POLICY_TYPE, properties, 'PolicyName') ?? '';
    const roles = properties.Roles;
    if (!Array.isArray(roles) || roles.length === 0) throw new Error(`${POLICY_TYPE} ${name} must list Roles`);
    for (const roleName of roles) {
      const role = this.findByName(accountId, `${roleName}`);
      if (role === undefined) throw new Error(`The role with name ${roleName} cannot be found in ${accountId}.`);
      this.putPolicy(role, name, properties.PolicyDocument, 'template');
    }
    return { ref: name, attributes: { Id: name } };
  }

  /** Compiles a policy; AWS refuses one that names a role which does not exist. */
  compile(document: unknown, kind: PolicyKind, label: string): Policy {
    try {
      const policy = compilePolicy(document, kind);
      for (const { principals } of policy.statements) {
        const missing = principals?.roleArns.find((arn) => !this.byArn.has(arn));
        if (missing !== undefined) throw new PolicyError(`Invalid principal in policy: "AWS":"${missing}"`);
      }
      return policy;
    } catch (error) {
      if (error instanceof PolicyError) throw new PolicyError(`${label}: ${error.message}`);
      throw error;
    }
  }

  private boundary(arn: string | undefined): Policy | undefined {
    if (arn === undefined) return undefined;
    const managed = this.managedPolicies.find(arn);
    if (managed === undefined) throw new Error(`permissions boundary ${arn} does not exist in the local cloud`);
    return managed.policy;
  }
}

function sizeOf(policy: Policy): number {
  return JSON.stringify(policy.document).replaceAll(/\s/g, '').length;
}

function refuseLonger(policy: Policy, limit: number, label: string): void {
  if (sizeOf(policy) > limit) throw new PolicyError(`${label}: longer than ${limit} characters`);
}
