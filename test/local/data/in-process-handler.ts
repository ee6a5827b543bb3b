import { Readable } from 'node:stream';
import { type Principal, ServiceFault, type SimulatedService } from '../../../local/cloud/service';
import { principal, REGION } from './fixture';

interface SdkRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/**
 * Lets an SDK client of a JSON protocol talk to a simulated service without HTTP: the client's serializer, error
 * mapping and retries are real.
 */
export function inProcess(service: SimulatedService, caller: Principal = principal) {
  return {
    region: REGION,
    credentials: { accessKeyId: caller.accountId, secretAccessKey: 'any' },
    endpoint: 'http://127.0.0.1:1',
    maxAttempts: 1,
    requestHandler: { handle: async (request: SdkRequest) => ({ response: await answer(service, caller, request) }) },
  };
}

async function answer(service: SimulatedService, caller: Principal, request: SdkRequest) {
  const operation = request.headers['x-amz-target']?.split('.').at(-1) ?? '';
  const input = JSON.parse(bodyText(request.body));
  try {
    return response(200, await service.handle({ operation, input, principal: caller, region: REGION }));
  } catch (error) {
    if (!(error instanceof ServiceFault)) throw error;
    return response(error.statusCode, { __type: `any#${error.code}`, message: error.message, ...error.members });
  }
}

function bodyText(body: unknown): string {
  if (!ArrayBuffer.isView(body)) return String(body);
  return Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString();
}

function response(statusCode: number, body: unknown) {
  const headers = { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-requestid': 'test' };
  return { statusCode, headers, body: Readable.from([Buffer.from(JSON.stringify(body))]) };
}
