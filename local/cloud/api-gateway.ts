import { randomUUID } from 'node:crypto';
import { propertyNotImplemented, type ResourceInput, type ResourceOutput } from '../assembly/resource';
import type { Clock } from '../clock';
import type { Caller } from '../gateway/authenticator';
import type { HttpRequest, HttpResponse } from '../gateway/protocol';
import {
  apiGatewayId,
  readDeployment,
  readMethod,
  readResource,
  readRestApi,
  readStage,
} from './api-gateway/api-template';
import { proxyAnswer } from './api-gateway/proxy-answer';
import { proxyEvent } from './api-gateway/proxy-event';
import { type ApiResource, type ApiStage, findMethod, type RestApi, type RouteMatch } from './api-gateway/rest-api';
import type { Iam } from './iam';
import { type Principal, ServiceFault } from './service';

/** Invokes a function with the rights of `principal`; throws a `ServiceFault` when it may not or cannot. */
export type InvokeFunction = (request: {
  readonly functionArn: string;
  readonly payload: unknown;
  readonly principal: Principal;
  readonly context: Readonly<Record<string, string>>;
}) => Promise<{ readonly payload: unknown; readonly functionError?: string }>;

export interface ApiGatewayOptions {
  readonly clock: Clock;
  readonly iam: Iam;
  readonly invoke: InvokeFunction;
  /** Finds out who signed a request; throws a `ServiceFault`. */
  readonly authenticate: (request: HttpRequest) => Caller;
}

/** Where the REST APIs are: `<prefix><api id>/<stage>/…`. */
export const EXECUTE_API_PREFIX = '/_aws/execute-api/';

/** AWS: largest body of a request to a REST API. */
const LARGEST_BODY_BYTES = 10 * 1024 * 1024;

/** Amazon API Gateway, REST APIs (v1): IAM authorization and Lambda proxy integrations. */
export class ApiGateway {
  private readonly apis = new Map<string, RestApi>();

  constructor(private readonly options: ApiGatewayOptions) {}

  /** `AWS::ApiGateway::RestApi`: `Ref` is the API id; attributes `RestApiId`, `RootResourceId`. */
  createRestApi(input: ResourceInput): ResourceOutput {
    const { name, policy } = readRestApi(input);
    const id = apiGatewayId(input, 10);
    const root: ApiResource = { id: apiGatewayId({ ...input, logicalId: `${input.logicalId}/` }, 10), path: '/' };
    this.apis.set(id, {
      id,
      name,
      accountId: input.accountId,
      region: input.region,
      root,
      policy: policy === undefined ? undefined : this.options.iam.checkResourcePolicy(policy, `policy of API ${name}`),
      resources: new Map([[root.id, root]]),
      methods: [],
      deployments: new Map(),
      stages: new Map(),
    });
    return { ref: id, attributes: { RestApiId: id, RootResourceId: root.id } };
  }

  /** `AWS::ApiGateway::Resource`. */
  createResource(input: ResourceInput): ResourceOutput {
    const { apiId, parentId, pathPart } = readResource(input);
    const api = this.api(apiId);
    const parent = api.resources.get(parentId);
    if (parent === undefined) throw new Error(`API ${apiId} has no resource ${parentId}`);
    const id = apiGatewayId(input, 6);
    api.resources.set(id, { id, path: `${parent.path === '/' ? '' : parent.path}/${pathPart}` });
    return { ref: id, attributes: { ResourceId: id } };
  }

  /** `AWS::ApiGateway::Method`. */
  createMethod(input: ResourceInput): ResourceOutput {
    const { apiId, resourceId, httpMethod, functionArn, timeoutMs } = readMethod(input);
    const api = this.api(apiId);
    const resource = api.resources.get(resourceId);
    if (resource === undefined) throw new Error(`API ${apiId} has no resource ${resourceId}`);
    api.methods.push({ resource, httpMethod, functionArn, timeoutMs });
    return { ref: apiGatewayId(input, 10), attributes: {} };
  }

  /** `AWS::ApiGateway::Deployment`: a copy of the API's methods as they are now. */
  createDeployment(input: ResourceInput): ResourceOutput {
    const api = this.api(readDeployment(input).apiId);
    // AWS refuses it too: a deployment that does not depend on its methods is created before them.
    if (api.methods.length === 0) throw new Error(`The REST API ${api.name} doesn't contain any methods`);
    const id = apiGatewayId(input, 6);
    api.deployments.set(id, [...api.methods]);
    return { ref: id, attributes: { DeploymentId: id } };
  }

  /** `AWS::ApiGateway::Stage`. */
  createStage(input: ResourceInput): ResourceOutput {
    const { apiId, deploymentId, name, variables } = readStage(input);
    const api = this.api(apiId);
    const methods = api.deployments.get(deploymentId);
    if (methods === undefined) throw new Error(`API ${apiId} has no deployment ${deploymentId}`);
    api.stages.set(name, { name, variables, methods });
    return { ref: name, attributes: {} };
  }

