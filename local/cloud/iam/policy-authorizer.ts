import type { Clock } from '../../clock';
import {
  type AuthorizationRequest,
  type Authorizer,
  type PolicyDocument,
  type Principal,
  ServiceFault,
} from '../service';
import { type ConditionContext, conditionContext } from './condition-context';
import { type Decision, decide, type Question } from './decision';
import type { GrantRecord } from './grant-record';
import type { OrganizationMembership } from './membership';
import { compilePolicy, type Policy } from './policy';
import type { Role } from './role';
import type { StatementProofs } from './statement-proofs';

export interface PolicyAuthorizerOptions {
  readonly clock: Clock;
  readonly organization: OrganizationMembership;
  readonly record: GrantRecord;
  readonly proofs: StatementProofs;
  readonly findRole: (roleArn: string) => Role | undefined;
}

/** A request whose resource policies are compiled already. */
export interface CompiledRequest extends Omit<AuthorizationRequest, 'resourcePolicies'> {
  readonly resourcePolicies: readonly Policy[];
}

/** Evaluates the policies of the caller and of the resource, and records what was used and what was denied. */
export class PolicyAuthorizer implements Authorizer {
  private readonly compiled = new WeakMap<PolicyDocument, Policy>();

  constructor(private readonly options: PolicyAuthorizerOptions) {}

  /** Throws `AccessDeniedException`, naming the missing statement, unless every resource is allowed. */
  authorize(request: AuthorizationRequest): void {
    const resourcePolicies = (request.resourcePolicies ?? []).map((document) => this.compile(document));
    this.authorizeCompiled({ ...request, resourcePolicies });
  }

  authorizeCompiled(request: CompiledRequest): void {
    const role = this.roleOf(request.principal);
    const context = this.contextOf(request, role);
    const resources = request.resources.length === 0 ? ['*'] : request.resources;
    const decisions = resources.map((resource) => {
      const question = questionOf(request, resource, role, context);
      return { question, resource, decision: decide(question) };
    });
    for (const { resource, decision } of decisions) {
      if (!decision.allowed) throw this.denial(request, resource, decision);
    }
    for (const { question } of decisions) this.options.proofs.observe(question);
    if (role === undefined) return;
    for (const { resource, decision } of decisions) {
      for (const statement of decision.granting) {
        this.options.record.use(role.arn, statement, request.action, resource, context);
      }
    }
  }

  private compile(document: PolicyDocument): Policy {
    const known = this.compiled.get(document);
    if (known !== undefined) return known;
    const policy = compilePolicy(document, 'resource');
    this.compiled.set(document, policy);
    return policy;
  }

  private roleOf(principal: Principal): Role | undefined {
    return principal.roleArn === undefined ? undefined : this.options.findRole(principal.roleArn);
  }

  private contextOf(request: CompiledRequest, role: Role | undefined): ConditionContext {
    const { organization, clock } = this.options;
    const { principal } = request;
    const resourceAccount = request.resourceAccountId ?? principal.accountId;
    const now = clock.now();
    return conditionContext(
      {
        'aws:currenttime': new Date(now).toISOString(),
        'aws:epochtime': String(Math.floor(now / 1000)),
        // The local endpoint speaks HTTP on the loopback interface and stands for the TLS endpoints of AWS.
        'aws:securetransport': 'true',
        'aws:resourceaccount': resourceAccount,
        'aws:resourceorgid': organization.has(resourceAccount) ? organization.id : undefined,
      },
      principal.kind === 'service' ? serviceContext(principal) : callerContext(principal, role, organization),
      request.context,
    );
  }

  private denial(request: CompiledRequest, resource: string, decision: Decision): ServiceFault {
    const { principal, action } = request;
    if (principal.kind !== 'accountKey') {
      this.options.record.deny({ role: principal.roleArn ?? principal.arn, action, resource });
    }
    const subject = principal.kind === 'service' ? 'Service' : 'User';
    const message = `${subject}: ${principal.arn} is not authorized to perform: ${action} on resource: ${resource} ${decision.reason}`;
    return new ServiceFault('AccessDeniedException', `${message}${missingStatement(request, resource, decision)}`);
  }
}

function questionOf(
  request: CompiledRequest,
  resource: string,
  role: Role | undefined,
  context: ConditionContext,
): Question {
  const { principal, action } = request;
  return {
    principal,
    action,
    resource,
    context,
    identityPolicies: principal.kind === 'accountKey' ? undefined : [...(role?.policies.values() ?? [])],
    boundary: role?.boundary,
    resourcePolicies: request.resourcePolicies,
    sameAccount: (request.resourceAccountId ?? principal.accountId) === principal.accountId,
    // AWS: a key policy and a trust policy must allow, also within one account.
    resourcePolicyRules:
      action === 'sts:AssumeRole' || (action.startsWith('kms:') && request.resourcePolicies.length > 0),
  };
}

function serviceContext(principal: Principal): Readonly<Record<string, string>> {
  return {
    'aws:principalisawsservice': 'true',
    'aws:principalservicename': principal.arn,
    'aws:viaawsservice': 'false',
  };
}

function callerContext(
  principal: Principal,
  role: Role | undefined,
  organization: OrganizationMembership,
): Readonly<Record<string, string | undefined>> {
  const member = organization.has(principal.accountId);
  return {
    'aws:principalarn': principal.roleArn ?? principal.arn,
    'aws:principalaccount': principal.accountId,
    'aws:principalorgid': member ? organization.id : undefined,
    'aws:principalorgmasteraccountid': member ? organization.managementAccountId : undefined,
    'aws:principalisawsservice': 'false',
    'aws:principaltype': principal.kind === 'role' ? 'AssumedRole' : 'Account',
    'aws:userid': role === undefined ? principal.accountId : `${role.roleId}:${principal.sessionName ?? ''}`,
    'aws:viaawsservice': 'false',
    'aws:sourceip': '127.0.0.1',
  };
}

/** The statement whose absence denied the call, ready to be written into a policy. */
function missingStatement(request: CompiledRequest, resource: string, decision: Decision): string {
  if (decision.reason.startsWith('with')) return '';
  const { principal, action } = request;
  const right = { Effect: 'Allow', Action: action, Resource: resource };
  const ofResource = decision.reason.includes('resource-based');
  const name = principal.kind === 'service' ? { Service: principal.arn } : { AWS: principal.roleArn ?? principal.arn };
  return `. Missing statement: ${JSON.stringify(ofResource ? { ...right, Principal: name } : right)}`;
}
