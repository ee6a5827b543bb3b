import type { Operation, Operations } from '../operation';
import { isRecord, type Shape } from '../shape';
import { conflict, notFound, quotaExceeded, validationFault } from './faults';
import type { Instance } from './instance';
import { pageOf } from './paging';
import type { CustomerManagedPolicy, PermissionSetRecord, PermissionsBoundary } from './permission-sets';
import { policyPath } from './permission-sets';
import * as shapes from './shapes';
import { ssoOperation } from './sso-operation';

/** AWS: 10,240 characters in an inline policy, white space not counted. */
const LONGEST_INLINE_POLICY = 10_240;

interface OfPermissionSet {
  readonly InstanceArn: string;
  readonly PermissionSetArn: string;
}

/** Makes an operation after which the accounts must be provisioned again, if it changes anything. */
type ChangeMaker = <T extends OfPermissionSet>(
  shape: Shape<T>,
  apply: (record: PermissionSetRecord, input: T) => boolean,
) => Operation;

/** Inline policy, AWS and customer managed policies, permissions boundary. */
export function policyOperations(instance: Instance): Operations {
  const change: ChangeMaker = (shape, apply) =>
    ssoOperation('write', shape, (input, { principal }) => {
      const record = instance.requirePermissionSet(input);
      instance.requireAdministrationOf(record, principal);
      if (apply(record, input)) record.version += 1;
      return {};
    });
  return {
    ...inlinePolicyOperations(instance, change),
    ...managedPolicyOperations(instance, change),
    ...customerManagedPolicyOperations(instance, change),
    ...boundaryOperations(instance, change),
  };
}

function inlinePolicyOperations(instance: Instance, change: ChangeMaker): Operations {
  return {
    PutInlinePolicyToPermissionSet: change(shapes.putInlinePolicy, (record, input) => {
      requirePolicyDocument(input.InlinePolicy);
      const changed = record.inlinePolicy !== input.InlinePolicy;
      record.inlinePolicy = input.InlinePolicy;
      return changed;
    }),
    // AWS: deleting an inline policy that is not there succeeds.
    DeleteInlinePolicyFromPermissionSet: change(shapes.permissionSet, (record) => {
      const changed = record.inlinePolicy !== undefined;
      delete record.inlinePolicy;
      return changed;
    }),
    GetInlinePolicyForPermissionSet: ssoOperation('read', shapes.permissionSet, (input) => ({
      InlinePolicy: instance.requirePermissionSet(input).inlinePolicy ?? '',
    })),
  };
}

function managedPolicyOperations(instance: Instance, change: ChangeMaker): Operations {
  return {
    AttachManagedPolicyToPermissionSet: change(shapes.managedPolicy, (record, input) => {
      attachManagedPolicy(instance, record, input.ManagedPolicyArn);
      return true;
    }),
    DetachManagedPolicyFromPermissionSet: change(shapes.managedPolicy, (record, { ManagedPolicyArn }) => {
      if (record.managedPolicies.delete(ManagedPolicyArn)) return true;
      throw notFound(`Could not find ManagedPolicy with arn ${ManagedPolicyArn}`);
    }),
    ListManagedPoliciesInPermissionSet: ssoOperation('read', shapes.pagedPermissionSet, (input) => {
      const { managedPolicies, arn } = instance.requirePermissionSet(input);
      const { items, ...next } = pageOf(managedPolicies, { list: `managedPolicies ${arn}`, input });
      return { AttachedManagedPolicies: items.map((Arn) => ({ Name: Arn.split('/').at(-1), Arn })), ...next };
    }),
  };
}

function customerManagedPolicyOperations(instance: Instance, change: ChangeMaker): Operations {
  const shape = shapes.customerManagedPolicyReference;
  return {
    AttachCustomerManagedPolicyReferenceToPermissionSet: change(shape, (record, input) => {
      attachCustomerManagedPolicy(instance, record, complete(input.CustomerManagedPolicyReference));
      return true;
    }),
    DetachCustomerManagedPolicyReferenceFromPermissionSet: change(shape, (record, input) =>
      detachCustomerManagedPolicy(record, complete(input.CustomerManagedPolicyReference)),
    ),
    ListCustomerManagedPolicyReferencesInPermissionSet: ssoOperation('read', shapes.pagedPermissionSet, (input) => {
      const { customerManagedPolicies, arn } = instance.requirePermissionSet(input);
      const list = `customerManagedPolicies ${arn}`;
      const { items, ...next } = pageOf(customerManagedPolicies, { list, input });
      return { CustomerManagedPolicyReferences: items, ...next };
    }),
  };
}