  /** `AWS::ApiGateway::Account` is refused: it would change a setting of the whole account and Region. */
  createAccount(): ResourceOutput {
    throw propertyNotImplemented('AWS::ApiGateway::Account', 'CloudWatchRoleArn');
  }

  /** Answers a request below `EXECUTE_API_PREFIX`. Never rejects. */
  async handle(request: HttpRequest): Promise<HttpResponse> {
    const [apiId = '', stageName = '', ...rest] = request.path.slice(EXECUTE_API_PREFIX.length).split('/');
    const api = this.apis.get(apiId);
    const stage = api?.stages.get(stageName);
    // AWS: a host or stage that does not exist is 403 as well.
    if (api === undefined || stage === undefined) return message(403, 'Forbidden');
    const requestId = randomUUID();
    const response = await this.answer(request, api, stage, `/${rest.join('/')}`, requestId).catch(failure);
    return { ...response, headers: { 'x-amzn-requestid': requestId, ...response.headers } };
  }

  private async answer(
    request: HttpRequest,
    api: RestApi,
    stage: ApiStage,
    path: string,
    requestId: string,
  ): Promise<HttpResponse> {
    const match = findMethod(stage, request.method, path);
    // AWS: a path or method that does not exist is answered like a missing signature.
    if (match === undefined) return message(403, 'Missing Authentication Token');
    const caller = this.options.authenticate(request);
    this.authorize(caller, api, `${stage.name}/${request.method}${path}`);
    if (request.body.length > LARGEST_BODY_BYTES) return message(413, 'Request Too Long');
    const { principal, accessKeyId } = caller;
    const userId = this.options.iam.userIdOf(principal);
    const nowMs = this.options.clock.now();
    const context = { api, stage, match, principal, userId, accessKeyId, requestId, nowMs, path };
    return this.integrate(api, stage, match, proxyEvent(request, context));
  }

  private authorize({ principal, service, region }: Caller, api: RestApi, path: string): void {
    if (service !== 'execute-api' || region !== api.region) {
      const scope = `'${api.region}/execute-api/aws4_request'`;
      throw new ServiceFault('InvalidSignatureException', `Credential should be scoped to ${scope}.`, 403);
    }
    this.options.iam.authorize({
      principal,
      action: 'execute-api:Invoke',
      resources: [`${this.apiArn(api)}/${path}`],
      context: { 'aws:requestedregion': api.region },
      resourcePolicies: api.policy === undefined ? [] : [api.policy],
      resourceAccountId: api.accountId,
    });
  }

  private async integrate(api: RestApi, stage: ApiStage, match: RouteMatch, payload: unknown): Promise<HttpResponse> {
    const { method } = match;
    const invocation = this.options.invoke({
      functionArn: method.functionArn,
      payload,
      principal: { kind: 'service', accountId: api.accountId, arn: 'apigateway.amazonaws.com' },
      context: {
        'aws:sourcearn': `${this.apiArn(api)}/${stage.name}/${method.httpMethod}${method.resource.path}`,
        'aws:sourceaccount': api.accountId,
      },
    });
    const answer = await withinTime(invocation, method.timeoutMs);
    if (answer === 'timeout') return message(504, 'Endpoint request timed out');
    const response = answer.functionError === undefined ? proxyAnswer(answer.payload) : undefined;
    return response ?? message(502, 'Internal server error');
  }

  private apiArn(api: RestApi): string {
    return `arn:aws:execute-api:${api.region}:${api.accountId}:${api.id}`;
  }

  private api(id: string): RestApi {
    const api = this.apis.get(id);
    if (api === undefined) throw new Error(`REST API ${id} does not exist`);
    return api;
  }
}

/**
 * Ends waiting after the integration timeout in real time: simulated time runs faster, and it never cuts the time that
 * a function may compute.
 */
async function withinTime<T>(work: Promise<T>, timeoutMs: number): Promise<T | 'timeout'> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<'timeout'>((resolve) => {
    timer = setTimeout(() => resolve('timeout'), timeoutMs);
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

/** AWS: what the caller did wrong is 403; that the API may not invoke its function, or that it failed, is 500. */
function failure(error: unknown): HttpResponse {
  const isCallers = error instanceof ServiceFault && (error.statusCode === 403 || isDenialOfInvoke(error));
  if (!isCallers) return message(500, 'Internal server error');
  return message(403, error.message, { 'x-amzn-errortype': error.code });
}

function isDenialOfInvoke(fault: ServiceFault): boolean {
  return fault.code === 'AccessDeniedException' && fault.message.includes('execute-api:Invoke');
}

function message(statusCode: number, text: string, headers: Readonly<Record<string, string>> = {}): HttpResponse {
  return {
    statusCode,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ message: text }),
  };
}
