import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import type { ResourceInput } from '../../../local/assembly/resource';
import { ApiGateway, EXECUTE_API_PREFIX, type InvokeFunction } from '../../../local/cloud/api-gateway';
import { ServiceFault } from '../../../local/cloud/service';
import { assume, type Credentials, type Endpoint, startEndpoint } from './endpoint';

const ACCOUNT = '333333333333';
const REGION = 'eu-west-1';
const FUNCTION = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:f`;
const ADMIN: Credentials = { accessKeyId: ACCOUNT, secretAccessKey: 'any' };

type Invocation = Parameters<InvokeFunction>[0];
// biome-ignore lint/suspicious/noExplicitAny: the event is JSON whose parts the tests look at
type ProxyEvent = any;

let endpoint: Endpoint;
let api: ApiGateway;
let base: string;
let apiId: string;
let invocations: Invocation[];
let answer: (event: ProxyEvent) => Awaited<ReturnType<InvokeFunction>> | Promise<never>;

const input = (logicalId: string, properties: Record<string, unknown>): ResourceInput => ({
  accountId: ACCOUNT,
  region: REGION,
  stackName: 'stack',
  logicalId,
  properties,
});

const method = (ResourceId: string, HttpMethod: string, more: Record<string, unknown> = {}) =>
  input(`${ResourceId}${HttpMethod}`, {
    RestApiId: apiId,
    ResourceId,
    HttpMethod,
    AuthorizationType: 'AWS_IAM',
    Integration: {
      Type: 'AWS_PROXY',
      IntegrationHttpMethod: 'POST',
      Uri: `arn:aws:apigateway:${REGION}:lambda:path/2015-03-31/functions/${FUNCTION}/invocations`,
      ...more,
    },
  });

const REST_API = { Name: 'api', EndpointConfiguration: { Types: ['REGIONAL'] } };

beforeEach(async () => {
  endpoint = await startEndpoint();
  invocations = [];
  answer = (event) => ({ payload: { statusCode: 200, body: JSON.stringify(event) } });
  api = new ApiGateway({
    clock: endpoint.clock,
    iam: endpoint.iam,
    authenticate: (request) => endpoint.gateway.authenticator.authenticate(request),
    invoke: async (request) => {
      invocations.push(request);
      return answer(request.payload);
    },
  });
  endpoint.gateway.route(EXECUTE_API_PREFIX, (request) => api.handle(request));
  const created = api.createRestApi(input('Api', REST_API));
  apiId = created.ref;
  const resource = (logicalId: string, ParentId: string, PathPart: string) =>
    api.createResource(input(logicalId, { RestApiId: apiId, ParentId, PathPart })).ref;
  const root = created.attributes.RootResourceId ?? '';
  const links = resource('Links', root, 'links');
  api.createMethod(method(links, 'GET'));
  api.createMethod(method(resource('Link', links, '{linkId}'), 'GET'));
  api.createMethod(method(resource('Special', links, 'special'), 'GET'));
  api.createMethod(method(resource('Post', root, 'postLinkData'), 'POST', { TimeoutInMillis: 50 }));
  const { ref: DeploymentId } = api.createDeployment(input('Deployment', { RestApiId: apiId }));
  api.createStage(input('Stage', { RestApiId: apiId, DeploymentId, StageName: 'prod', Variables: { a: 'b' } }));
  base = `${endpoint.endpoint}${EXECUTE_API_PREFIX}${apiId}/prod`;
});

afterEach(() => endpoint.close());

/** Sends a request signed as SDKs and other SigV4 clients do. */
async function send(httpMethod: string, path: string, credentials: Credentials, body?: string, region = REGION) {
  const url = new URL(`${base}${path}`);
  const signer = new SignatureV4({ service: 'execute-api', region, credentials, sha256: Sha256 });
  const query: Record<string, string[]> = {};
  for (const [name, value] of url.searchParams) query[name] = [...(query[name] ?? []), value];
  const signed = await signer.sign({
    method: httpMethod,
    protocol: url.protocol,
    hostname: url.hostname,
    port: Number(url.port),
    path: url.pathname,
    query,
    headers: { host: url.host, 'x-custom': 'yes' },
    ...(body === undefined ? {} : { body }),
  });
  const { host: _host, ...headers } = signed.headers;
  const response = await fetch(url, { method: httpMethod, headers, ...(body === undefined ? {} : { body }) });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) };
}

/** A role of the account that may invoke what `resource` says, below the API. */
function caller(resource: string): Credentials {
  const name = 'caller';
  endpoint.iam.createCallerRole({ accountId: ACCOUNT, name });
  const Resource = `arn:aws:execute-api:${REGION}:${ACCOUNT}:${apiId}/${resource}`;
  const Statement = [{ Effect: 'Allow', Action: 'execute-api:Invoke', Resource }];
  const PolicyDocument = { Version: '2012-10-17', Statement };
  endpoint.iam.createPolicy(input('Policy', { PolicyName: 'p', PolicyDocument, Roles: [name] }));
  return assume(endpoint, `arn:aws:iam::${ACCOUNT}:role/${name}`, 'me');
}

test('the function gets the event of a Lambda proxy integration', async () => {
  const { body: event } = await send('GET', '/links?scope=a%20b&scope=c%26d&empty=', ADMIN);
  expect(event).toMatchObject({
    resource: '/links',
    path: '/links',
    httpMethod: 'GET',
    pathParameters: null,
    queryStringParameters: { scope: 'c&d', empty: '' },
    multiValueQueryStringParameters: { scope: ['a b', 'c&d'], empty: [''] },
    stageVariables: { a: 'b' },
    body: null,
    isBase64Encoded: false,
    requestContext: {
      accountId: ACCOUNT,
      apiId,
      stage: 'prod',
      resourcePath: '/links',
      path: '/prod/links',
      requestTime: '01/Jan/2026:00:00:00 +0000',
      requestTimeEpoch: Date.UTC(2026, 0, 1),
      identity: { accountId: ACCOUNT, userArn: `arn:aws:iam::${ACCOUNT}:root`, caller: ACCOUNT },
    },
  });
  expect(event.headers['x-custom']).toBe('yes');
  expect(Object.keys(event.headers)).not.toContain('authorization');
  expect(invocations[0]).toMatchObject({
    functionArn: FUNCTION,
    principal: { kind: 'service', arn: 'apigateway.amazonaws.com' },
    context: {
      'aws:sourcearn': `arn:aws:execute-api:${REGION}:${ACCOUNT}:${apiId}/prod/GET/links`,
      'aws:sourceaccount': ACCOUNT,
    },
  });
});

test('path parameters are decoded, and the most specific resource answers', async () => {
  const { body: event } = await send('GET', '/links/a%25b%20c', ADMIN);
  expect(event).toMatchObject({
    resource: '/links/{linkId}',
    pathParameters: { linkId: 'a%b c' },
    path: '/links/a%25b%20c',
  });
  expect((await send('GET', '/links/special', ADMIN)).body).toMatchObject({ resource: '/links/special' });
});

test('a session is named in the event', async () => {
  const { body: event } = await send('POST', '/postLinkData', caller('prod/POST/postLinkData'), '{"ä":1}');
  expect(event.body).toBe('{"ä":1}');
  expect(event.requestContext.identity).toMatchObject({
    userArn: `arn:aws:sts::${ACCOUNT}:assumed-role/caller/me`,
    caller: expect.stringMatching(/^AROA\w+:me$/),
  });
});

describe('refusals', () => {
  const missing = { message: 'Missing Authentication Token' };

  test('no signature', async () => {
    const response = await fetch(`${base}/links`);
    expect([response.status, await response.json()]).toEqual([403, missing]);
  });

  test.each([
    ['GET', '/nothing'],
    ['GET', '/postLinkData'],
    ['POST', '/links'],
    ['GET', '/'],
  ])('%s %s does not exist', async (httpMethod, path) => {
    expect(await send(httpMethod, path, ADMIN)).toMatchObject({ status: 403, body: missing });
  });

  test('a stage or API that does not exist', async () => {
    const response = await fetch(base.replace('/prod', '/test/links'));
    expect([response.status, await response.json()]).toEqual([403, { message: 'Forbidden' }]);
  });

  test('a role without the right', async () => {
    const { status, body } = await send('GET', '/links', caller('prod/POST/*'));
    const resource = `arn:aws:execute-api:${REGION}:${ACCOUNT}:${apiId}/prod/GET/links`;
    expect(status).toBe(403);
    expect(body.message).toContain(
      `User: arn:aws:sts::${ACCOUNT}:assumed-role/caller/me is not authorized to perform: execute-api:Invoke on resource: ${resource}`,
    );
    expect(invocations).toEqual([]);
  });

  test('another account', async () => {
    const { status, body } = await send('GET', '/links', { ...ADMIN, accessKeyId: '444444444444' });
    expect([status, body.message]).toEqual([403, expect.stringContaining('is not authorized')]);
  });

  test('a wrong secret', async () => {
    const { status, body } = await send('GET', '/links', { ...caller('*'), secretAccessKey: 'x' });
    expect([status, body.message]).toEqual([403, expect.stringContaining('signature we calculated does not match')]);
  });

  test('a session that has ended', async () => {
    const credentials = caller('*');
    await endpoint.clock.runUntil(endpoint.clock.sleep(3_600_000));
    const { status, body } = await send('GET', '/links', credentials);
    expect([status, body.message]).toEqual([403, 'The security token included in the request is expired']);
  });

  test('a signature for another Region', async () => {
    const { status, body } = await send('GET', '/links', ADMIN, undefined, 'us-east-1');
    expect([status, body.message]).toEqual([403, expect.stringContaining(`'${REGION}/execute-api/aws4_request'`)]);
  });

  test('a body over 10 MB', async () => {
    const { status } = await send('POST', '/postLinkData', ADMIN, 'x'.repeat(10 * 1024 * 1024 + 1));
    expect(status).toBe(413);
  });
});

describe('answers of the function', () => {
  test('status, headers and body are passed on', async () => {
    answer = () => ({
      payload: {
        statusCode: 409,
        headers: { 'X-One': '1' },
        multiValueHeaders: { 'X-Two': ['a', 'b'] },
        body: '{"message":"no"}',
      },
    });
    const { status, headers, body } = await send('GET', '/links', ADMIN);
    expect([status, headers.get('x-one'), headers.get('x-two'), body]).toEqual([409, '1', 'a, b', { message: 'no' }]);
    expect(headers.get('content-type')).toBe('application/json');
  });

  test('base64 bodies are decoded', async () => {
    const body = Buffer.from('{"a":1}').toString('base64');
    answer = () => ({ payload: { statusCode: 200, body, isBase64Encoded: true } });
    expect((await send('GET', '/links', ADMIN)).body).toEqual({ a: 1 });
  });

  test.each<[string, () => Awaited<ReturnType<InvokeFunction>>]>([
    ['failed', () => ({ payload: { errorMessage: 'x' }, functionError: 'Unhandled' })],
    ['no object', () => ({ payload: 'text' })],
    ['a body that is no text', () => ({ payload: { statusCode: 200, body: { a: 1 } } })],
    ['a status that is none', () => ({ payload: { statusCode: 'x' } })],
    ['members of another format', () => ({ payload: { statusCode: 200, cookies: [] } })],
  ])('%s: 502', async (_name, malformed) => {
    answer = malformed;
    expect(await send('GET', '/links', ADMIN)).toMatchObject({
      status: 502,
      body: { message: 'Internal server error' },
    });
  });

  test('a function that the API may not invoke: 500', async () => {
    answer = () => {
      throw new ServiceFault('AccessDeniedException', 'not authorized to perform: lambda:InvokeFunction');
    };
    expect(await send('GET', '/links', ADMIN)).toMatchObject({
      status: 500,
      body: { message: 'Internal server error' },
    });
  });

  test('a function that takes too long: 504', async () => {
    answer = () => new Promise<never>(() => undefined);
    const { status, body } = await send('POST', '/postLinkData', ADMIN, '{}');
    expect([status, body]).toEqual([504, { message: 'Endpoint request timed out' }]);
  });
});

describe('what is refused at creation', () => {
  test.each<[string, Record<string, unknown>, string]>([
    ['an authorizer', { AuthorizationType: 'CUSTOM' }, 'AuthorizationType CUSTOM'],
    ['no authorization', { AuthorizationType: 'NONE' }, 'AuthorizationType NONE'],
    ['a validator', { RequestValidatorId: 'v' }, 'AWS::ApiGateway::Method property RequestValidatorId'],
    ['another integration', { Integration: { Type: 'MOCK' } }, 'Integration.Type MOCK'],
  ])('a method with %s', (_name, properties, message) => {
    const { properties: valid } = method('root', 'GET');
    expect(() => api.createMethod(input('Other', { ...valid, ...properties }))).toThrow(message);
  });

  test('an API that is not regional, and the account setting', () => {
    expect(() => api.createRestApi(input('Edge', { Name: 'x' }))).toThrow('EndpointConfiguration.Types other than');
    expect(() => api.createAccount()).toThrow('AWS::ApiGateway::Account property CloudWatchRoleArn');
  });

  test('a deployment before its methods', () => {
    const { ref: RestApiId } = api.createRestApi(input('Empty', REST_API));
    expect(() => api.createDeployment(input('Early', { RestApiId }))).toThrow("doesn't contain any methods");
  });
});

test('a presigned URL is a signature as well', async () => {
  const url = new URL(`${base}/links`);
  const signer = new SignatureV4({ service: 'execute-api', region: REGION, credentials: caller('*'), sha256: Sha256 });
  const request = {
    method: 'GET',
    protocol: 'http:',
    hostname: url.hostname,
    port: Number(url.port),
    path: url.pathname,
  };
  const signed = await signer.presign({ ...request, query: { a: 'b c' }, headers: { host: url.host } });
  for (const [name, value] of Object.entries(signed.query ?? {})) url.searchParams.set(name, String(value));
  expect((await fetch(url)).status).toBe(200);
  url.searchParams.set('a', 'changed');
  expect((await fetch(url)).status).toBe(403);
});

test('a header that HTTP cannot carry is 500, and the endpoint lives on', async () => {
  answer = () => ({ payload: { statusCode: 200, headers: { bad: 'line\nbreak' }, body: '{}' } });
  const signer = () => send('GET', '/links', ADMIN);
  await expect(signer()).rejects.toThrow('not valid JSON');
  answer = () => ({ payload: { statusCode: 200, body: '{}' } });
  expect((await signer()).status).toBe(200);
});

test('a resource policy of the API is enforced', async () => {
  const Statement = [{ Effect: 'Deny', Principal: '*', Action: 'execute-api:Invoke', Resource: '*' }];
  const Policy = { Version: '2012-10-17', Statement };
  const { ref, attributes } = api.createRestApi(input('Closed', { ...REST_API, Policy }));
  const { properties } = method(attributes.RootResourceId ?? '', 'GET');
  api.createMethod(input('ClosedGet', { ...properties, RestApiId: ref }));
  const { ref: DeploymentId } = api.createDeployment(input('ClosedDeployment', { RestApiId: ref }));
  api.createStage(input('ClosedStage', { RestApiId: ref, DeploymentId, StageName: 'prod' }));
  base = base.replace(apiId, ref);
  expect((await send('GET', '/', ADMIN)).body.message).toContain('explicit deny in a resource-based policy');
});
