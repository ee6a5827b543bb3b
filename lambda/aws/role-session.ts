import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { Unavailable } from '../ports/faults';

interface SessionCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiration: Date;
}

/** AWS: role chaining ends after an hour at most; the shortest session is 15 minutes. */
const SESSION_SECONDS = 900;
const RENEW_BEFORE_MS = 120_000;

/**
 * Credentials of a role in another account. The session carries the function's name, so that the other account's trail
 * says which function acted. Clients that share the result share one session; a failure is not remembered.
 */
export function roleSession(
  roleArn: string,
  sts = new STSClient({ maxAttempts: 5 }),
): () => Promise<SessionCredentials> {
  let session: Promise<SessionCredentials> | undefined;
  return () => {
    // Who asks meanwhile waits for this answer instead of asking STS as well.
    session = renewed(session, () => assume(sts, roleArn));
    return session;
  };
}

async function renewed(
  session: Promise<SessionCredentials> | undefined,
  renew: () => Promise<SessionCredentials>,
): Promise<SessionCredentials> {
  const current = await session?.catch(() => undefined);
  const isFresh = current !== undefined && current.expiration.getTime() - Date.now() > RENEW_BEFORE_MS;
  return isFresh ? current : renew();
}

/** A role that cannot be assumed says nothing about the call it was wanted for: every such call is tried again later. */
async function assume(sts: STSClient, roleArn: string): Promise<SessionCredentials> {
  const { Credentials } = await sts.send(assumeRole(roleArn)).catch((error: Error) => {
    throw new Unavailable(`The role ${roleArn} cannot be assumed: ${error.message}`, { cause: error });
  });
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = Credentials ?? {};
  if (!AccessKeyId || !SecretAccessKey || !SessionToken || !Expiration) {
    throw new Error(`AssumeRole of ${roleArn} answered no credentials.`);
  }
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    sessionToken: SessionToken,
    expiration: Expiration,
  };
}

function assumeRole(roleArn: string): AssumeRoleCommand {
  const functionName = process.env.AWS_LAMBDA_FUNCTION_NAME ?? 'identity-center-extensions';
  return new AssumeRoleCommand({
    RoleArn: roleArn,
    // AWS: at most 64 characters.
    RoleSessionName: functionName.slice(0, 64),
    DurationSeconds: SESSION_SECONDS,
  });
}
