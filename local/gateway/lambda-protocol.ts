import { ServiceFault } from '../cloud/service';
import { stringify } from './json-protocol';
import type { Decoded, Exchange, HttpRequest, HttpResponse, Protocol } from './protocol';

const FUNCTIONS = /^\/2015-03-31\/functions(?:\/([^/]+)(?:\/(invocations|configuration|policy))?)?\/?$/;

/** Method and last part of the path → operation. */
const OPERATIONS: Readonly<Record<string, string>> = {
  'POST invocations': 'Invoke',
  'GET configuration': 'GetFunctionConfiguration',
  'GET policy': 'GetPolicy',
  'GET function': 'GetFunction',
  'GET functions': 'ListFunctions',
};

/** The REST JSON of Lambda: `Invoke` and the reads of functions. */
export class LambdaProtocol implements Protocol {
  decode(request: HttpRequest): Decoded {
    const [path, name, part] = FUNCTIONS.exec(request.path) ?? [];
    const last = part ?? (name === undefined ? 'functions' : 'function');
    const operation = path === undefined ? undefined : OPERATIONS[`${request.method} ${last}`];
    if (operation === undefined) {
      const message = `The local cloud does not implement this Lambda operation: ${request.method} ${request.path}`;
      throw new ServiceFault('NotImplemented', message, 501);
    }
    const FunctionName = name === undefined ? undefined : decodeURIComponent(name);
    const Qualifier = new URLSearchParams(request.query).get('Qualifier') ?? undefined;
    if (operation !== 'Invoke') return { operation, input: { FunctionName, Qualifier } };
    const input = {
      FunctionName,
      Qualifier,
      InvocationType: request.headers['x-amz-invocation-type'] ?? 'RequestResponse',
      LogType: request.headers['x-amz-log-type'] ?? 'None',
      ClientContext: request.headers['x-amz-client-context'],
      Payload: request.body,
    };
    return { operation, input };
  }

  encode(exchange: Exchange, output: unknown): HttpResponse {
    if (exchange.decoded?.operation !== 'Invoke') return this.json(exchange, 200, output);
    const { StatusCode, Payload, FunctionError, ExecutedVersion } = output as Partial<InvokeOutput>;
    const headers: Record<string, string> = {
      'content-type': 'application/json',
      'x-amzn-requestid': exchange.requestId,
      'x-amz-executed-version': ExecutedVersion ?? '$LATEST',
    };
    if (FunctionError !== undefined) headers['x-amz-function-error'] = FunctionError;
    return { statusCode: StatusCode ?? 200, headers, body: Payload ?? '' };
  }

  encodeFault(exchange: Exchange, fault: ServiceFault): HttpResponse {
    const Type = fault.statusCode < 500 ? 'User' : 'Service';
    const body = { ...fault.members, Type, Message: fault.message, message: fault.message };
    return this.json(exchange, fault.statusCode, body, { 'x-amzn-errortype': fault.code });
  }

  private json(
    exchange: Exchange,
    statusCode: number,
    body: unknown,
    more: Readonly<Record<string, string>> = {},
  ): HttpResponse {
    const headers = { 'content-type': 'application/json', 'x-amzn-requestid': exchange.requestId, ...more };
    return { statusCode, headers, body: stringify(body) };
  }
}

/** What a Lambda service answers to `Invoke`. */
export interface InvokeOutput {
  readonly StatusCode: number;
  readonly Payload?: Buffer | string;
  readonly FunctionError?: string;
  readonly ExecutedVersion?: string;
}
