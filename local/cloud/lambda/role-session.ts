import type { Principal } from '../service';

/** The principal of a role's session, as services see it once the role has been assumed. */
export function roleSession(roleArn: string, sessionName: string): Principal {
  const parts = /^arn:([^:]+):iam::(\d{12}):role\/(.+)$/.exec(roleArn);
  const [, partition, accountId, path] = parts ?? [];
  if (partition === undefined || accountId === undefined || path === undefined) {
    throw new Error(`not the ARN of an IAM role: ${roleArn}`);
  }
  // AWS: the ARN of a session has the role's name without its path.
  const name = path.slice(path.lastIndexOf('/') + 1);
  return {
    kind: 'role',
    accountId,
    arn: `arn:${partition}:sts::${accountId}:assumed-role/${name}/${sessionName}`,
    roleArn,
    sessionName,
  };
}

/**
 * Lets a service principal assume a role: throws a `ServiceFault` unless the role exists and its trust policy allows
 * `sts:AssumeRole` to the service under the condition context.
 */
export type AssumeRoleAsService = (request: {
  readonly roleArn: string;
  /** `states.amazonaws.com`, `events.amazonaws.com`, … */
  readonly service: string;
  readonly sessionName: string;
  readonly context?: Readonly<Record<string, string>>;
}) => Principal;
