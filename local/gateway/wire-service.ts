import { JsonProtocol } from './json-protocol';
import { LambdaProtocol } from './lambda-protocol';
import type { Protocol } from './protocol';
import { QueryProtocol } from './query-protocol';

/** What the wire needs to know about a service. */
export interface WireService {
  readonly protocol: Protocol;
  /** Authentication and authorization failures have other codes in the XML protocols. */
  readonly faultStyle: 'json' | 'query' | 's3';
  readonly throttling: Throttling;
}

/** How the service says "slow down". */
export interface Throttling {
  readonly code: string;
  readonly message: string;
  readonly statusCode: number;
}

const THROTTLING: Throttling = { code: 'ThrottlingException', message: 'Rate exceeded', statusCode: 400 };

function json(target: string, version: '1.0' | '1.1', errorNamespace: string, throttling: Partial<Throttling> = {}) {
  const protocol = new JsonProtocol({ target, version, errorNamespace });
  return { protocol, faultStyle: 'json', throttling: { ...THROTTLING, ...throttling } } as const;
}

function query(xmlNamespace: string, maps: readonly string[] = []): WireService {
  const protocol = new QueryProtocol({ xmlNamespace, maps });
  return { protocol, faultStyle: 'query', throttling: { ...THROTTLING, code: 'Throttling' } };
}

/** By signing name. Protocol versions, target prefixes and namespaces as in the AWS service models. */
const WIRE_SERVICES: Readonly<Record<string, WireService>> = {
  dynamodb: json('DynamoDB_20120810', '1.0', 'com.amazonaws.dynamodb.v20120810', {
    code: 'ProvisionedThroughputExceededException',
    message: 'The level of configured provisioned throughput for the table was exceeded.',
  }),
  states: json('AWSStepFunctions', '1.0', 'com.amazonaws.swf.service.v2.model'),
  sqs: json('AmazonSQS', '1.0', 'com.amazonaws.sqs', { code: 'RequestThrottled', message: 'Rate exceeded' }),
  events: json('AWSEvents', '1.1', 'com.amazonaws.events'),
  logs: json('Logs_20140328', '1.1', 'com.amazonaws.logs'),
  monitoring: json('GraniteServiceVersion20100801', '1.0', 'com.amazonaws.cloudwatch', { code: 'Throttling' }),
  sso: json('SWBExternalService', '1.1', 'com.amazonaws.swbexternal'),
  identitystore: json('AWSIdentityStore', '1.1', 'com.amazonaws.identitystore'),
  organizations: json('AWSOrganizationsV20161128', '1.1', 'com.amazonaws.organizations', {
    code: 'TooManyRequestsException',
    message:
      "AWS Organizations can't complete your request because another request is already in progress. Try again later.",
  }),
  tagging: json('ResourceGroupsTaggingAPI_20170126', '1.1', 'com.amazonaws.resourcegroupstaggingapi', {
    code: 'ThrottledException',
  }),
  kms: json('TrentService', '1.1', 'com.amazonaws.kms'),
  sts: query('https://sts.amazonaws.com/doc/2011-06-15/'),
  sns: query('http://sns.amazonaws.com/doc/2010-03-31/', ['Attributes']),
  iam: query('https://iam.amazonaws.com/doc/2010-05-08/'),
  lambda: {
    protocol: new LambdaProtocol(),
    faultStyle: 'json',
    throttling: { code: 'TooManyRequestsException', message: 'Rate Exceeded.', statusCode: 429 },
  },
};

/** The wire side of a service by its signing name; S3's protocol is handed in, because it knows the buckets' ways. */
export function wireServices(s3Protocol: Protocol | undefined): ReadonlyMap<string, WireService> {
  const services = new Map(Object.entries(WIRE_SERVICES));
  if (s3Protocol !== undefined) {
    services.set('s3', {
      protocol: s3Protocol,
      faultStyle: 's3',
      throttling: { code: 'SlowDown', message: 'Please reduce your request rate.', statusCode: 503 },
    });
  }
  return services;
}

/** Signing name by `X-Amz-Target` prefix: which service an unsigned JSON request meant. */
export function serviceOfTarget(target: string | undefined): string | undefined {
  const prefix = target?.split('.')[0];
  return prefix === undefined ? undefined : TARGETS[prefix];
}

const TARGETS: Readonly<Record<string, string>> = {
  DynamoDB_20120810: 'dynamodb',
  AWSStepFunctions: 'states',
  AmazonSQS: 'sqs',
  AWSEvents: 'events',
  Logs_20140328: 'logs',
  GraniteServiceVersion20100801: 'monitoring',
  SWBExternalService: 'sso',
  AWSIdentityStore: 'identitystore',
  AWSOrganizationsV20161128: 'organizations',
  ResourceGroupsTaggingAPI_20170126: 'tagging',
  TrentService: 'kms',
};
