import {
  DescribeInstanceCommand,
  type InstanceMetadata,
  ListInstancesCommand,
  ListPermissionSetsCommand,
} from '@aws-sdk/client-sso-admin';
import type { Location } from '../../../lib/config/configuration';
import type { Clients } from './clients';
import type { InstanceFacts } from './facts';

/** Every instance that is visible in a place, and what it says of itself. */
export async function readInstances(clients: Clients, place: Location): Promise<InstanceFacts[]> {
  const client = await clients.sso(place);
  const listed: InstanceMetadata[] = [];
  let NextToken: string | undefined;
  do {
    const page = await client.send(new ListInstancesCommand(NextToken ? { NextToken } : {}));
    listed.push(...(page.Instances ?? []));
    NextToken = page.NextToken;
  } while (NextToken);
  const facts: InstanceFacts[] = [];
  for (const listing of listed) {
    const { InstanceArn } = listing;
    if (InstanceArn === undefined) continue;
    const described = await client.send(new DescribeInstanceCommand({ InstanceArn }));
    facts.push(instanceFacts(InstanceArn, { ...listing, ...described }));
  }
  return facts;
}

type Described = InstanceMetadata & {
  PermissionSetsEnabled?: boolean | undefined;
  EncryptionConfigurationDetails?: { KeyType?: string | undefined; KmsKeyArn?: string | undefined } | undefined;
};

function instanceFacts(instanceArn: string, described: Described): InstanceFacts {
  const { OwnerAccountId, PrimaryRegion, Status, PermissionSetsEnabled, EncryptionConfigurationDetails } = described;
  const kmsKeyArn = EncryptionConfigurationDetails?.KmsKeyArn;
  return {
    instanceArn,
    ...(OwnerAccountId === undefined ? {} : { ownerAccountId: OwnerAccountId }),
    ...(PrimaryRegion === undefined ? {} : { primaryRegion: PrimaryRegion }),
    ...(Status === undefined ? {} : { status: Status }),
    ...(PermissionSetsEnabled === undefined ? {} : { permissionSetsEnabled: PermissionSetsEnabled }),
    ...(kmsKeyArn === undefined ? {} : { kmsKeyArn }),
  };
}

/** How many permission sets the instance has; the first instance unless one is given. */
export async function countPermissionSets(clients: Clients, place: Location, given?: string): Promise<number> {
  const client = await clients.sso(place);
  const InstanceArn = given ?? (await client.send(new ListInstancesCommand({}))).Instances?.[0]?.InstanceArn;
  if (InstanceArn === undefined) throw new Error('no instance is visible');
  let count = 0;
  let NextToken: string | undefined;
  do {
    const page = await client.send(
      new ListPermissionSetsCommand({ InstanceArn, MaxResults: 100, ...(NextToken ? { NextToken } : {}) }),
    );
    count += page.PermissionSets?.length ?? 0;
    NextToken = page.NextToken;
  } while (NextToken);
  return count;
}
