import type { HttpResponse } from '../../gateway/protocol';

const MEMBERS = ['statusCode', 'headers', 'multiValueHeaders', 'body', 'isBase64Encoded'];

/**
 * Turns what a function returned into the HTTP answer; undefined when it is not in the form of a proxy integration,
 * which AWS answers with 502.
 */
export function proxyAnswer(payload: unknown): HttpResponse | undefined {
  if (!isObject(payload) || Object.keys(payload).some((name) => !MEMBERS.includes(name))) return undefined;
  const { statusCode, headers, multiValueHeaders, body, isBase64Encoded } = payload;
  const status = Number(statusCode ?? 200);
  if (!Number.isInteger(status) || status < 100 || status > 599) return undefined;
  if (body !== undefined && body !== null && typeof body !== 'string') return undefined;
  if (!isOptionalObject(headers) || !isOptionalObject(multiValueHeaders)) return undefined;
  const single: Record<string, string> = { 'content-type': 'application/json' };
  for (const [name, value] of Object.entries(headers ?? {})) single[name.toLowerCase()] = String(value);
  const multi: Record<string, readonly string[]> = {};
  for (const [name, values] of Object.entries(multiValueHeaders ?? {})) {
    if (!Array.isArray(values)) return undefined;
    delete single[name.toLowerCase()];
    multi[name.toLowerCase()] = values.map(String);
  }
  return {
    statusCode: status,
    headers: single,
    multiValueHeaders: multi,
    body: isBase64Encoded === true ? Buffer.from(body ?? '', 'base64') : (body ?? ''),
  };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isOptionalObject(value: unknown): value is Readonly<Record<string, unknown>> | null | undefined {
  return value === undefined || value === null || isObject(value);
}
