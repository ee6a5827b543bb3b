import {
  type AdvancedEventSelector,
  type CloudTrailClient,
  DescribeTrailsCommand,
  type EventSelector,
  GetEventSelectorsCommand,
  GetTrailStatusCommand,
  type Trail,
} from '@aws-sdk/client-cloudtrail';
import { DescribeEventBusCommand, DescribeRuleCommand, ListTargetsByRuleCommand } from '@aws-sdk/client-eventbridge';
import type { Location } from '../../../lib/config/configuration';
import type { Clients, Sender } from './clients';
import type { PolicyStatement, RuleFacts, TrailFacts } from './facts';
import { policyStatements } from './policy-statement';
import { unlessAbsent } from './unless-absent';

type TrailReader = Sender<CloudTrailClient>;

/** Trails that are visible in a place; those of the organization and of other Regions are, too. */
export async function readTrails(clients: Clients, place: Location): Promise<TrailFacts[]> {
  const client = await clients.cloudTrail(place);
  const { trailList = [] } = await client.send(new DescribeTrailsCommand({ includeShadowTrails: true }));
  return Promise.all(trailList.map((trail) => readTrail(client, trail)));
}

async function readTrail(client: TrailReader, trail: Trail): Promise<TrailFacts> {
  // AWS: a trail that lives in another Region or account is asked for by its ARN.
  const Name = trail.TrailARN ?? trail.Name;
  const { IsLogging } = await client.send(new GetTrailStatusCommand({ Name }));
  const selected = await client.send(new GetEventSelectorsCommand({ TrailName: Name }));
  const { EventSelectors = [], AdvancedEventSelectors = [] } = selected;
  return {
    name: trail.Name ?? Name ?? '',
    homeRegion: trail.HomeRegion ?? '',
    isMultiRegion: trail.IsMultiRegionTrail ?? false,
    isLogging: IsLogging ?? false,
    recordsWrites: EventSelectors.some(selectsWrites) || AdvancedEventSelectors.some(selectsWritesByFields),
  };
}

function selectsWrites({ IncludeManagementEvents, ReadWriteType }: EventSelector): boolean {
  return IncludeManagementEvents === true && ReadWriteType !== 'ReadOnly';
}

/** Category management, without a field that leaves out what writes. */
function selectsWritesByFields({ FieldSelectors = [] }: AdvancedEventSelector): boolean {
  const isManagement = FieldSelectors.some(
    ({ Field, Equals }) => Field === 'eventCategory' && Equals?.includes('Management'),
  );
  const isReadOnly = FieldSelectors.some(({ Field, Equals }) => Field === 'readOnly' && Equals?.includes('true'));
  return isManagement && !isReadOnly;
}

export async function readRule(clients: Clients, place: Location, Name: string): Promise<RuleFacts | undefined> {
  const client = await clients.events(place);
  const rule = await unlessAbsent(client.send(new DescribeRuleCommand({ Name })), 'ResourceNotFoundException');
  if (rule === undefined) return undefined;
  const { Targets = [] } = await client.send(new ListTargetsByRuleCommand({ Rule: Name }));
  return {
    isEnabled: rule.State !== 'DISABLED',
    targets: Targets.flatMap(({ Arn, RoleArn }) =>
      Arn === undefined ? [] : [{ arn: Arn, ...(RoleArn === undefined ? {} : { roleArn: RoleArn }) }],
    ),
  };
}

/** Statements of the policy of a bus. */
export async function readBus(
  clients: Clients,
  place: Location,
  Name: string,
): Promise<readonly PolicyStatement[] | undefined> {
  const client = await clients.events(place);
  const bus = await unlessAbsent(client.send(new DescribeEventBusCommand({ Name })), 'ResourceNotFoundException');
  return bus && policyStatements(bus.Policy ?? '');
}
