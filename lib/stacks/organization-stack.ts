import { Aws, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Configuration } from '../config/configuration';
import { AccessRole } from '../constructs/access-role';
import { allow } from '../constructs/allow';
import { allowIdentityCenterKey, trustOfFunctions } from '../constructs/cross-account-role';
import { EventForwarding } from '../constructs/event-forwarding';
import { accountTagPattern, organizationPattern } from '../event-patterns';
import { Names } from '../names';
import { instanceArn } from './identity-center-arns';
import { stackProperties } from './stack-properties';

/** In the management account, in the Region that serves Organizations: what reads the organization and tells what happens to it. */
export class OrganizationStack extends Stack {
  constructor(scope: Construct, id: string, configuration: Configuration) {
    const names = new Names(configuration);
    const description = 'Identity center controller: reads the organization';
    super(
      scope,
      id,
      stackProperties(configuration, configuration.management, names.stack('organization'), description),
    );
    const reader = new AccessRole(this, 'OrganizationReader', {
      roleName: names.reachedRole('organization-reader'),
      purpose: 'Reads accounts, their parents, states and tags, and what is assigned to a principal',
      trust: trustOfFunctions('organization-reader', configuration, names),
    });
    allowReadingOrganization(reader, configuration.management.accountId);
    allow(
      reader,
      ['sso:ListAccountAssignmentsForPrincipal'],
      [instanceArn(configuration)],
      'AWS: what is assigned to a principal can be listed in the management account only.',
    );
    allowIdentityCenterKey(reader, configuration, ['sso']);
    new EventForwarding(this, 'Events', {
      source: 'organization',
      location: configuration.management,
      configuration,
      names,
      patterns: { organization: organizationPattern(), tags: accountTagPattern() },
    });
  }
}

function allowReadingOrganization(reader: AccessRole, managementAccountId: string): void {
  const owned = (type: string) => `arn:${Aws.PARTITION}:organizations::${managementAccountId}:${type}`;
  allow(
    reader,
    ['organizations:ListAccounts', 'tag:GetResources'],
    ['*'],
    'All accounts and their tags are read. AWS: these actions have no resources to name.',
  );
  allow(
    reader,
    ['organizations:DescribeAccount', 'organizations:ListTagsForResource'],
    [owned('account/o-*/*')],
    'One account is read when only that one is dirty. It may be any account of the organization.',
  );
  allow(
    reader,
    ['organizations:DescribeOrganizationalUnit'],
    [owned('ou/o-*/ou-*')],
    'An organizational unit without accounts is looked up. It may be any unit of the organization.',
  );
}
