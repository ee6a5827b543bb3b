import {
  AttachCustomerManagedPolicyReferenceToPermissionSetCommand,
  AttachManagedPolicyToPermissionSetCommand,
  DeleteInlinePolicyFromPermissionSetCommand,
  DeletePermissionsBoundaryFromPermissionSetCommand,
  DetachCustomerManagedPolicyReferenceFromPermissionSetCommand,
  DetachManagedPolicyFromPermissionSetCommand,
  PutInlinePolicyToPermissionSetCommand,
  PutPermissionsBoundaryToPermissionSetCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdatePermissionSetCommand,
} from '@aws-sdk/client-sso-admin';
import type { PermissionSetArn } from '../domain/ids';
import type { Boundary, Difference, PolicyReference } from '../domain/permission-set-definition';
import { printSessionDuration } from '../domain/session-duration';
import type { PacedSsoAdmin } from './paced-sso-admin';

type Of<P extends Difference['part']> = Extract<Difference, { part: P }>;

/** Makes one change of a permission set: one call. */
export async function writeDifference(
  ssoAdmin: PacedSsoAdmin,
  PermissionSetArn: PermissionSetArn,
  difference: Difference,
): Promise<void> {
  switch (difference.part) {
    case 'attributes':
      return writeAttributes(ssoAdmin, PermissionSetArn, difference);
    case 'boundary':
      return writeBoundary(ssoAdmin, PermissionSetArn, difference);
    case 'inlinePolicy':
      return writeInlinePolicy(ssoAdmin, PermissionSetArn, difference);
    case 'managedPolicies':
      return writeManagedPolicy(ssoAdmin, PermissionSetArn, difference);
    case 'customerManagedPolicies':
      return writeCustomerManagedPolicy(ssoAdmin, PermissionSetArn, difference);
    case 'tags':
      return writeTags(ssoAdmin, PermissionSetArn, difference);
  }
}

async function writeAttributes(ssoAdmin: PacedSsoAdmin, PermissionSetArn: string, { to }: Of<'attributes'>) {
  const attributes = {
    SessionDuration: printSessionDuration(to.sessionMinutes),
    ...(to.description === undefined ? {} : { Description: to.description }),
    ...(to.relayState === undefined ? {} : { RelayState: to.relayState }),
  };
  await ssoAdmin.send(
    (InstanceArn) => new UpdatePermissionSetCommand({ InstanceArn, PermissionSetArn, ...attributes }),
  );
}

async function writeBoundary(ssoAdmin: PacedSsoAdmin, PermissionSetArn: string, { to }: Of<'boundary'>) {
  if (to === undefined) {
    await ssoAdmin.send(
      (InstanceArn) => new DeletePermissionsBoundaryFromPermissionSetCommand({ InstanceArn, PermissionSetArn }),
    );
    return;
  }
  const PermissionsBoundary = boundaryInput(to);
  await ssoAdmin.send(
    (InstanceArn) =>
      new PutPermissionsBoundaryToPermissionSetCommand({ InstanceArn, PermissionSetArn, PermissionsBoundary }),
  );
}

async function writeInlinePolicy(ssoAdmin: PacedSsoAdmin, PermissionSetArn: string, { to }: Of<'inlinePolicy'>) {
  if (to === undefined) {
    await ssoAdmin.send(
      (InstanceArn) => new DeleteInlinePolicyFromPermissionSetCommand({ InstanceArn, PermissionSetArn }),
    );
    return;
  }
  await ssoAdmin.send(
    (InstanceArn) => new PutInlinePolicyToPermissionSetCommand({ InstanceArn, PermissionSetArn, InlinePolicy: to }),
  );
}

async function writeManagedPolicy(ssoAdmin: PacedSsoAdmin, PermissionSetArn: string, change: Of<'managedPolicies'>) {
  if ('attach' in change) {
    const input = { PermissionSetArn, ManagedPolicyArn: change.attach };
    await ssoAdmin.send((InstanceArn) => new AttachManagedPolicyToPermissionSetCommand({ InstanceArn, ...input }));
    return;
  }
  const input = { PermissionSetArn, ManagedPolicyArn: change.detach };
  await ssoAdmin.send((InstanceArn) => new DetachManagedPolicyFromPermissionSetCommand({ InstanceArn, ...input }));
}

async function writeCustomerManagedPolicy(
  ssoAdmin: PacedSsoAdmin,
  PermissionSetArn: string,
  change: Of<'customerManagedPolicies'>,
) {
  const isAttached = 'attach' in change;
  const CustomerManagedPolicyReference = referenceInput(isAttached ? change.attach : change.detach);
  const input = { PermissionSetArn, CustomerManagedPolicyReference };
  if (isAttached) {
    await ssoAdmin.send(
      (InstanceArn) => new AttachCustomerManagedPolicyReferenceToPermissionSetCommand({ InstanceArn, ...input }),
    );
    return;
  }
  await ssoAdmin.send(
    (InstanceArn) => new DetachCustomerManagedPolicyReferenceFromPermissionSetCommand({ InstanceArn, ...input }),
  );
}

async function writeTags(ssoAdmin: PacedSsoAdmin, ResourceArn: string, change: Of<'tags'>) {
  if ('set' in change) {
    const Tags = [...change.set].map(([Key, Value]) => ({ Key, Value }));
    await ssoAdmin.send((InstanceArn) => new TagResourceCommand({ InstanceArn, ResourceArn, Tags }));
    return;
  }
  const TagKeys = [...change.remove];
  await ssoAdmin.send((InstanceArn) => new UntagResourceCommand({ InstanceArn, ResourceArn, TagKeys }));
}

function boundaryInput(boundary: Boundary) {
  return 'reference' in boundary
    ? { CustomerManagedPolicyReference: referenceInput(boundary.reference) }
    : { ManagedPolicyArn: boundary.managedPolicyArn };
}

function referenceInput({ name, path }: PolicyReference) {
  return { Name: name, Path: path };
}
