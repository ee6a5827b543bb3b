import type { HttpRequest } from '../../gateway/protocol';
import type { Principal } from '../service';
import { type ApiStage, decodePart, type RestApi, type RouteMatch } from './rest-api';

/** What a Lambda proxy integration sends besides the request itself. */
export interface ProxyContext {
  readonly api: RestApi;
  readonly stage: ApiStage;
  readonly match: RouteMatch;
  readonly principal: Principal;
  /** `<role id>:<session name>`, or the account id. */
  readonly userId: string;
  readonly accessKeyId: string;
  readonly requestId: string;
  readonly nowMs: number;
  /** Path below the stage. */
  readonly path: string;
}

type Multi = Readonly<Record<string, readonly string[]>> | null;

/** The event of a REST API's Lambda proxy integration (version 1.0). */
export function proxyEvent(request: HttpRequest, context: ProxyContext): unknown {
  const { match, stage, path } = context;
  const headers = multiHeaders(request.rawHeaders);
  const query = multiQuery(request.query);
  return {
    resource: match.method.resource.path,
    path,
    httpMethod: request.method,
    headers: lastOf(headers),
    multiValueHeaders: headers,
    queryStringParameters: lastOf(query),
    multiValueQueryStringParameters: query,
    pathParameters: match.pathParameters,
    stageVariables: stage.variables,
    requestContext: requestContext(request, context),
    body: request.body.length === 0 ? null : request.body.toString('utf8'),
    isBase64Encoded: false,
  };
}

function requestContext(request: HttpRequest, context: ProxyContext): unknown {
  const { api, stage, match, path, requestId, nowMs } = context;
  const domainName = `${api.id}.execute-api.${api.region}.amazonaws.com`;
  return {
    resourceId: match.method.resource.id,
    resourcePath: match.method.resource.path,
    httpMethod: request.method,
    extendedRequestId: requestId.replaceAll('-', '').slice(0, 15),
    requestTime: logTime(nowMs),
    path: `/${stage.name}${path}`,
    accountId: api.accountId,
    protocol: 'HTTP/1.1',
    stage: stage.name,
    domainPrefix: api.id,
    requestTimeEpoch: Math.floor(nowMs),
    requestId,
    identity: identity(request, context),
    domainName,
    apiId: api.id,
  };
}

function identity(request: HttpRequest, { principal, userId, accessKeyId }: ProxyContext): unknown {
  return {
    cognitoIdentityPoolId: null,
    accountId: principal.accountId,
    cognitoIdentityId: null,
    caller: userId,
    sourceIp: '127.0.0.1',
    principalOrgId: null,
    accessKey: accessKeyId,
    cognitoAuthenticationType: null,
    cognitoAuthenticationProvider: null,
    userArn: principal.arn,
    userAgent: request.headers['user-agent'] ?? null,
    user: userId,
  };
}

/** AWS: `10/Oct/2026:13:55:36 +0000`. */
function logTime(nowMs: number): string {
  const [, day = '', month = '', year = '', time = ''] =
    /^\w+, (\d+) (\w+) (\d+) ([\d:]+) GMT$/.exec(new Date(nowMs).toUTCString()) ?? [];
  return `${day}/${month}/${year}:${time} +0000`;
}

/** AWS: the credentials of the caller are not passed on. */
const WITHHELD = new Set(['authorization', 'x-amz-security-token']);

function multiHeaders(rawHeaders: readonly string[]): Multi {
  const headers: Record<string, string[]> = {};
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const [name = '', value = ''] = [rawHeaders[index], rawHeaders[index + 1]];
    if (WITHHELD.has(name.toLowerCase())) continue;
    headers[name] = [...(headers[name] ?? []), value];
  }
  return headers;
}

function multiQuery(query: string): Multi {
  const parameters: Record<string, string[]> = {};
  for (const pair of query.split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const [name, value] = equals < 0 ? [pair, ''] : [pair.slice(0, equals), pair.slice(equals + 1)];
    const key = decodePart(name.replaceAll('+', ' '));
    parameters[key] = [...(parameters[key] ?? []), decodePart(value.replaceAll('+', ' '))];
  }
  return Object.keys(parameters).length === 0 ? null : parameters;
}

/** AWS: of repeated names the last value wins. */
function lastOf(multi: Multi): Readonly<Record<string, string>> | null {
  if (multi === null) return null;
  return Object.fromEntries(Object.entries(multi).map(([name, values]) => [name, values.at(-1) ?? '']));
}
