import { APIGatewayClient } from '@aws-sdk/client-api-gateway';
import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { IAMClient } from '@aws-sdk/client-iam';
import { KMSClient } from '@aws-sdk/client-kms';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { OrganizationsClient } from '@aws-sdk/client-organizations';
import { ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { SSMClient } from '@aws-sdk/client-ssm';
import { SSOAdminClient } from '@aws-sdk/client-sso-admin';
import type { Location } from '../../../lib/config/configuration';
import type { Access } from './access';

/** What the readers use of a client. */
export type Sender<Client extends { send: unknown }> = Pick<Client, 'send'>;

/** The clients for a place. Made when they are asked for; whoever asks learns why a place cannot be reached. */
export interface Clients {
  apiGateway(place: Location): Promise<Sender<APIGatewayClient>>;
  cloudTrail(place: Location): Promise<Sender<CloudTrailClient>>;
  events(place: Location): Promise<Sender<EventBridgeClient>>;
  iam(place: Location): Promise<Sender<IAMClient>>;
  kms(place: Location): Promise<Sender<KMSClient>>;
  lambda(place: Location): Promise<Sender<LambdaClient>>;
  organizations(place: Location): Promise<Sender<OrganizationsClient>>;
  quotas(place: Location): Promise<Sender<ServiceQuotasClient>>;
  ssm(place: Location): Promise<Sender<SSMClient>>;
  sso(place: Location): Promise<Sender<SSOAdminClient>>;
}

export function sdkClients(access: Access): Clients {
  return {
    apiGateway: async (place) => new APIGatewayClient(await access.at(place)),
    cloudTrail: async (place) => new CloudTrailClient(await access.at(place)),
    events: async (place) => new EventBridgeClient(await access.at(place)),
    iam: async (place) => new IAMClient(await access.at(place)),
    kms: async (place) => new KMSClient(await access.at(place)),
    lambda: async (place) => new LambdaClient(await access.at(place)),
    organizations: async (place) => new OrganizationsClient(await access.at(place)),
    quotas: async (place) => new ServiceQuotasClient(await access.at(place)),
    ssm: async (place) => new SSMClient(await access.at(place)),
    sso: async (place) => new SSOAdminClient(await access.at(place)),
  };
}
