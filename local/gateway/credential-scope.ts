import { ServiceFault } from '../cloud/service';
import type { HttpRequest } from './protocol';

/** What a SigV4 request says about itself: who signed, for which Region and service, and how. */
export interface CredentialScope {
  readonly accessKeyId: string;
  /** `YYYYMMDD`. */
  readonly date: string;
  readonly region: string;
  /** Signing name of the service. */
  readonly service: string;
  /** `X-Amz-Date` as sent. */
  readonly timestamp: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  readonly sessionToken: string | undefined;
  /** The signature is in the query (a presigned URL). */
  readonly presigned: boolean;
}

const ALGORITHM = 'AWS4-HMAC-SHA256';

/**
 * Reads the `Authorization` header or the presigned query. Undefined when the request is not signed; throws
 * `IncompleteSignature` when the signature is malformed.
 */
export function readCredentialScope(request: HttpRequest): CredentialScope | undefined {
  const header = request.headers.authorization;
  if (header !== undefined) return fromHeader(header, request);
  if (!request.query.includes('X-Amz-Signature=')) return undefined;
  return fromQuery(new URLSearchParams(request.query));
}

function fromHeader(header: string, request: HttpRequest): CredentialScope {
  if (!header.startsWith(`${ALGORITHM} `)) {
    throw incomplete(`Authorization must use ${ALGORITHM}`);
  }
  const fields = new Map<string, string>();
  for (const field of header.slice(ALGORITHM.length).split(',')) {
    const equals = field.indexOf('=');
    fields.set(field.slice(0, equals).trim(), field.slice(equals + 1).trim());
  }
  return build((name) => fields.get(name), {
    timestamp: request.headers['x-amz-date'] ?? '',
    sessionToken: request.headers['x-amz-security-token'],
    presigned: false,
  });
}

function fromQuery(query: URLSearchParams): CredentialScope {
  if (query.get('X-Amz-Algorithm') !== ALGORITHM) throw incomplete(`X-Amz-Algorithm must be ${ALGORITHM}`);
  return build((name) => query.get(`X-Amz-${name}`) ?? undefined, {
    timestamp: query.get('X-Amz-Date') ?? '',
    sessionToken: query.get('X-Amz-Security-Token') ?? undefined,
    presigned: true,
  });
}

function build(
  field: (name: string) => string | undefined,
  rest: Pick<CredentialScope, 'timestamp' | 'sessionToken' | 'presigned'>,
): CredentialScope {
  const [accessKeyId = '', date = '', region = '', service = '', end] = (field('Credential') ?? '').split('/');
  const signature = field('Signature');
  const signedHeaders = field('SignedHeaders');
  if (end !== 'aws4_request' || signature === undefined || signedHeaders === undefined) {
    throw incomplete('Credential, SignedHeaders and Signature are required');
  }
  return { accessKeyId, date, region, service, signature, signedHeaders: signedHeaders.split(';'), ...rest };
}

function incomplete(message: string): ServiceFault {
  return new ServiceFault('IncompleteSignature', message, 400);
}
