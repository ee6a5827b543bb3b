import { MANAGEMENT } from './local-cloud';

/** An event of the organization that a rule takes and no execution does. AWS: an input has at most 256 KiB. */
export function largeEvent(accountId: string): object {
  return {
    source: 'aws.organizations',
    'detail-type': 'AWS API Call via CloudTrail',
    account: MANAGEMENT,
    region: 'us-east-1',
    detail: {
      eventSource: 'organizations.amazonaws.com',
      eventName: 'MoveAccount',
      requestParameters: { accountId, padding: 'x'.repeat(300_000) },
    },
  };
}
