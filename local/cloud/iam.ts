import type { ResourceInput, ResourceOutput } from '../assembly/resource';
import type { Clock } from '../clock';
import type { DeriveAccess } from '../gateway/access/access';
import { type AccessReport, GrantRecord } from './iam/grant-record';
import { IamApi } from './iam/iam-api';
import { ManagedPolicies } from './iam/managed-policies';
import type { OrganizationMembership } from './iam/membership';
import { PolicyAuthorizer } from './iam/policy-authorizer';
import { type Role, trustOfAccounts } from './iam/role';
import { type RoleSession, RoleSessions } from './iam/role-session';
import { RoleStore } from './iam/role-store';
import { type StatementProof, StatementProofs } from './iam/statement-proofs';
import {
  type AuthorizationRequest,
  type Authorizer,
  type Call,
  type PolicyDocument,
  type Principal,
  ServiceFault,
  type SimulatedService,
} from './service';

export interface IamOptions {
  readonly clock: Clock;
  readonly organization: OrganizationMembership;
}

export interface AssumeRoleRequest {
  readonly roleArn: string;
  readonly sessionName: string;
  /** Who assumes: a role session, an account key, or a service (`lambda.amazonaws.com`). */
  readonly principal: Principal;
  /** Simulated seconds; default one hour. */
  readonly durationSeconds?: number;
  /** Condition context of the call: `aws:sourcearn`, `aws:sourceaccount`, `sts:externalid`. */
  readonly context?: Readonly<Record<string, string | readonly string[]>>;
}

/** A role that is neither made by a template nor a caller role of the configuration. */
export interface OtherRole {
  readonly accountId: string;
  readonly name: string;
  readonly path?: string;
  readonly allow: readonly string[];
  /** Accounts, beside its own, whose callers may assume it. */
  readonly trusted?: readonly string[];
}

/**
 * IAM of all accounts: roles, policies, temporary credentials, and the decision whether a call is allowed.
 * As a service it answers the few IAM operations that clients of the local cloud use.
 */
export class Iam implements Authorizer, SimulatedService {
  readonly signingName = 'iam';
  private readonly record = new GrantRecord();
  private readonly proofs = new StatementProofs();
  private readonly managedPolicies = new ManagedPolicies();
  private readonly roles: RoleStore;
  private readonly sessions: RoleSessions;
  private readonly authorizer: PolicyAuthorizer;
  private readonly api: IamApi;

  constructor(private readonly options: IamOptions) {
    const { clock, organization } = options;
    this.roles = new RoleStore(clock, this.managedPolicies, this.record, this.proofs);
    this.sessions = new RoleSessions(clock);
    const findRole = (roleArn: string) => this.roles.find(roleArn);
    this.authorizer = new PolicyAuthorizer({ clock, organization, record: this.record, proofs: this.proofs, findRole });
    this.api = new IamApi(clock, this.roles, this.managedPolicies);
  }

  /** `AWS::IAM::Role`. */
  createRole(input: ResourceInput): ResourceOutput {
    return this.roles.createFromTemplate(input);
  }

  /** `AWS::IAM::Policy`; its roles may have been there before. */
  createPolicy(input: ResourceInput): ResourceOutput {
    return this.roles.attachFromTemplate(input);
  }

  /** A role without policies that callers of its own account may assume: a caller role of the configuration. */
  createCallerRole(role: { readonly accountId: string; readonly name: string; readonly path?: string }): Role {
    return this.roles.create({ ...role, trust: trustOfAccounts(role.accountId) });
  }

  /** A role that users have beside those of the templates: allowed `allow` on every resource. */
  createOtherRole({ accountId, name, path, allow, trusted = [] }: OtherRole): Role {
    const located = { accountId, name, ...(path === undefined ? {} : { path }) };
    const created = this.roles.create({ ...located, trust: trustOfAccounts(accountId, ...trusted) });
    if (allow.length > 0) {
      const statement = { Effect: 'Allow', Action: allow, Resource: '*' };
      this.roles.putPolicy(created, 'allow', { Version: '2012-10-17', Statement: [statement] }, 'other');
    }
    return created;
  }

  /** A customer managed policy that exists in an account; `pathAndName` like `/team/policy-name`. */
  addManagedPolicy(accountId: string, pathAndName: string, document?: unknown): void {
    const cut = pathAndName.lastIndexOf('/') + 1;
    const [path, name] = [pathAndName.slice(0, cut) || '/', pathAndName.slice(cut)];
    this.managedPolicies.create({ accountId, path, name, document }, this.options.clock.now());
  }

