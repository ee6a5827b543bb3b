import { GetAccountCommand } from '@aws-sdk/client-api-gateway';
import { GetRoleCommand } from '@aws-sdk/client-iam';
import { DescribeKeyCommand, GetKeyPolicyCommand } from '@aws-sdk/client-kms';
import { GetAccountSettingsCommand } from '@aws-sdk/client-lambda';
import { DescribeOrganizationCommand, ListDelegatedAdministratorsCommand } from '@aws-sdk/client-organizations';
import { ListServiceQuotasCommand } from '@aws-sdk/client-service-quotas';
import { GetParameterCommand } from '@aws-sdk/client-ssm';
import type { Location } from '../../../lib/config/configuration';
import type { Clients } from './clients';
import { type Expectations, placeText } from './expectations';
import { type Facts, notRead, type QuotaFacts, type Reading, read } from './facts';
import { bootstrapPlaces, callerRoles } from './judge-accounts';
import { policyStatements } from './policy-statement';
import { readBus, readRule, readTrails } from './read-events';
import { countPermissionSets, readInstances } from './read-instances';
import { unlessAbsent } from './unless-absent';

/** Reads everything, each thing by itself: what fails is told of that thing alone. Changes nothing. */
export async function readFacts(clients: Clients, expectations: Expectations): Promise<Facts> {
  const { configuration, rules, roles, busName } = expectations;
  const { management, identityCenter, target, identityCenterKmsKeyArn: keyArn } = configuration;
  const eventPlaces = [...new Map(rules.map(({ location }) => [placeText(location), location])).values()];
  const bootstrapped = bootstrapPlaces(expectations).map(({ location }) => location);
  const [organization, delegatedAdministrators, instances, permissionSets] = await Promise.all([
    reading(() => readOrganization(clients, management)),
    reading(() => readDelegated(clients, management)),
    reading(() => readInstances(clients, identityCenter)),
    reading(() => countPermissionSets(clients, identityCenter, configuration.identityCenterInstanceArn)),
  ]);
  return {
    organization,
    delegatedAdministrators,
    instances,
    permissionSets,
    trails: await byKey(eventPlaces, placeText, (place) => readTrails(clients, place)),
    bootstrap: await byKey(bootstrapped, placeText, (place) => readBootstrap(clients, place, expectations)),
    rules: await byKey(
      rules,
      ({ location, name }) => `${placeText(location)}/${name}`,
      ({ location, name }) => readRule(clients, location, name),
    ),
    bus: await reading(() => readBus(clients, target, busName)),
    roles: await byKey(
      roles,
      ({ role }) => role,
      ({ location, name }) => readTrust(clients, location, name),
    ),
    callerRoles: await byKey(
      callerRoles(expectations).map(([, arn]) => arn),
      (arn) => arn,
      async (arn) => (await readTrust(clients, target, arn.slice(arn.lastIndexOf('/') + 1))) !== undefined,
    ),
    ...(keyArn === undefined ? {} : { key: await reading(() => readKey(clients, keyArn)) }),
    concurrency: await reading(() => readConcurrency(clients, target)),
    apiGatewayLogRole: await reading(() => readLogRole(clients, target)),
    quotas: await byKey(
      ['states', 'sso'],
      (service) => service,
      (service) => readQuotas(clients, service === 'sso' ? identityCenter : target, service),
    ),
  };
}

async function reading<T>(ask: () => Promise<T>): Promise<Reading<T>> {
  try {
    return read(await ask());
  } catch (error) {
    return notRead(textOf(error));
  }
}

/** The name of an AWS error says more than some of its messages. */
function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.name === 'Error' ? error.message : `${error.name}: ${error.message}`;
}

async function byKey<Item, T>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
  ask: (item: Item) => Promise<T>,
): Promise<Record<string, Reading<T>>> {
  const read = await Promise.all(items.map(async (item) => [keyOf(item), await reading(() => ask(item))] as const));
  return Object.fromEntries(read);
}

async function readOrganization(clients: Clients, place: Location) {
  const { Organization } = await (await clients.organizations(place)).send(new DescribeOrganizationCommand({}));
  return {
    organizationId: Organization?.Id ?? '',
    managementAccountId: Organization?.MasterAccountId ?? '',
    featureSet: Organization?.FeatureSet ?? '',
  };
}

async function readDelegated(clients: Clients, place: Location): Promise<string[]> {
  const client = await clients.organizations(place);
  const ids: string[] = [];
  let NextToken: string | undefined;
  do {
    const command = new ListDelegatedAdministratorsCommand({
      ServicePrincipal: 'sso.amazonaws.com',
      ...(NextToken ? { NextToken } : {}),
    });
    const page = await client.send(command);
    ids.push(...(page.DelegatedAdministrators ?? []).flatMap(({ Id }) => Id ?? []));
    NextToken = page.NextToken;
  } while (NextToken);
  return ids;
}

/** CDK: the bootstrap writes its version into this parameter. */
async function readBootstrap(clients: Clients, place: Location, { configuration }: Expectations) {
  const Name = `/cdk-bootstrap/${configuration.bootstrapQualifier}/version`;
  const client = await clients.ssm(place);
  const found = await unlessAbsent(client.send(new GetParameterCommand({ Name })), 'ParameterNotFound');
  return found === undefined ? undefined : Number(found.Parameter?.Value);
}

async function readTrust(clients: Clients, place: Location, RoleName: string) {
  const client = await clients.iam(place);
  const found = await unlessAbsent(
    client.send(new GetRoleCommand({ RoleName })),
    'NoSuchEntityException',
    'NoSuchEntity',
  );
  // AWS: IAM answers policies in percent-encoding.
  return found && policyStatements(decodeURIComponent(found.Role?.AssumeRolePolicyDocument ?? ''));
}

async function readKey(clients: Clients, keyArn: string) {
  const [, , , region = '', accountId = ''] = keyArn.split(':');
  const client = await clients.kms({ accountId, region });
  const described = await unlessAbsent(client.send(new DescribeKeyCommand({ KeyId: keyArn })), 'NotFoundException');
  if (described === undefined) return undefined;
  const { Policy } = await client.send(new GetKeyPolicyCommand({ KeyId: keyArn, PolicyName: 'default' }));
  return { state: described.KeyMetadata?.KeyState ?? 'unknown', statements: policyStatements(Policy ?? '') };
}

async function readConcurrency(clients: Clients, place: Location) {
  const { AccountLimit } = await (await clients.lambda(place)).send(new GetAccountSettingsCommand({}));
  return {
    limit: AccountLimit?.ConcurrentExecutions ?? 0,
    unreserved: AccountLimit?.UnreservedConcurrentExecutions ?? 0,
  };
}

async function readLogRole(clients: Clients, place: Location): Promise<string | undefined> {
  const { cloudwatchRoleArn } = await (await clients.apiGateway(place)).send(new GetAccountCommand({}));
  return cloudwatchRoleArn || undefined;
}

async function readQuotas(clients: Clients, place: Location, ServiceCode: string): Promise<QuotaFacts[]> {
  const client = await clients.quotas(place);
  const quotas: QuotaFacts[] = [];
  let NextToken: string | undefined;
  do {
    const page = await client.send(new ListServiceQuotasCommand({ ServiceCode, ...(NextToken ? { NextToken } : {}) }));
    for (const { QuotaName: name, Value: value } of page.Quotas ?? []) {
      if (name !== undefined && value !== undefined) quotas.push({ name, value });
    }
    NextToken = page.NextToken;
  } while (NextToken);
  return quotas;
}
