import type { Principal } from '../../cloud/service';
import type { Operations } from '../operation';
import { notFound, permissionSetNotFound, quotaExceeded, validationFault } from './faults';
import type { Instance } from './instance';
import type { PermissionSetRecord } from './permission-sets';
import * as shapes from './shapes';
import { ssoOperation } from './sso-operation';

interface Tag {
  readonly Key: string;
  readonly Value: string;
}

/** AWS: 50 tags of a user's own on a resource. */
const MOST_TAGS = 50;

/** Tags of permission sets and of the instance. They never make a permission set stale in its accounts. */
export function tagOperations(instance: Instance): Operations {
  const tagsOf = (input: { readonly InstanceArn?: string; readonly ResourceArn: string }, changedBy?: Principal) => {
    if (input.InstanceArn !== undefined) instance.requireInstance(input.InstanceArn);
    if (input.ResourceArn === instance.settings.instanceArn) return instance.tags;
    const record = taggedPermissionSet(instance, input.ResourceArn);
    if (changedBy) instance.requireAdministrationOf(record, changedBy);
    return record.tags;
  };
  return {
    TagResource: ssoOperation('write', shapes.tagResource, (input, { principal }) => {
      const tags = tagsOf(input, principal);
      for (const [key, value] of mergeTags(tags, input.Tags)) tags.set(key, value);
      return {};
    }),
    UntagResource: ssoOperation('write', shapes.untagResource, (input, { principal }) => {
      const tags = tagsOf(input, principal);
      for (const key of input.TagKeys) tags.delete(key);
      return {};
    }),
    ListTagsForResource: ssoOperation('read', shapes.listTags, (input) => ({
      Tags: [...tagsOf(input)].map(([Key, Value]) => ({ Key, Value })),
    })),
  };
}

/** What the tags will be after adding these; throws before anything is changed. */
export function mergeTags(present: ReadonlyMap<string, string>, added: readonly Tag[]): Map<string, string> {
  const keys = new Set(added.map(({ Key }) => Key));
  if (keys.size !== added.length) throw validationFault('Tag keys must be unique.');
  const reserved = added.find(({ Key }) => Key.toLowerCase().startsWith('aws:'));
  if (reserved) throw validationFault(`Tag key ${reserved.Key} is reserved: keys must not start with aws:`);
  const merged = new Map(present);
  for (const { Key, Value } of added) merged.set(Key, Value);
  if (merged.size > MOST_TAGS) throw quotaExceeded(`A resource can have at most ${MOST_TAGS} tags.`);
  return merged;
}

function taggedPermissionSet(instance: Instance, resourceArn: string): PermissionSetRecord {
  if (!resourceArn.includes(':permissionSet/')) throw notFound(`Could not find resource ${resourceArn}`);
  const record = instance.permissionSets.byArn.get(resourceArn);
  if (!record) throw permissionSetNotFound(resourceArn);
  return record;
}
