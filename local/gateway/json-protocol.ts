import { ServiceFault } from '../cloud/service';
import type { Decoded, Exchange, HttpResponse, Protocol } from './protocol';

export interface JsonProtocolOptions {
  /** Prefix of `X-Amz-Target`. */
  readonly target: string;
  readonly version: '1.0' | '1.1';
  /** Namespace of error types before `#`. */
  readonly errorNamespace: string;
}

/** AWS JSON 1.0 and 1.1: the operation in a header, input and output as JSON bodies. */
export class JsonProtocol implements Protocol {
  private readonly contentType: string;

  constructor(private readonly options: JsonProtocolOptions) {
    this.contentType = `application/x-amz-json-${options.version}`;
  }

  decode(request: { readonly headers: Readonly<Record<string, string>>; readonly body: Buffer }): Decoded {
    const [prefix, operation] = (request.headers['x-amz-target'] ?? '').split('.');
    if (prefix !== this.options.target || operation === undefined || operation === '') {
      const message = `X-Amz-Target must be ${this.options.target}.<operation>`;
      throw new ServiceFault('UnknownOperationException', message, 400);
    }
    return { operation, input: parse(request.body) };
  }

  encode(exchange: Exchange, output: unknown): HttpResponse {
    return this.answer(exchange, 200, stringify(output ?? {}));
  }

  encodeFault(exchange: Exchange, fault: ServiceFault): HttpResponse {
    const body = stringify({
      ...fault.members,
      __type: `${this.options.errorNamespace}#${fault.code}`,
      message: fault.message,
      Message: fault.message,
    });
    return this.answer(exchange, fault.statusCode, body, { 'x-amzn-errortype': fault.code });
  }

  private answer(
    exchange: Exchange,
    statusCode: number,
    body: string,
    more: Readonly<Record<string, string>> = {},
  ): HttpResponse {
    const headers = { 'content-type': this.contentType, 'x-amzn-requestid': exchange.requestId, ...more };
    return { statusCode, headers, body };
  }
}

function parse(body: Buffer): unknown {
  if (body.length === 0) return {};
  try {
    const input: unknown = JSON.parse(body.toString('utf8'));
    if (typeof input === 'object' && input !== null && !Array.isArray(input)) return input;
  } catch {
    // Falls through to the fault: AWS answers the same for what is no JSON and for JSON that is no object.
  }
  throw new ServiceFault('SerializationException', 'The body must be a JSON object');
}

/** AWS: timestamps are epoch seconds, blobs are base64. */
export function stringify(output: unknown): string {
  return JSON.stringify(output, replaceValue);
}

function replaceValue(this: unknown, key: string, value: unknown): unknown {
  if (typeof value === 'object' && value !== null && value instanceof Uint8Array) {
    return Buffer.from(value).toString('base64');
  }
  if (typeof value !== 'string' && !isBufferJson(value)) return value;
  // `toJSON` of dates and buffers runs before this function: their original is still in the holder.
  const original = (this as Record<string, unknown>)[key];
  if (original instanceof Date) return original.getTime() / 1000;
  if (original instanceof Uint8Array) return Buffer.from(original).toString('base64');
  return value;
}

function isBufferJson(value: unknown): boolean {
  return typeof value === 'object' && value !== null && (value as { type?: unknown }).type === 'Buffer';
}
