import { referencesOf } from './references';
import type { TemplateResource } from './template';

/** The logical ids a resource needs before it can be created: `DependsOn` and what its properties refer to. */
export function dependenciesOf(
  resource: TemplateResource,
  resources: Readonly<Record<string, TemplateResource>>,
): readonly string[] {
  const names = [...resource.DependsOn, ...referencesOf(resource.Properties).map((reference) => reference.name)];
  return [...new Set(names)].filter((name) => Object.hasOwn(resources, name));
}

/**
 * Logical ids such that each comes after everything it depends on; otherwise in the order of the template.
 * Throws, as CloudFormation does, when resources depend on each other in a circle, and names them.
 */
export function creationOrder(resources: Readonly<Record<string, TemplateResource>>): readonly string[] {
  const order: string[] = [];
  const done = new Set<string>();
  const visit = (logicalId: string, path: readonly string[]): void => {
    if (done.has(logicalId)) return;
    if (path.includes(logicalId)) {
      const circle = [...path.slice(path.indexOf(logicalId)), logicalId];
      throw new Error(`Circular dependency between resources: ${circle.join(' → ')}`);
    }
    const resource = resources[logicalId];
    for (const dependency of resource ? dependenciesOf(resource, resources) : [])
      visit(dependency, [...path, logicalId]);
    done.add(logicalId);
    order.push(logicalId);
  };
  for (const logicalId of Object.keys(resources)) visit(logicalId, []);
  return order;
}
