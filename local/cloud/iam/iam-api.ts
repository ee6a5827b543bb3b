import type { Clock } from '../../clock';
import type { AccessNeed } from '../../gateway/access/access';
import { type Call, notImplemented, ServiceFault } from '../service';
import type { ManagedPolicies, ManagedPolicy } from './managed-policies';
import { PolicyError } from './policy-error';
import type { Role } from './role';
import type { RoleStore } from './role-store';

type Operation = (call: Call) => unknown;

/** AWS: page size of the list operations unless MaxItems says otherwise. */
const DEFAULT_PAGE = 100;
const POLICY_NAME = /^[\w+=,.@-]{1,128}$/;
const POLICY_PATH = /^\/(?:[\u0021-\u007e]+\/)?$/;

/** The IAM operations that clients of the local cloud can call. Times are simulated. */
export class IamApi {
  private readonly operations: Readonly<Record<string, Operation>> = {
    GetRole: (call) => ({ Role: printRole(this.role(call)) }),
    ListRoles: (call) => paged(call, 'Roles', this.roles.list(call.principal.accountId).map(printRole)),
    CreatePolicy: (call) => ({ Policy: printPolicy(this.createPolicy(call)) }),
    GetPolicy: (call) => ({ Policy: printPolicy(this.policy(call)) }),
    ListPolicies: (call) => this.listPolicies(call),
    DeletePolicy: (call) => this.deletePolicy(call),
  };

  constructor(
    private readonly clock: Clock,
    private readonly roles: RoleStore,
    private readonly policies: ManagedPolicies,
  ) {}

  async handle(call: Call): Promise<unknown> {
    const operation = this.operations[call.operation];
    if (operation === undefined) throw notImplemented('iam', call.operation);
    return operation(call);
  }

  access(call: Call): readonly AccessNeed[] {
    const account = `arn:aws:iam::${call.principal.accountId}`;
    const { operation, input } = call;
    const resource = (): string => {
      if (operation === 'GetRole') {
        const name = String(input.RoleName);
        return this.roles.findByName(call.principal.accountId, name)?.arn ?? `${account}:role/${name}`;
      }
      if (operation === 'CreatePolicy') return `${account}:policy${input.Path ?? '/'}${input.PolicyName}`;
      if (operation === 'GetPolicy' || operation === 'DeletePolicy') return String(input.PolicyArn);
      // AWS: the service authorization of ListRoles and ListPolicies has resource types for the path prefix only.
      return operation === 'ListRoles' ? `${account}:role${input.PathPrefix ?? '/'}` : '*';
    };
    return [{ action: `iam:${operation}`, resources: [resource()] }];
  }

  private role(call: Call): Role {
    const name = String(call.input.RoleName);
    const role = this.roles.findByName(call.principal.accountId, name);
    if (role === undefined) {
      throw new ServiceFault('NoSuchEntity', `The role with name ${name} cannot be found.`, 404);
    }
    return role;
  }

  private policy(call: Call): ManagedPolicy {
    const arn = String(call.input.PolicyArn);
    const policy = this.policies.find(arn);
    if (policy === undefined || policy.accountId !== call.principal.accountId) {
      throw new ServiceFault('NoSuchEntity', `Policy ${arn} does not exist or is not attachable.`, 404);
    }
    return policy;
  }

  private createPolicy(call: Call): ManagedPolicy {
    const { PolicyName: name, Path: path = '/', PolicyDocument: document, Description: description } = call.input;
    if (typeof name !== 'string' || !POLICY_NAME.test(name)) {
      throw new ServiceFault('ValidationError', 'The specified value for policyName is invalid.');
    }
    if (typeof path !== 'string' || !POLICY_PATH.test(path)) {
      throw new ServiceFault('ValidationError', 'The specified value for path is invalid.');
    }
    if (typeof document !== 'string') throw new ServiceFault('ValidationError', 'PolicyDocument is required.');
    try {
      const { accountId } = call.principal;
      const created = this.policies.create({ accountId, name, path, document, description }, this.clock.now());
      if (created !== undefined) return created;
    } catch (error) {
      if (error instanceof PolicyError) throw new ServiceFault('MalformedPolicyDocument', error.message);
      throw error;
    }
    throw new ServiceFault(
      'EntityAlreadyExists',
      `A policy called ${name} already exists. Duplicate names are not allowed.`,
      409,
    );
  }

  private listPolicies(call: Call): unknown {
    const { Scope: scope = 'All', PathPrefix: prefix = '/' } = call.input;
    // The AWS managed policies are not listed: any well-formed one exists in the local cloud.
    const policies = scope === 'AWS' ? [] : this.policies.list(call.principal.accountId);
    const matching = policies.filter((policy) => policy.path.startsWith(String(prefix)));
    return paged(call, 'Policies', matching.map(printPolicy));
  }

  private deletePolicy(call: Call): unknown {
    this.policies.delete(this.policy(call).arn);
    return {};
  }
}

function paged(call: Call, member: string, all: readonly unknown[]): unknown {
  const start = call.input.Marker === undefined ? 0 : Number(call.input.Marker);
  const end = start + Number(call.input.MaxItems ?? DEFAULT_PAGE);
  if (!Number.isInteger(start) || !Number.isInteger(end)) throw new ServiceFault('ValidationError', 'Invalid Marker.');
  const more = end < all.length;
  return { [member]: all.slice(start, end), IsTruncated: more, ...(more ? { Marker: String(end) } : {}) };
}

function printRole(role: Role): unknown {
  return {
    Path: role.path,
    RoleName: role.name,
    RoleId: role.roleId,
    Arn: role.arn,
    CreateDate: new Date(role.createdAtMs),
    // AWS: policy documents in answers are URL-encoded JSON.
    AssumeRolePolicyDocument: encodeURIComponent(JSON.stringify(role.trust.document)),
    Description: role.description,
    MaxSessionDuration: role.maxSessionSeconds,
    Tags: role.tags.length === 0 ? undefined : role.tags,
    PermissionsBoundary:
      role.boundaryArn === undefined
        ? undefined
        : { PermissionsBoundaryType: 'Policy', PermissionsBoundaryArn: role.boundaryArn },
  };
}

function printPolicy(policy: ManagedPolicy): unknown {
  return {
    PolicyName: policy.name,
    PolicyId: policy.policyId,
    Arn: policy.arn,
    Path: policy.path,
    Description: policy.description,
    DefaultVersionId: 'v1',
    AttachmentCount: 0,
    PermissionsBoundaryUsageCount: 0,
    IsAttachable: true,
    CreateDate: new Date(policy.createdAtMs),
    UpdateDate: new Date(policy.createdAtMs),
  };
}
