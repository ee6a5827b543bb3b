import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';

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

async function assume(sts: STSClient, roleArn: string): Promise<SessionCredentials> {
  const { Credentials } = await sts.send(
    new AssumeRoleCommand({
      RoleArn: roleArn,
      RoleSessionName: (process.env.AWS_LAMBDA_FUNCTION_NAME ?? 'identity-center-extensions').slice(0, 64),
      DurationSeconds: SESSION_SECONDS,
    }),
  );
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
