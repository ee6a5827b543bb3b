/** The event of a move, as far as the product reads it. */
export function moveAccount(accountId: string) {
  const detail = {
    eventSource: 'organizations.amazonaws.com',
    eventName: 'MoveAccount',
    requestParameters: { accountId },
  };
  return { source: 'aws.organizations', account: '111111111111', detail };
}
