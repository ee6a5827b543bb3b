import type { APIGatewayProxyEvent } from 'aws-lambda';
import { type Answer, invalid } from '../api/answer';
import type { Parsed, Problem } from '../domain/problem';
import type { Bell } from '../ports/bell';
import type { Clock, UniqueId } from '../ports/clock';
import type { LeveledLog } from '../ports/leveled-log';
import type { Store } from '../ports/store';

/** What taking something in needs. */
export interface IntakeWorld {
  readonly store: Store;
  readonly bell: Bell;
  readonly clock: Pick<Clock, 'now'>;
  readonly newId: UniqueId;
  readonly log: LeveledLog;
}

/** A POST request as it arrived. */
export interface Post {
  readonly requestId: string;
  readonly body: string | null;
  /** Of a parameter that is given several times all values, with commas between. */
  readonly query: Readonly<Record<string, string | undefined>>;
  readonly submittedBy: string;
}

/** What is submitted has at most tens of kilobytes; API Gateway itself takes up to 10 MB. */
export const MOST_BODY_BYTES = 256 * 1024;

/**
 * Submissions of one document that may come between reading and writing before the caller is asked to come back: of some
 * dozens at the same moment each one wins in its turn.
 */
export const MOST_LOST_RACES = 40;

/** What of a proxy event matters to taking something in. */
export function postOf(event: APIGatewayProxyEvent, requestId: string): Post {
  return {
    requestId,
    body: event.body && event.isBase64Encoded ? Buffer.from(event.body, 'base64').toString('utf8') : event.body,
    query: queryOf(event),
    submittedBy: event.requestContext.identity.userArn ?? 'unknown',
  };
}

function queryOf({ queryStringParameters, multiValueQueryStringParameters }: APIGatewayProxyEvent) {
  const several = Object.entries(multiValueQueryStringParameters ?? {});
  const joined = several.map(([name, values]) => [name, (values ?? []).join()] as const);
  return { ...queryStringParameters, ...Object.fromEntries(joined) };
}

/**
 * Reads a request and hands it on, or refuses it with every problem; nothing is stored then. `dryRun=true` asks for what
 * would happen.
 */
export async function answerPost<T>(
  { requestId, body, query }: Post,
  parse: (body: string | null) => Parsed<T>,
  accept: (value: T) => Promise<Answer>,
  preview: (value: T) => Promise<Answer>,
): Promise<Answer> {
  if (Buffer.byteLength(body ?? '') > MOST_BODY_BYTES) {
    return { statusCode: 413, body: { message: `The body is larger than ${MOST_BODY_BYTES} bytes`, requestId } };
  }
  const parsed = parse(body);
  const problems = [...queryProblems(query), ...(parsed.ok ? [] : parsed.problems)];
  if (!parsed.ok || problems.length > 0) return invalid(problems, requestId);
  return query.dryRun === 'true' ? preview(parsed.value) : accept(parsed.value);
}

/** An unknown parameter is refused: leaving out what it asks for (such as a dry run) could do harm. */
function queryProblems(query: Post['query']): Problem[] {
  return Object.entries(query).flatMap(([name, value]) => {
    const path = `query.${name}`;
    if (name !== 'dryRun') return [{ path, message: 'is not supported' }];
    return value === 'true' || value === 'false' ? [] : [{ path, message: `expected true or false, got "${value}"` }];
  });
}
