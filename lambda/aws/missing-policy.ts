/** What an operation FAILs with when the account lacks a customer managed policy of the permission set; ends with a dot. */
const NOT_SUPPORTED = /Not supported policy arn:[\w-]+:iam::\d{12}:policy(\/[\w+=,.@/-]+)/;

/** The policy, as path and name, that a reason says the account lacks; nothing when it says something else. */
export function missingPolicyIn(reason: string): string | undefined {
  const [, policy] = NOT_SUPPORTED.exec(reason) ?? [];
  return policy?.replace(/\.$/, '');
}
