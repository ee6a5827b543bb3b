import type { ResourceInput, ResourceOutput } from './resource';

/** Creates one resource in a model of the local cloud. Throws, naming it, for a property that is not implemented. */
export type ResourceCreator = (input: ResourceInput) => ResourceOutput | Promise<ResourceOutput>;

/** Resource type → what creates it. */
export type ResourceRegistry = Readonly<Record<string, ResourceCreator>>;

/** Joins the registries of the services; a type that two of them claim is a mistake of this program. */
export function joinRegistries(...registries: readonly ResourceRegistry[]): ResourceRegistry {
  const joined: Record<string, ResourceCreator> = {};
  for (const [type, creator] of registries.flatMap((registry) => Object.entries(registry))) {
    if (Object.hasOwn(joined, type)) throw new Error(`Two creators for ${type}`);
    joined[type] = creator;
  }
  return joined;
}
