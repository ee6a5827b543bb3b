import { type Definition, type Difference, policyPath } from './permission-set-definition';

/** What one call makes of a permission set, in memory; the same as Identity Center makes of it. */
export function applyDifference(definition: Definition, difference: Difference): Definition {
  switch (difference.part) {
    case 'attributes': {
      const { description: _, relayState: __, ...others } = definition;
      return { ...others, ...difference.to };
    }
    case 'boundary': {
      const { boundary: _, ...others } = definition;
      return difference.to === undefined ? others : { ...others, boundary: difference.to };
    }
    case 'inlinePolicy': {
      const { inlinePolicy: _, ...others } = definition;
      return difference.to === undefined ? others : { ...others, inlinePolicy: difference.to };
    }
    case 'managedPolicies': {
      const managedPolicies = new Set(definition.managedPolicies);
      if ('attach' in difference) managedPolicies.add(difference.attach);
      else managedPolicies.delete(difference.detach);
      return { ...definition, managedPolicies };
    }
    case 'customerManagedPolicies': {
      const changed = policyPath('attach' in difference ? difference.attach : difference.detach);
      const others = definition.customerManagedPolicies.filter((policy) => policyPath(policy) !== changed);
      const customerManagedPolicies = 'attach' in difference ? [...others, difference.attach] : others;
      return { ...definition, customerManagedPolicies };
    }
    case 'tags': {
      const tags = new Map(definition.tags);
      if ('set' in difference) for (const [key, value] of difference.set) tags.set(key, value);
      else for (const key of difference.remove) tags.delete(key);
      return { ...definition, tags };
    }
  }
}
