import { dynamodbAccess } from '../../cloud/dynamodb/access';
import type { OrganizationMembership } from '../../cloud/iam/membership';
import { arn } from '../../cloud/service';
import type { DeriveAccess } from './access';
import { accessByResourceTypes } from './by-resource-type';
import { eventsAccess, logsAccess } from './events-and-logs';
import { identitystoreAccess } from './identitystore';
import { lambdaAccess } from './lambda';
import { organizationsAccess } from './organizations';
import { snsAccess, sqsAccess } from './queues-and-topics';
import { ssoAccess } from './sso';
import { statesAccess } from './states';

/** By signing name: how the rights of a call are derived for services that do not do it themselves. */
export function defaultAccess(organization: OrganizationMembership): ReadonlyMap<string, DeriveAccess> {
  return new Map<string, DeriveAccess>([
    ['dynamodb', (call) => dynamodbAccess(call).map(({ action, resource }) => ({ action, resources: [resource] }))],
    ['sso', ssoAccess],
    ['identitystore', identitystoreAccess(organization.managementAccountId)],
    ['organizations', organizationsAccess(organization)],
    ['tagging', accessByResourceTypes('tag', {})],
    ['states', statesAccess],
    ['events', eventsAccess],
    ['logs', logsAccess],
    ['lambda', lambdaAccess],
    ['sqs', sqsAccess],
    ['sns', snsAccess],
    [
      'monitoring',
      accessByResourceTypes('cloudwatch', {
        alarm: ({ region, principal }) => [arn('cloudwatch', region, principal.accountId, 'alarm:*')],
      }),
    ],
  ]);
}
