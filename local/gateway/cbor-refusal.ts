import type { HttpRequest, HttpResponse } from './protocol';

/** Whether a request uses Smithy RPC v2 with CBOR, which newer clients prefer for some services (CloudWatch). */
export function isCborRequest(request: HttpRequest): boolean {
  return request.headers['smithy-protocol'] === 'rpc-v2-cbor';
}

/** Refuses the protocol by name, in the protocol itself so that the client can show the message. */
export function refuseCbor(request: HttpRequest, requestId: string): HttpResponse {
  const message =
    `The local cloud does not implement the rpc-v2-cbor protocol (${request.path}). ` +
    'Use a client that speaks AWS JSON or Query for this service.';
  return {
    statusCode: 501,
    headers: {
      'content-type': 'application/cbor',
      'smithy-protocol': 'rpc-v2-cbor',
      'x-amzn-requestid': requestId,
    },
    body: Buffer.concat([Buffer.from([0xa2]), ...['__type', 'NotImplemented', 'message', message].map(cborText)]),
  };
}

/** A CBOR text string (RFC 8949, major type 3) with a two-byte length. */
function cborText(text: string): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([Buffer.from([0x79, bytes.length >> 8, bytes.length & 0xff]), bytes]);
}
