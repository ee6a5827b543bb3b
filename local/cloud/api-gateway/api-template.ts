import { createHash } from 'node:crypto';
import {
  isRecord,
  optionalNumber,
  optionalRecord,
  optionalString,
  propertyNotImplemented,
  type ResourceInput,
  refuseUnknownProperties,
} from '../../assembly/resource';

/** Reads the CloudFormation properties of the API Gateway resource types; refuses what has no behaviour here. */

const REST_API = 'AWS::ApiGateway::RestApi';
const RESOURCE = 'AWS::ApiGateway::Resource';
const METHOD = 'AWS::ApiGateway::Method';
const DEPLOYMENT = 'AWS::ApiGateway::Deployment';
const STAGE = 'AWS::ApiGateway::Stage';

/** AWS: the longest integration timeout of a REST API without a quota increase. */
export const LONGEST_INTEGRATION_MS = 29_000;

const FUNCTION_URI = /^arn:[^:]+:apigateway:[^:]+:lambda:path\/2015-03-31\/functions\/(.+)\/invocations$/;

export function readRestApi(input: ResourceInput): { readonly name: string; readonly policy: unknown } {
  const { properties } = input;
  refuseUnknownProperties(REST_API, properties, {
    implemented: ['Name', 'Policy', 'EndpointConfiguration'],
    inert: {
      Description: 'text for people',
      FailOnWarnings: 'imports of definitions are not implemented',
      Tags: 'tags of APIs decide nothing here',
    },
  });
  const endpoint = optionalRecord(REST_API, properties, 'EndpointConfiguration');
  const types = endpoint?.Types;
  // The local endpoint stands for a REGIONAL one; PRIVATE APIs and edge locations behave differently.
  if (!Array.isArray(types) || types.length !== 1 || types[0] !== 'REGIONAL') {
    throw propertyNotImplemented(REST_API, 'EndpointConfiguration.Types other than REGIONAL');
  }
  return { name: optionalString(REST_API, properties, 'Name') ?? input.logicalId, policy: properties.Policy };
}

export function readResource(input: ResourceInput): { apiId: string; parentId: string; pathPart: string } {
  const { properties } = input;
  refuseUnknownProperties(RESOURCE, properties, { implemented: ['ParentId', 'PathPart', 'RestApiId'] });
  return {
    apiId: required(RESOURCE, properties, 'RestApiId'),
    parentId: required(RESOURCE, properties, 'ParentId'),
    pathPart: required(RESOURCE, properties, 'PathPart'),
  };
}

export interface MethodProperties {
  readonly apiId: string;
  readonly resourceId: string;
  readonly httpMethod: string;
  readonly functionArn: string;
  readonly timeoutMs: number;
}

export function readMethod(input: ResourceInput): MethodProperties {
  const { properties } = input;
  refuseUnknownProperties(METHOD, properties, {
    implemented: ['ApiKeyRequired', 'AuthorizationType', 'HttpMethod', 'Integration', 'ResourceId', 'RestApiId'],
    inert: {
      MethodResponses: 'a proxy integration answers by itself',
      OperationName: 'a name for generated clients',
    },
  });
  const authorization = properties.AuthorizationType;
  if (authorization !== 'AWS_IAM') throw propertyNotImplemented(METHOD, `AuthorizationType ${authorization}`);
  if (properties.ApiKeyRequired === true) throw propertyNotImplemented(METHOD, 'ApiKeyRequired true');
  return {
    apiId: required(METHOD, properties, 'RestApiId'),
    resourceId: required(METHOD, properties, 'ResourceId'),
    httpMethod: required(METHOD, properties, 'HttpMethod'),
    ...readIntegration(optionalRecord(METHOD, properties, 'Integration') ?? {}),
  };
}

function readIntegration(integration: Readonly<Record<string, unknown>>): { functionArn: string; timeoutMs: number } {
  refuseUnknownProperties(
    METHOD,
    integration,
    { implemented: ['IntegrationHttpMethod', 'TimeoutInMillis', 'Type', 'Uri'] },
    'Integration.',
  );
  if (integration.Type !== 'AWS_PROXY') throw propertyNotImplemented(METHOD, `Integration.Type ${integration.Type}`);
  // AWS: functions are invoked by POST, whatever the method of the request.
  if (integration.IntegrationHttpMethod !== 'POST') throw new Error('IntegrationHttpMethod of a function must be POST');
  const [, functionArn] = FUNCTION_URI.exec(String(integration.Uri)) ?? [];
  if (functionArn === undefined) throw propertyNotImplemented(METHOD, `Integration.Uri ${integration.Uri}`);
  const timeoutMs = optionalNumber(METHOD, integration, 'TimeoutInMillis') ?? LONGEST_INTEGRATION_MS;
  if (timeoutMs < 50 || timeoutMs > LONGEST_INTEGRATION_MS)
    throw new Error('Timeout should be between 50 ms and 29000 ms');
  return { functionArn, timeoutMs };
}

export function readDeployment(input: ResourceInput): { readonly apiId: string } {
  const { properties } = input;
  refuseUnknownProperties(DEPLOYMENT, properties, {
    implemented: ['RestApiId'],
    inert: { Description: 'text for people' },
  });
  return { apiId: required(DEPLOYMENT, properties, 'RestApiId') };
}

export interface StageProperties {
  readonly apiId: string;
  readonly deploymentId: string;
  readonly name: string;
  readonly variables: Readonly<Record<string, string>> | null;
}

export function readStage(input: ResourceInput): StageProperties {
  const { properties } = input;
  refuseUnknownProperties(STAGE, properties, {
    implemented: ['DeploymentId', 'RestApiId', 'StageName', 'Variables'],
    inert: {
      AccessLogSetting: 'requests to the local cloud are counted by its meter',
      Description: 'text for people',
      MethodSettings: 'log levels, metrics and request rates of a stage do not matter for one person',
      Tags: 'tags of stages decide nothing here',
      TracingEnabled: 'there are no traces in the local cloud',
    },
  });
  const variables = optionalRecord(STAGE, properties, 'Variables');
  const texts = Object.entries(variables ?? {}).map(([name, value]) => [name, String(value)] as const);
  return {
    apiId: required(STAGE, properties, 'RestApiId'),
    deploymentId: required(STAGE, properties, 'DeploymentId'),
    name: required(STAGE, properties, 'StageName'),
    variables: variables === undefined ? null : Object.fromEntries(texts),
  };
}

/** A stable id in the form of API Gateway's: lower-case letters and digits. */
export function apiGatewayId(input: ResourceInput, length: number): string {
  const identity = [input.accountId, input.region, input.stackName, input.logicalId].join('/');
  const digest = createHash('sha256').update(identity).digest();
  return [...digest.subarray(0, length)].map((byte) => (byte % 36).toString(36)).join('');
}

function required(type: string, properties: Readonly<Record<string, unknown>>, name: string): string {
  const value = properties[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new Error(`${type} needs ${name}${isRecord(value) ? ' as text' : ''}`);
}