function boundaryOperations(instance: Instance, change: ChangeMaker): Operations {
  return {
    PutPermissionsBoundaryToPermissionSet: change(shapes.putBoundary, (record, input) => {
      record.boundary = boundaryOf(input.PermissionsBoundary);
      return true;
    }),
    DeletePermissionsBoundaryFromPermissionSet: change(shapes.permissionSet, (record) => {
      if (!record.boundary) throw boundaryNotFound(record);
      delete record.boundary;
      return true;
    }),
    GetPermissionsBoundaryForPermissionSet: ssoOperation('read', shapes.permissionSet, (input) => {
      const record = instance.requirePermissionSet(input);
      if (!record.boundary) throw boundaryNotFound(record);
      return { PermissionsBoundary: record.boundary };
    }),
  };
}

/** Every well-formed AWS managed policy exists in the simulated world, except those whose name begins with `Missing`. */
function attachManagedPolicy(instance: Instance, record: PermissionSetRecord, policyArn: string): void {
  if (policyArn.split('/').at(-1)?.startsWith('Missing'))
    throw notFound(`Policy does not exist with ARN: ${policyArn}`);
  if (record.managedPolicies.has(policyArn)) {
    const id = record.arn.split('/').at(-1);
    // The spelling is AWS's.
    throw conflict(
      `Permission set with id ${id} already has a typed link attachment to a manged policy with ${policyArn}`,
    );
  }
  requireRoomForPolicy(instance, record);
  record.managedPolicies.set(policyArn, policyArn);
}

/** AWS: a reference is not checked against any account when it is attached. */
function attachCustomerManagedPolicy(
  instance: Instance,
  record: PermissionSetRecord,
  policy: CustomerManagedPolicy,
): void {
  if (record.customerManagedPolicies.has(policyPath(policy))) {
    // The two blanks are AWS's.
    throw conflict(`Given customer managed policy with name: ${policy.Name}  and path ${policy.Path} already attached`);
  }
  requireRoomForPolicy(instance, record);
  record.customerManagedPolicies.set(policyPath(policy), policy);
}

function detachCustomerManagedPolicy(record: PermissionSetRecord, policy: CustomerManagedPolicy): boolean {
  if (record.customerManagedPolicies.delete(policyPath(policy))) return true;
  throw notFound(
    `Given managed policy with name: ${policy.Name}  and path ${policy.Path} does not exist on PermissionSet`,
  );
}

function requireRoomForPolicy(instance: Instance, record: PermissionSetRecord): void {
  const limit = instance.behaviour.policiesPerPermissionSet;
  if (record.managedPolicies.size + record.customerManagedPolicies.size < limit) return;
  const message = `Cannot attach managed policy: number of attached managed policies is already at maximum ${limit}`;
  throw quotaExceeded(message);
}

function complete({ Name, Path }: { readonly Name: string; readonly Path?: string }): CustomerManagedPolicy {
  return { Name, Path: Path ?? '/' };
}

/** AWS: a boundary is either an AWS managed policy or a customer managed one. */
function boundaryOf(given: {
  readonly ManagedPolicyArn?: string;
  readonly CustomerManagedPolicyReference?: { readonly Name: string; readonly Path?: string };
}): PermissionsBoundary {
  const { ManagedPolicyArn, CustomerManagedPolicyReference } = given;
  if (ManagedPolicyArn !== undefined && CustomerManagedPolicyReference === undefined) return { ManagedPolicyArn };
  if (CustomerManagedPolicyReference !== undefined && ManagedPolicyArn === undefined) {
    return { CustomerManagedPolicyReference: complete(CustomerManagedPolicyReference) };
  }
  throw validationFault('PermissionsBoundary must have either a ManagedPolicyArn or a CustomerManagedPolicyReference.');
}

function boundaryNotFound(record: PermissionSetRecord) {
  return notFound(`Could not find PermissionsBoundary for PermissionSet with id ${record.arn.split('/').at(-1)}`);
}

function requirePolicyDocument(text: string): void {
  if (text.replace(/\s/g, '').length > LONGEST_INLINE_POLICY) {
    throw quotaExceeded(
      `Inline policy must not be longer than ${LONGEST_INLINE_POLICY} characters without white space.`,
    );
  }
  const problem = policyProblem(parsed(text));
  if (problem) throw validationFault(`Invalid inline policy: ${problem}`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function policyProblem(policy: unknown): string | undefined {
  if (!isRecord(policy)) return 'it is not a JSON object';
  const statements = Array.isArray(policy.Statement) ? policy.Statement : [policy.Statement];
  if (statements.length === 0) return 'it has no statement';
  for (const statement of statements) {
    if (!isRecord(statement)) return 'a statement is not an object';
    if (statement.Effect !== 'Allow' && statement.Effect !== 'Deny') return 'Effect must be Allow or Deny';
    if (!('Action' in statement) && !('NotAction' in statement)) return 'a statement has no Action';
    if (!('Resource' in statement) && !('NotResource' in statement)) return 'a statement has no Resource';
    if ('Principal' in statement) return 'a permission set names no Principal';
  }
  return undefined;
}
