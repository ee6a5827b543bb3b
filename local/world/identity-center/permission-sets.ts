import { PagedMap } from '../paged-map';

export interface CustomerManagedPolicy {
  readonly Name: string;
  readonly Path: string;
}

export type PermissionsBoundary =
  | { readonly ManagedPolicyArn: string }
  | { readonly CustomerManagedPolicyReference: CustomerManagedPolicy };

export interface PermissionSetRecord {
  readonly arn: string;
  readonly name: string;
  readonly createdAt: Date;
  description?: string;
  sessionDuration: string;
  relayState?: string;
  inlinePolicy?: string;
  boundary?: PermissionsBoundary;
  /** By ARN. */
  readonly managedPolicies: PagedMap<string>;
  /** By path and name together. */
  readonly customerManagedPolicies: PagedMap<CustomerManagedPolicy>;
  readonly tags: Map<string, string>;
  /** Raised by every change that accounts must be provisioned with again. */
  version: number;
}

/** Service default when no duration is given. */
export const DEFAULT_SESSION_DURATION = 'PT1H';

/** Permission sets of one instance: by ARN, with unique names. */
export class PermissionSets {
  readonly byArn = new PagedMap<PermissionSetRecord>();
  private readonly names = new Map<string, PermissionSetRecord>();

  add(attributes: Pick<PermissionSetRecord, 'arn' | 'name' | 'createdAt'>): PermissionSetRecord {
    const record: PermissionSetRecord = {
      ...attributes,
      sessionDuration: DEFAULT_SESSION_DURATION,
      managedPolicies: new PagedMap(),
      customerManagedPolicies: new PagedMap(),
      tags: new Map(),
      version: 1,
    };
    this.byArn.set(record.arn, record);
    this.names.set(record.name, record);
    return record;
  }

  named(name: string): PermissionSetRecord | undefined {
    return this.names.get(name);
  }

  remove(record: PermissionSetRecord): void {
    this.byArn.delete(record.arn);
    this.names.delete(record.name);
  }
}

/** Path and name together: the identity of a customer managed policy inside an account. */
export function policyPath({ Name, Path }: { readonly Name: string; readonly Path?: string }): string {
  return `${Path ?? '/'}${Name}`;
}

/** Every customer managed policy that must exist in an account before the permission set can be provisioned there. */
export function requiredPolicies(record: PermissionSetRecord): string[] {
  const policies = [...record.customerManagedPolicies.values()].map(policyPath);
  if (record.boundary && 'CustomerManagedPolicyReference' in record.boundary) {
    policies.push(policyPath(record.boundary.CustomerManagedPolicyReference));
  }
  return policies;
}