  /** Whether the account has this customer managed policy now; path and name are case-sensitive. */
  hasManagedPolicy(accountId: string, pathAndName: string): boolean {
    return this.managedPolicies.find(`arn:aws:iam::${accountId}:policy${pathAndName}`) !== undefined;
  }

  findRole(roleArn: string): Role | undefined {
    return this.roles.find(roleArn);
  }

  /** Checks a bucket, queue, topic, key, bus, function or API policy when it is created, and notes its statements to be proven. Throws with `label` in the message. */
  checkResourcePolicy(document: unknown, label: string): PolicyDocument {
    const policy = this.roles.compile(document, 'resource', label);
    this.proofs.add(label, 'resource', policy);
    return policy.document;
  }

  authorize(request: AuthorizationRequest): void {
    this.authorizer.authorize(request);
  }

  /**
   * Temporary credentials of a role. Throws `AccessDenied` (also for a role that does not exist, as AWS does) unless
   * the trust policy, and across accounts the caller's own policies, allow it.
   */
  assumeRole(request: AssumeRoleRequest): RoleSession {
    const { principal, sessionName } = request;
    const role = this.roles.find(request.roleArn);
    this.authorizeAssume(request, role);
    if (role === undefined) throw denied(request);
    const session: Principal = {
      kind: 'role',
      accountId: role.accountId,
      arn: `arn:aws:sts::${role.accountId}:assumed-role/${role.name}/${sessionName}`,
      roleArn: role.arn,
      sessionName,
    };
    return this.sessions.open(session, role.roleId, sessionSeconds(request, role, principal));
  }

  /** The session of a temporary access key; it may have ended (`isExpired`). */
  findSession(accessKeyId: string): RoleSession | undefined {
    return this.sessions.find(accessKeyId);
  }

  isExpired(session: RoleSession): boolean {
    return this.sessions.isExpired(session);
  }

  /** The value of `aws:userid`: `<role id>:<session name>`, or the account id. */
  userIdOf(principal: Principal): string {
    const role = principal.roleArn === undefined ? undefined : this.roles.find(principal.roleArn);
    return role === undefined ? principal.accountId : `${role.roleId}:${principal.sessionName ?? ''}`;
  }

  /** What was denied to roles, and what the templates grant without any allowed call having used it. */
  report(): AccessReport {
    return this.record.report();
  }

  /** Every statement of the templates' policies, each with a call that is denied without it. */
  statements(): readonly StatementProof[] {
    return this.proofs.report();
  }

  access: DeriveAccess = (call) => this.api.access(call);

  handle(call: Call): Promise<unknown> {
    return this.api.handle(call);
  }

  private authorizeAssume(request: AssumeRoleRequest, role: Role | undefined): void {
    const { principal, roleArn, sessionName, context } = request;
    try {
      this.authorizer.authorizeCompiled({
        principal,
        action: 'sts:AssumeRole',
        resources: [roleArn],
        context: { ...context, 'sts:rolesessionname': sessionName },
        resourcePolicies: role === undefined ? [] : [role.trust],
        resourceAccountId: role?.accountId ?? principal.accountId,
      });
    } catch (error) {
      if (error instanceof ServiceFault) throw new ServiceFault('AccessDenied', error.message, 403);
      throw error;
    }
  }
}

function denied(request: AssumeRoleRequest): ServiceFault {
  const message = `User: ${request.principal.arn} is not authorized to perform: sts:AssumeRole on resource: ${request.roleArn}`;
  return new ServiceFault('AccessDenied', message, 403);
}

/** AWS: sessions last 900 s to the role's maximum; from a role session (role chaining) at most an hour. */
function sessionSeconds(request: AssumeRoleRequest, role: Role, principal: Principal): number {
  const seconds = request.durationSeconds ?? 3600;
  if (principal.kind === 'service') return seconds;
  if (!Number.isInteger(seconds) || seconds < 900 || seconds > 43_200) {
    throw new ServiceFault('ValidationError', `DurationSeconds must be an integer from 900 to 43200, not ${seconds}`);
  }
  if (principal.kind === 'role' && seconds > 3600) {
    const message = 'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining';
    throw new ServiceFault('ValidationError', message);
  }
  if (seconds > role.maxSessionSeconds) {
    const message = 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.';
    throw new ServiceFault('ValidationError', message);
  }
  return seconds;
}
