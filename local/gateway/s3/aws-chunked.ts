import { ServiceFault } from '../../cloud/service';

/** What an `aws-chunked` body carries: the bytes, and the trailing headers (names in lower case). */
export interface DecodedChunks {
  readonly body: Buffer;
  readonly trailers: Readonly<Record<string, string>>;
}

/**
 * Undoes the content encoding `aws-chunked`: chunks of `<hex size>[;chunk-signature=…]\r\n<bytes>\r\n`, an empty
 * chunk, then trailing headers. Chunk signatures are not checked: the request itself is signed.
 */
export function decodeAwsChunked(encoded: Buffer): DecodedChunks {
  const chunks: Buffer[] = [];
  let at = 0;
  for (;;) {
    const lineEnd = encoded.indexOf('\r\n', at);
    const size = lineEnd < 0 ? Number.NaN : Number.parseInt(encoded.toString('latin1', at, lineEnd), 16);
    const start = lineEnd + 2;
    if (!(size >= 0) || start + size > encoded.length) throw incompleteBody();
    if (size === 0) return { body: Buffer.concat(chunks), trailers: readTrailers(encoded.toString('utf8', start)) };
    chunks.push(encoded.subarray(start, start + size));
    at = start + size + 2;
  }
}

function readTrailers(text: string): Record<string, string> {
  const trailers: Record<string, string> = {};
  for (const line of text.split('\r\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) trailers[line.slice(0, colon).trim().toLowerCase()] = line.slice(colon + 1).trim();
  }
  return trailers;
}

export function incompleteBody(): ServiceFault {
  return new ServiceFault(
    'IncompleteBody',
    'You did not provide the number of bytes specified by the Content-Length HTTP header',
  );
}
