import type { APIGatewayProxyEvent } from 'aws-lambda';
import type { DecisionPost } from './decide-plan';

/** What of a proxy event matters to a decision. */
export function decisionPostOf(event: APIGatewayProxyEvent, requestId: string): DecisionPost {
  const { userArn, user } = event.requestContext.identity;
  return {
    requestId,
    planId: event.pathParameters?.planId ?? '',
    decision: event.resource.endsWith('/approve') ? 'approve' : 'reject',
    caller: { arn: userArn ?? 'unknown', ...(user ? { userId: user } : {}) },
    query: event.queryStringParameters ?? {},
    body: event.body,
  };
}
