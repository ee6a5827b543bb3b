import type { APIGatewayProxyEvent } from 'aws-lambda';
import type { LinkPost } from './post-link';

/** What of a proxy event matters to taking a link in. */
export function linkPostOf(event: APIGatewayProxyEvent, requestId: string): LinkPost {
  return {
    requestId,
    body: event.body && event.isBase64Encoded ? Buffer.from(event.body, 'base64').toString('utf8') : event.body,
    query: event.queryStringParameters ?? {},
    submittedBy: event.requestContext.identity.userArn ?? 'unknown',
  };
}
