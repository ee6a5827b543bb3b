import type { Expectations } from '../../../bin/commands/preflight/expectations';
import { placeText } from '../../../bin/commands/preflight/expectations';
import { type Facts, read } from '../../../bin/commands/preflight/facts';
import { bootstrapPlaces, callerRoles } from '../../../bin/commands/preflight/judge-accounts';
import type { Configuration } from '../../../lib/config';
import { loadConfiguration, parseConfiguration } from '../../../lib/config';
import { readProjectFile } from '../../support/project-files';

export const INSTANCE = 'arn:aws:sso:::instance/ssoins-1111222233334444';
export const KEY = 'arn:aws:kms:eu-west-1:111111111111:key/11112222-3333-4444-5555-666677778888';

export const env = (): Configuration => loadConfiguration('env');
export const envAnd = (...lines: readonly string[]): Configuration =>
  parseConfiguration(`${readProjectFile('config/env.yaml')}\n${lines.join('\n')}\n`, 'test');

const TRAIL = {
  name: 'organization',
  homeRegion: 'us-east-1',
  isMultiRegion: true,
  isLogging: true,
  recordsWrites: true,
};

/** Everything as it has to be, for an installation whose stacks are there. */
export function soundFacts(expectations: Expectations): Facts {
  const { configuration, rules, roles, busArn } = expectations;
  const { management, identityCenter, target } = configuration;
  const trust = (trusted: readonly string[]) => [
    {
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${target.accountId}:root` },
      Action: 'sts:AssumeRole',
      Condition: {
        ArnEquals: { 'aws:PrincipalArn': trusted },
        // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of IAM
        StringEquals: { 'aws:PrincipalOrgID': '${aws:ResourceOrgID}' },
      },
    },
  ];
  const keyed = <Item, T>(items: readonly Item[], keyOf: (item: Item) => string, contentOf: (item: Item) => T) =>
    Object.fromEntries(items.map((item) => [keyOf(item), read(contentOf(item))]));
  return {
    organization: read({
      organizationId: 'o-exampleorg1',
      managementAccountId: management.accountId,
      featureSet: 'ALL',
    }),
    delegatedAdministrators: read([identityCenter.accountId]),
    instances: read([
      {
        instanceArn: INSTANCE,
        ownerAccountId: management.accountId,
        primaryRegion: identityCenter.region,
        status: 'ACTIVE',
        permissionSetsEnabled: true,
      },
    ]),
    permissionSets: read(10),
    trails: keyed(
      rules,
      ({ location }) => placeText(location),
      () => [TRAIL],
    ),
    bootstrap: keyed(
      bootstrapPlaces(expectations),
      ({ location }) => placeText(location),
      () => 30,
    ),
    rules: keyed(
      rules,
      ({ location, name }) => `${placeText(location)}/${name}`,
      ({ roleArn }) => ({ isEnabled: true, targets: [{ arn: busArn, roleArn }] }),
    ),
    bus: read([
      {
        Effect: 'Allow',
        Principal: { AWS: ['arn:aws:iam::111111111111:root', 'arn:aws:iam::222222222222:root'] },
        Action: 'events:PutEvents',
        Condition: { ArnEquals: { 'aws:PrincipalArn': rules.map(({ roleArn }) => roleArn) } },
      },
    ]),
    roles: keyed(
      roles,
      ({ role }) => role,
      ({ trusted }) => trust(trusted),
    ),
    callerRoles: keyed(
      callerRoles(expectations),
      ([, arn]) => arn,
      () => true,
    ),
    concurrency: read({ limit: 1_000, unreserved: 1_000 }),
    apiGatewayLogRole: read('arn:aws:iam::333333333333:role/api-logs'),
    quotas: {
      states: read([
        { name: 'StartExecution throttle token refill rate per second', value: 150 },
        { name: 'StateTransition throttle token refill rate per second', value: 800 },
      ]),
      sso: read([{ name: 'Permission sets', value: 3_500 }]),
    },
  };
}
