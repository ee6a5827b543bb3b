import type { APIGatewayProxyResult } from 'aws-lambda';
import type { Problem } from '../domain/problem';
import type { LeveledLog } from '../ports/leveled-log';

/** What the REST API answers; `body` becomes JSON. */
export interface Answer {
  readonly statusCode: 200 | 400 | 403 | 404 | 409 | 413 | 429 | 500;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Faults after which the same request may simply be sent again: nothing was stored. */
const TRY_AGAIN = ['Throttled', 'Conflict'];

export function ok(body: Readonly<Record<string, unknown>>): Answer {
  return { statusCode: 200, body };
}

/** What the caller has to change: every problem at once. */
export function invalid(problems: readonly Problem[], requestId: string): Answer {
  return { statusCode: 400, body: { message: 'The request is invalid: see errors', errors: problems, requestId } };
}

/** IAM lets the caller call, but what is asked for is not for this caller to do. */
export function forbidden(message: string, requestId: string): Answer {
  return { statusCode: 403, body: { message, requestId } };
}

export function notFound(message: string, requestId: string): Answer {
  return { statusCode: 404, body: { message, requestId } };
}

/** The request does not fit what is there. */
export function conflict(message: string, requestId: string): Answer {
  return { statusCode: 409, body: { message, requestId } };
}

/** Answers a request. Whatever is thrown is logged once and told without details: they are not the caller's business. */
export async function answering(
  log: LeveledLog,
  requestId: string,
  work: () => Promise<Answer>,
): Promise<APIGatewayProxyResult> {
  try {
    return encoded(await work());
  } catch (error) {
    if (error instanceof Error && TRY_AGAIN.includes(error.name)) {
      log.warn('A request met too many others', { requestId, error });
      return encoded({ statusCode: 429, body: { message: 'Too many requests: try again', requestId } });
    }
    log.error('A request failed', { requestId, error });
    return encoded({ statusCode: 500, body: { message: 'Internal error', requestId } });
  }
}

function encoded({ statusCode, body }: Answer): APIGatewayProxyResult {
  return { statusCode, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}
