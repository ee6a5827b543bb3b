import type { Construct } from 'constructs';
import type { Configuration } from '../config/configuration';
import { ControllerStack } from './controller-stack';
import { IdentityCenterStack } from './identity-center-stack';
import { ManagementStack } from './management-stack';
import { OrganizationStack } from './organization-stack';

/** The stacks of an installation by the account they are in, in the order in which a pipeline deploys them. */
export const PARTS = ['Organization', 'IdentityCenter', 'Controller'] as const;
export type Part = (typeof PARTS)[number];

export interface PartOptions {
  readonly configuration: Configuration;
  /** Folder with `state-machines/` and the bundles in `dist/lambda/`. */
  readonly projectRoot: string;
}

/**
 * Creates the stacks of one part. Their templates are the same whether the scope is the app, to be deployed directly,
 * or a stage of a pipeline: an installation may change from one way to the other.
 */
export function createPart(part: Part, scope: Construct, { configuration, projectRoot }: PartOptions): void {
  switch (part) {
    case 'Organization':
      new OrganizationStack(scope, 'Organization', configuration);
      if (configuration.management.accountId !== configuration.identityCenter.accountId) {
        new ManagementStack(scope, 'Management', configuration);
      }
      return;
    case 'IdentityCenter':
      new IdentityCenterStack(scope, 'IdentityCenter', configuration);
      return;
    case 'Controller':
      new ControllerStack(scope, 'Controller', { configuration, projectRoot });
  }
}
