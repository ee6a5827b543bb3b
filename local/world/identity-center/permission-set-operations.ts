import type { Principal } from '../../cloud/service';
import type { Operations } from '../operation';
import type { Valid } from '../shape';
import { nameTaken, permissionSetInUse, quotaExceeded, validationFault } from './faults';
import type { Instance } from './instance';
import { pageOf } from './paging';
import { DEFAULT_SESSION_DURATION, type PermissionSetRecord } from './permission-sets';
import * as shapes from './shapes';
import { ssoOperation } from './sso-operation';
import { mergeTags } from './tags';

/** Create, describe, update, list and delete permission sets. */
export function permissionSetOperations(instance: Instance): Operations {
  return {
    CreatePermissionSet: ssoOperation('write', shapes.createPermissionSet, (input) => ({
      PermissionSet: described(createPermissionSet(instance, input)),
    })),
    DescribePermissionSet: ssoOperation('read', shapes.permissionSet, (input) => ({
      PermissionSet: described(instance.requirePermissionSet(input)),
    })),
    ListPermissionSets: ssoOperation('read', shapes.pagedInstance, (input) => {
      instance.requireInstance(input.InstanceArn);
      const { items, ...next } = pageOf(instance.permissionSets.byArn, { list: 'permissionSets', input });
      return { PermissionSets: items.map(({ arn }) => arn), ...next };
    }),
    UpdatePermissionSet: ssoOperation('write', shapes.updatePermissionSet, (input, { principal }) => {
      const record = instance.requirePermissionSet(input);
      instance.requireAdministrationOf(record, principal);
      updatePermissionSet(record, input);
      return {};
    }),
    DeletePermissionSet: ssoOperation('write', shapes.permissionSet, (input, { principal }) => {
      deletePermissionSet(instance, instance.requirePermissionSet(input), principal);
      return {};
    }),
  };
}

function createPermissionSet(instance: Instance, input: Valid<typeof shapes.createPermissionSet>): PermissionSetRecord {
  instance.requireInstance(input.InstanceArn);
  requireSessionLength(input.SessionDuration);
  if (instance.permissionSets.named(input.Name)) throw nameTaken(input.Name);
  const limit = instance.behaviour.permissionSets;
  if (instance.permissionSets.byArn.size >= limit) {
    throw quotaExceeded(`You have exceeded AWS SSO limits. Cannot create PermissionSet more than ${limit}`);
  }
  const tags = mergeTags(new Map(), input.Tags ?? []);
  const arn = `${permissionSetArnPrefix(instance.settings.instanceArn)}${instance.newHex(16)}`;
  const record = instance.permissionSets.add({ arn, name: input.Name, createdAt: instance.now() });
  if (input.Description !== undefined) record.description = input.Description;
  if (input.SessionDuration !== undefined) record.sessionDuration = input.SessionDuration;
  if (input.RelayState !== undefined) record.relayState = input.RelayState;
  for (const [key, value] of tags) record.tags.set(key, value);
  return record;
}

/** AWS: an update replaces the relay state and the session duration: what is left out is cleared. */
function updatePermissionSet(record: PermissionSetRecord, input: Valid<typeof shapes.updatePermissionSet>): void {
  requireSessionLength(input.SessionDuration);
  const duration = input.SessionDuration ?? DEFAULT_SESSION_DURATION;
  // AWS: session duration and relay state are part of the role in each account; the description is not.
  if (duration !== record.sessionDuration || input.RelayState !== record.relayState) record.version += 1;
  record.sessionDuration = duration;
  if (input.RelayState === undefined) delete record.relayState;
  else record.relayState = input.RelayState;
  if (input.Description === undefined) delete record.description;
  else record.description = input.Description;
}

function deletePermissionSet(instance: Instance, record: PermissionSetRecord, principal: Principal): void {
  instance.requireAdministrationOf(record, principal);
  const used = instance.provisionings.ofPermissionSet(record.arn).size > 0;
  if (used || instance.locks.isAnyLocked(record.arn)) throw permissionSetInUse();
  instance.permissionSets.remove(record);
}

export function described(record: PermissionSetRecord) {
  return {
    Name: record.name,
    PermissionSetArn: record.arn,
    ...(record.description === undefined ? {} : { Description: record.description }),
    CreatedDate: record.createdAt,
    SessionDuration: record.sessionDuration,
    ...(record.relayState === undefined ? {} : { RelayState: record.relayState }),
  };
}

/** `arn:aws:sso:::permissionSet/ssoins-…/ps-` of an instance ARN. */
export function permissionSetArnPrefix(instanceArn: string): string {
  return `${instanceArn.replace(':instance/', ':permissionSet/')}/ps-`;
}

const MINUTES = { shortest: 60, longest: 720 };

/** AWS: a session lasts one to twelve hours, whatever else the duration grammar allows. */
function requireSessionLength(duration: string | undefined): void {
  if (duration === undefined) return;
  const parts = /^PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?$/.exec(duration);
  const minutes = parts ? Number(parts[1] ?? 0) * 60 + Number(parts[2] ?? 0) + Number(parts[3] ?? 0) / 60 : Number.NaN;
  if (minutes >= MINUTES.shortest && minutes <= MINUTES.longest) return;
  throw validationFault(`Session duration ${duration} must be between PT1H and PT12H.`);
}
