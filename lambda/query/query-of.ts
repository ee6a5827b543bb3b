import type { APIGatewayProxyEvent } from 'aws-lambda';
import type { Query } from './answer-query';

/** What of a proxy event matters to a question. */
export function queryOf(event: APIGatewayProxyEvent): Query {
  return {
    requestId: event.requestContext.requestId,
    resource: event.resource,
    path: event.pathParameters ?? {},
    parameters: event.multiValueQueryStringParameters ?? single(event.queryStringParameters ?? {}),
  };
}

function single(parameters: Readonly<Record<string, string | undefined>>): Record<string, readonly string[]> {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [name, value === undefined ? [] : [value]]),
  );
}
