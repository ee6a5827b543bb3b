import type { ServiceFault } from '../cloud/service';
import type { Decoded, Exchange, HttpRequest, HttpResponse, Protocol } from './protocol';
import { CHECKSUM_HEADERS, decodeS3Request } from './s3/s3-request';
import { element, escapeXml } from './xml';

const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';

type Output = Readonly<Record<string, unknown>>;

/** Member of the SDK's output → header. */
const OUTPUT_HEADERS: Readonly<Record<string, string>> = {
  AcceptRanges: 'accept-ranges',
  BucketKeyEnabled: 'x-amz-server-side-encryption-bucket-key-enabled',
  BucketRegion: 'x-amz-bucket-region',
  CacheControl: 'cache-control',
  ContentDisposition: 'content-disposition',
  ContentEncoding: 'content-encoding',
  ContentLanguage: 'content-language',
  ContentLength: 'content-length',
  ContentRange: 'content-range',
  ContentType: 'content-type',
  DeleteMarker: 'x-amz-delete-marker',
  ETag: 'etag',
  LastModified: 'last-modified',
  ObjectLockMode: 'x-amz-object-lock-mode',
  ObjectLockRetainUntilDate: 'x-amz-object-lock-retain-until-date',
  SSEKMSKeyId: 'x-amz-server-side-encryption-aws-kms-key-id',
  ServerSideEncryption: 'x-amz-server-side-encryption',
  VersionId: 'x-amz-version-id',
  ...Object.fromEntries(Object.entries(CHECKSUM_HEADERS).map(([header, member]) => [member, header])),
};

/** Operations that answer with a document: its root element. */
const DOCUMENTS: Readonly<Record<string, string>> = {
  ListBuckets: 'ListAllMyBucketsResult',
  ListObjects: 'ListBucketResult',
  ListObjectsV2: 'ListBucketResult',
  ListObjectVersions: 'ListVersionsResult',
  DeleteObjects: 'DeleteResult',
  GetBucketVersioning: 'VersioningConfiguration',
};

/** Lists whose elements stand in a wrapper; the others are repeated elements. */
const WRAPPED_LISTS: Readonly<Record<string, string>> = { Buckets: 'Bucket' };

/** Element names that differ from the SDK's. */
const ELEMENT_NAMES: Readonly<Record<string, string>> = {
  Versions: 'Version',
  DeleteMarkers: 'DeleteMarker',
  Errors: 'Error',
};

/** What `encoding-type=url` encodes. */
const ENCODED_MEMBERS: ReadonlySet<string> = new Set([
  'Key',
  'Prefix',
  'Delimiter',
  'Marker',
  'NextMarker',
  'KeyMarker',
  'NextKeyMarker',
  'StartAfter',
]);

/** The REST protocol of S3, path style: `/bucket/key`. */
export class S3Protocol implements Protocol {
  decode(request: HttpRequest): Decoded {
    return decodeS3Request(request);
  }

  encode(exchange: Exchange, raw: unknown): HttpResponse {
    const output = (raw ?? {}) as Output;
    const operation = exchange.decoded?.operation ?? '';
    const headers = { ...outputHeaders(output), ...requestIds(exchange) };
    switch (operation) {
      case 'GetObject':
      case 'HeadObject': {
        const statusCode = output.ContentRange === undefined ? 200 : 206;
        return { statusCode, headers, body: Buffer.isBuffer(output.Body) ? output.Body : '' };
      }
      case 'DeleteObject':
        return { statusCode: 204, headers, body: '' };
      case 'GetBucketPolicy':
        return {
          statusCode: 200,
          headers: { ...headers, 'content-type': 'application/json' },
          body: String(output.Policy),
        };
      case 'CopyObject':
        return xml(headers, 'CopyObjectResult', content(output.CopyObjectResult as Output, false));
      case 'GetBucketLocation':
        return xml(headers, 'LocationConstraint', escapeXml(String(output.LocationConstraint ?? '')));
      default: {
        const root = DOCUMENTS[operation];
        if (root === undefined) return { statusCode: 200, headers, body: '' };
        return xml(requestIds(exchange), root, content(output, output.EncodingType === 'url'));
      }
    }
  }

  encodeFault(exchange: Exchange, fault: ServiceFault): HttpResponse {
    const { code, message, statusCode, members } = fault;
    const headers = requestIds(exchange);
    // AWS: neither an answer to HEAD nor "not modified" has a body; the status says it all.
    if (exchange.request.method === 'HEAD' || statusCode === 304) return { statusCode, headers, body: '' };
    const inner = [
      element('Code', escapeXml(code)),
      element('Message', escapeXml(message)),
      content(members, false),
      element('RequestId', exchange.requestId),
      element('HostId', exchange.requestId),
    ];
    const body = `<?xml version="1.0" encoding="UTF-8"?>\n${element('Error', inner.join(''))}`;
    return { statusCode, headers: { ...headers, 'content-type': 'application/xml' }, body };
  }
}

function requestIds({ requestId }: Exchange): Record<string, string> {
  return { 'x-amz-request-id': requestId, 'x-amz-id-2': requestId };
}

function xml(headers: Record<string, string>, root: string, inner: string): HttpResponse {
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<${root} xmlns="${NAMESPACE}">${inner}</${root}>`;
  return { statusCode: 200, headers: { ...headers, 'content-type': 'application/xml' }, body };
}

function outputHeaders(output: Output): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [member, value] of Object.entries(output)) {
    const name = OUTPUT_HEADERS[member];
    if (name !== undefined) headers[name] = value instanceof Date ? value.toUTCString() : String(value);
  }
  for (const [name, value] of Object.entries((output.Metadata ?? {}) as Readonly<Record<string, string>>)) {
    headers[`x-amz-meta-${name}`] = value;
  }
  return headers;
}

/** The members of an output as elements. */
function content(output: Output, isUrlEncoded: boolean): string {
  return Object.entries(output)
    .map(([member, value]) => memberElements(member, value, isUrlEncoded))
    .join('');
}

function memberElements(member: string, value: unknown, isUrlEncoded: boolean): string {
  const name = ELEMENT_NAMES[member] ?? member;
  if (value === undefined) return '';
  if (Array.isArray(value)) {
    const wrapped = WRAPPED_LISTS[member];
    const elements = value.map((entry) => element(wrapped ?? name, content(entry, isUrlEncoded))).join('');
    return wrapped === undefined ? elements : element(name, elements);
  }
  if (value instanceof Date) return element(name, value.toISOString());
  if (typeof value === 'object' && value !== null) return element(name, content(value as Output, isUrlEncoded));
  const text = String(value);
  return element(name, escapeXml(isUrlEncoded && ENCODED_MEMBERS.has(member) ? urlEncode(text) : text));
}

function urlEncode(text: string): string {
  return encodeURIComponent(text).replaceAll('%2F', '/').replaceAll('%20', '+');
}
