import type { AccountId, PermissionSetArn, PermissionSetName, PrincipalId, PrincipalType } from '../ids';
import { type EventReading, ignored, lookAt, type OutsideChange, type Subject } from './event-reading';
import { at, type Fields, textAt } from './record';

const ACCOUNT_ID = /^\d{12}$/;
const PERMISSION_SET_ARN = /^arn:[\w-]+:sso:::permissionSet\/[\w-]{1,64}\/ps-[\w-]{1,64}$/;
const PERMISSION_SET_NAME = /^[\w+=,.@-]{1,32}$/;
const PRINCIPAL_TYPE = /^(GROUP|USER)$/;
const PRINCIPAL_ID = /^[0-9a-f-]{36,47}$/i;

const ASSIGNMENT_CALLS = new Set(['CreateAccountAssignment', 'DeleteAccountAssignment']);

/** AWS: the console once wrote the same effects under these names; the principal is the accessor. */
const PROFILE_ASSIGNMENTS = new Set(['AssociateProfile', 'DisassociateProfile']);

const PERMISSION_SET_CALLS = new Set([
  'CreatePermissionSet',
  'UpdatePermissionSet',
  'DeletePermissionSet',
  'ProvisionPermissionSet',
  'PutInlinePolicyToPermissionSet',
  'DeleteInlinePolicyFromPermissionSet',
  'PutPermissionsBoundaryToPermissionSet',
  'DeletePermissionsBoundaryFromPermissionSet',
  'AttachManagedPolicyToPermissionSet',
  'DetachManagedPolicyFromPermissionSet',
  'AttachCustomerManagedPolicyReferenceToPermissionSet',
  'DetachCustomerManagedPolicyReferenceFromPermissionSet',
]);

const TAG_CALLS = new Set(['TagResource', 'UntagResource']);

/** Names of the events of Identity Center that say something about permission sets and assignments. */
export const IDENTITY_CENTER_EVENTS: readonly string[] = [
  ...ASSIGNMENT_CALLS,
  ...PROFILE_ASSIGNMENTS,
  ...PERMISSION_SET_CALLS,
  ...TAG_CALLS,
];

/** Reads a CloudTrail record of `sso.amazonaws.com` about a call that somebody else made. */
export function readIdentityCenterEvent(name: string, detail: Fields, change: OutsideChange): EventReading {
  if (ASSIGNMENT_CALLS.has(name)) return lookAt(assignment(detail.requestParameters), change);
  if (PROFILE_ASSIGNMENTS.has(name)) return lookAt(accessor(detail.requestParameters), change);
  if (PERMISSION_SET_CALLS.has(name)) return lookAt(permissionSet(detail), change);
  if (TAG_CALLS.has(name)) return taggedPermissionSet(detail, change);
  return ignored('unknown');
}

function assignment(parameters: unknown): Subject[] {
  const accountId = textAt(parameters, ACCOUNT_ID, ['targetId']);
  const permissionSetArn = textAt(parameters, PERMISSION_SET_ARN, ['permissionSetArn']);
  const principalType = textAt(parameters, PRINCIPAL_TYPE, ['principalType']);
  const principalId = textAt(parameters, PRINCIPAL_ID, ['principalId']);
  if (!accountId || !permissionSetArn || !principalType || !principalId) return [];
  return [
    {
      kind: 'assignment',
      accountId: accountId as AccountId,
      permissionSetArn: permissionSetArn as PermissionSetArn,
      principalType: principalType as PrincipalType,
      principalId: principalId as PrincipalId,
    },
  ];
}

function accessor(parameters: unknown): Subject[] {
  const principalType = textAt(parameters, PRINCIPAL_TYPE, ['accessorType'], ['principalType']);
  const principalId = textAt(parameters, PRINCIPAL_ID, ['accessorId'], ['principalId']);
  if (!principalType || !principalId) return [];
  return [
    { kind: 'principal', principalType: principalType as PrincipalType, principalId: principalId as PrincipalId },
  ];
}

/** A new permission set is known by its name, every other one by its ARN. */
function permissionSet(detail: Fields): Subject[] {
  const name = textAt(detail, PERMISSION_SET_NAME, ['requestParameters', 'name']);
  if (name !== undefined) return [{ kind: 'permissionSet', permissionSetName: name as PermissionSetName }];
  const arn = textAt(detail, PERMISSION_SET_ARN, ['requestParameters', 'permissionSetArn']);
  return arn === undefined ? [] : [{ kind: 'permissionSetArn', permissionSetArn: arn as PermissionSetArn }];
}

/** Instances and applications have tags, too. */
function taggedPermissionSet(detail: Fields, change: OutsideChange): EventReading {
  const arn = at(detail, 'requestParameters', 'resourceArn');
  if (typeof arn !== 'string') return ignored('malformed');
  if (!PERMISSION_SET_ARN.test(arn)) return ignored('unknown');
  return lookAt([{ kind: 'permissionSetArn', permissionSetArn: arn as PermissionSetArn }], change);
}
