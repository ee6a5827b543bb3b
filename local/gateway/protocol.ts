import type { ServiceFault } from '../cloud/service';

/** An HTTP request as it came over the wire: nothing decoded, nothing normalised. */
export interface HttpRequest {
  readonly method: string;
  /** Path as sent, percent-encoding included, without the query. */
  readonly path: string;
  /** Query as sent, without the question mark; empty when there is none. */
  readonly query: string;
  /** Names in lower case; repeated headers joined with `, `. */
  readonly headers: Readonly<Record<string, string>>;
  /** Names and values alternating, in the caller's spelling. */
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
}

export interface HttpResponse {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | string;
  /** Headers that are sent more than once. */
  readonly multiValueHeaders?: Readonly<Record<string, readonly string[]>>;
}

/** What a request asks for, in the words of the AWS SDK. */
export interface Decoded {
  readonly operation: string;
  // biome-ignore lint/suspicious/noExplicitAny: the shape differs per operation; each operation validates its own input
  readonly input: any;
}

/** What an answer is an answer to; `decoded` is absent when the request could not be decoded. */
export interface Exchange {
  /** Signing name of the service: `dynamodb`, `s3`, … */
  readonly service: string;
  readonly request: HttpRequest;
  readonly decoded?: Decoded;
  /** Goes into `x-amzn-requestid` (or what the protocol calls it) and into error bodies. */
  readonly requestId: string;
}

/** An AWS wire protocol. `decode` throws a `ServiceFault` for what is not a request of the service. */
export interface Protocol {
  decode(request: HttpRequest, service: string): Decoded;
  /** `output` is what the service's `handle` answered: the SDK's output shape, with `Date` and `Buffer` values. */
  encode(exchange: Exchange, output: unknown): HttpResponse;
  encodeFault(exchange: Exchange, fault: ServiceFault): HttpResponse;
}
