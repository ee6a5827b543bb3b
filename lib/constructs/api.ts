import { Aws } from 'aws-cdk-lib';
import {
  AccessLogFormat,
  AuthorizationType,
  EndpointType,
  type IAccessLogDestination,
  Integration,
  IntegrationType,
  RestApi,
} from 'aws-cdk-lib/aws-apigateway';
import { Construct } from 'constructs';
import { regionalArn } from '../arns';
import { allow } from './allow';
import type { BundledFunction } from './bundled-function';
import type { CallerRole } from './caller-role';
import type { Installation } from './installation';
import { LogGroup } from './log-group';

/** One method of the API. */
export interface Route {
  readonly method: 'GET' | 'POST';
  /** `/links/{linkId}`. */
  readonly path: string;
  readonly function: BundledFunction;
  /** Roles of the users that may call it. */
  readonly callers: readonly CallerRole[];
  /** Why they may. */
  readonly why: string;
}

export interface ApiProps {
  readonly routes: readonly Route[];
}

const STAGE = 'prod';
/** AWS: an account has 10,000 requests per second and a burst of 5,000 for all its APIs; this one leaves most to others. */
const REQUESTS_PER_SECOND = 500;
const REQUEST_BURST = 1_000;

/** What of a request is logged: who asked for what, and how it went. Never a body. */
const ACCESS_LOG = {
  requestId: '$context.requestId',
  time: '$context.requestTime',
  method: '$context.httpMethod',
  path: '$context.path',
  status: '$context.status',
  caller: '$context.identity.userArn',
  sourceIp: '$context.identity.sourceIp',
  latencyMs: '$context.responseLatency',
  integrationError: '$context.integration.error',
  error: '$context.error.message',
};

/** The REST API: IAM decides about every request before a function sees it. */
export class Api extends Construct {
  /** With the stage and a slash at the end. */
  readonly url: string;
  private readonly restApi: RestApi;

  constructor(
    scope: Construct,
    id: string,
    private readonly installation: Installation,
    { routes }: ApiProps,
  ) {
    super(scope, id);
    this.restApi = this.createApi();
    this.url = this.restApi.url;
    for (const route of routes) {
      this.addRoute(route);
      if (!routes.some((other) => allowsAlso(other, route))) this.allowInvocation(route);
    }
  }

  private createApi(): RestApi {
    const { configuration, names, key } = this.installation;
    const logGroupName = names.apiLogGroup();
    const logGroup = new LogGroup(this, 'LogGroup', { logGroupName, location: configuration.target, key });
    const accessLogDestination: IAccessLogDestination = { bind: () => ({ destinationArn: logGroup.arn }) };
    const restApi = new RestApi(this, 'RestApi', {
      restApiName: names.api(),
      description: 'Links, permission sets, requests and assignments',
      endpointTypes: [EndpointType.REGIONAL],
      // AWS: the role by which API Gateway writes logs belongs to the account, not to this stack.
      cloudWatchRole: false,
      deployOptions: {
        stageName: STAGE,
        accessLogDestination,
        accessLogFormat: AccessLogFormat.custom(JSON.stringify(ACCESS_LOG)),
        tracingEnabled: true,
        throttlingRateLimit: REQUESTS_PER_SECOND,
        throttlingBurstLimit: REQUEST_BURST,
      },
      defaultMethodOptions: { authorizationType: AuthorizationType.IAM },
    });
    // The construct adds an output of its own, under a name that nobody knows.
    restApi.node.tryRemoveChild('Endpoint');
    return restApi;
  }

  private addRoute({ method, path, function: target, callers, why }: Route): void {
    const resource = this.restApi.root.resourceForPath(path);
    const uri = `arn:${Aws.PARTITION}:apigateway:${Aws.REGION}:lambda:path/2015-03-31/functions/${target.arn}/invocations`;
    resource.addMethod(
      method,
      new Integration({ type: IntegrationType.AWS_PROXY, integrationHttpMethod: 'POST', uri }),
    );
    for (const caller of callers) allow(caller, ['execute-api:Invoke'], [this.methodArn(method, path)], why);
  }

  private allowInvocation({ method, path, function: target }: Route): void {
    const id = `${method} ${path}`.replaceAll('/', '-');
    target.allowInvocation(id, 'apigateway.amazonaws.com', this.methodArn(method, path));
  }

  private methodArn(method: string, path: string): string {
    const resource = `${this.restApi.restApiId}/${STAGE}/${method}${anyValue(path)}`;
    return regionalArn('execute-api', this.installation.configuration.target, resource);
  }
}

/** AWS: what stands for a parameter in the path is any value. */
function anyValue(path: string): string {
  return path.replaceAll(/\{[^}]*\}/g, '*');
}

/** AWS: any value has slashes, too. So the permission of a route that ends with a parameter is that of those below it. */
function allowsAlso(one: Route, other: Route): boolean {
  const isBelow = one.path.endsWith('}') && anyValue(other.path).startsWith(anyValue(one.path));
  return one !== other && one.method === other.method && one.function === other.function && isBelow;
}
