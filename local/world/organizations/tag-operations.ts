import type { Operations } from '../operation';
import { constraintViolated, invalidInput, organizationsOperation, targetNotFound } from './faults';
import type { Organization } from './organization';
import * as shapes from './shapes';
import type { Tagged } from './tree';

interface Tag {
  readonly Key: string;
  readonly Value: string;
}

/** Tags of the root, organizational units and accounts. */
export function tagOperations(organization: Organization): Operations {
  const { tree } = organization;
  const requireResource = (id: string): Tagged => {
    const resource = tree.resource(id);
    if (!resource) throw targetNotFound();
    return resource;
  };
  return {
    ListTagsForResource: organizationsOperation('read', shapes.listTags, (input) => {
      const { tags } = requireResource(input.ResourceId);
      return { Tags: [...tags].map(([Key, Value]) => ({ Key, Value })) };
    }),
    TagResource: organizationsOperation('write', shapes.tagResource, (input) => {
      const resource = requireResource(input.ResourceId);
      tree.setTags(resource, mergedTags(organization, resource.tags, input.Tags));
      emitTagChange(
        organization,
        resource,
        input.Tags.map(({ Key }) => Key),
      );
      return {};
    }),
    UntagResource: organizationsOperation('write', shapes.untagResource, (input) => {
      const resource = requireResource(input.ResourceId);
      const kept = new Map([...resource.tags].filter(([key]) => !input.TagKeys.includes(key)));
      tree.setTags(resource, kept);
      emitTagChange(organization, resource, input.TagKeys);
      return {};
    }),
  };
}

/** What the tags will be after adding these; throws before anything is changed. */
export function mergedTags(
  { behaviour }: Organization,
  present: ReadonlyMap<string, string>,
  added: readonly Tag[],
): Map<string, string> {
  const keys = new Set(added.map(({ Key }) => Key));
  if (keys.size !== added.length) {
    throw invalidInput('DUPLICATE_TAG_KEY', 'Tag keys must be unique among the tags attached to the same entity.');
  }
  if (added.some(({ Key }) => Key.toLowerCase().startsWith('aws:'))) {
    throw invalidInput(
      'INVALID_SYSTEM_TAGS_PARAMETER',
      "You specified a tag key that is a system tag: it begins with 'aws:'.",
    );
  }
  const merged = new Map(present);
  for (const { Key, Value } of added) merged.set(Key, Value);
  if (merged.size > behaviour.tagsPerResource) {
    throw constraintViolated(
      'MAX_TAG_LIMIT_EXCEEDED',
      `A resource can have at most ${behaviour.tagsPerResource} tags.`,
    );
  }
  return merged;
}

/** AWS: a tag change is delivered as state: all current tags, and the keys that changed. */
function emitTagChange(organization: Organization, resource: Tagged, changedKeys: readonly string[]): void {
  organization.emit({
    source: 'aws.tag',
    detailType: 'Tag Change on Resource',
    resources: [resource.arn],
    detail: {
      'changed-tag-keys': [...changedKeys],
      service: 'organizations',
      'resource-type': resource.type,
      version: 1,
      tags: Object.fromEntries(resource.tags),
    },
  });
}
