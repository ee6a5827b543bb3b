import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { CredentialScope } from './credential-scope';
import type { HttpRequest } from './protocol';

/** Signing keys depend on secret, day, Region and service only; a handful are in use at a time. */
const signingKeys = new Map<string, Buffer>();
const MOST_SIGNING_KEYS = 500;

/** Whether the request carries the SigV4 signature that this secret gives, over the body it came with. */
export function isSignatureValid(request: HttpRequest, scope: CredentialScope, secretAccessKey: string): boolean {
  const payloadHash = payloadHashOf(request, scope);
  if (payloadHash === undefined) return false;
  const key = signingKey(scope, secretAccessKey);
  return canonicalPaths(request.path, scope.service).some((path) => {
    const canonicalRequest = [
      request.method,
      path,
      canonicalQuery(request.query),
      canonicalHeaders(request, scope.signedHeaders),
      '',
      scope.signedHeaders.join(';'),
      payloadHash,
    ].join('\n');
    const credentialScope = `${scope.date}/${scope.region}/${scope.service}/aws4_request`;
    const text = ['AWS4-HMAC-SHA256', scope.timestamp, credentialScope, sha256(canonicalRequest)].join('\n');
    return isEqual(hmac(key, text).toString('hex'), scope.signature);
  });
}

/**
 * The hash that was signed. A hash that is stated must be the body's; AWS lets S3 clients sign without the body or in
 * chunks and then signs the words that say so.
 */
function payloadHashOf(request: HttpRequest, scope: CredentialScope): string | undefined {
  if (scope.presigned && scope.service === 's3') return 'UNSIGNED-PAYLOAD';
  const stated = request.headers['x-amz-content-sha256'];
  if (stated?.startsWith('STREAMING-') || stated === 'UNSIGNED-PAYLOAD') return stated;
  const actual = sha256(request.body);
  return stated === undefined || stated === actual ? actual : undefined;
}

/** AWS: every service but S3 signs the path encoded once more. Some simple clients do not; both are accepted. */
function canonicalPaths(path: string, service: string): readonly string[] {
  if (service === 's3') return [path];
  const encoded = path.split('/').map(encodeStrictly).join('/');
  return encoded === path ? [path] : [encoded, path];
}

function canonicalQuery(query: string): string {
  if (query === '') return '';
  const pairs = query
    .split('&')
    .filter((pair) => pair !== '' && !pair.startsWith('X-Amz-Signature='))
    .map((pair) => {
      const equals = pair.indexOf('=');
      const [name, value] = equals < 0 ? [pair, ''] : [pair.slice(0, equals), pair.slice(equals + 1)];
      return `${encodeStrictly(decode(name))}=${encodeStrictly(decode(value))}`;
    });
  return pairs.sort().join('&');
}

function canonicalHeaders(request: HttpRequest, names: readonly string[]): string {
  return names.map((name) => `${name}:${(request.headers[name] ?? '').trim().replaceAll(/\s+/g, ' ')}`).join('\n');
}

function signingKey(scope: CredentialScope, secretAccessKey: string): Buffer {
  const id = [secretAccessKey, scope.date, scope.region, scope.service].join('/');
  const known = signingKeys.get(id);
  if (known !== undefined) return known;
  if (signingKeys.size >= MOST_SIGNING_KEYS) signingKeys.clear();
  const parts = [scope.date, scope.region, scope.service, 'aws4_request'];
  const key = parts.reduce<Buffer>((previous, part) => hmac(previous, part), Buffer.from(`AWS4${secretAccessKey}`));
  signingKeys.set(id, key);
  return key;
}

/** RFC 3986: everything but unreserved characters is encoded. */
function encodeStrictly(text: string): string {
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, (character) => {
    return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
  });
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', '%20'));
  } catch {
    return text;
  }
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

function sha256(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}

function isEqual(left: string, right: string): boolean {
  return left.length === right.length && timingSafeEqual(Buffer.from(left), Buffer.from(right));
}
