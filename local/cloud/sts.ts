import type { DeriveAccess } from '../gateway/access/access';
import type { Iam } from './iam';
import { type Call, notImplemented, type Principal, ServiceFault, type SimulatedService } from './service';

const SESSION_NAME = /^[\w+=,.@-]{2,64}$/;
const ROLE_ARN = /^arn:aws:iam::\d{12}:role\/[\u0021-\u007e]+$/;
/** Parameters of AssumeRole that change who the session is; refused until something needs them. */
const REFUSED = ['Policy', 'PolicyArns', 'Tags', 'TransitiveTagKeys', 'SerialNumber', 'TokenCode', 'ProvidedContexts'];

/** Security Token Service: who am I, and become a role. */
export class Sts implements SimulatedService {
  readonly signingName = 'sts';

  constructor(private readonly iam: Iam) {}

  /**
   * None: AWS lets everybody ask GetCallerIdentity, and `Iam.assumeRole` weighs the trust policy together with the
   * caller's policies, for services that assume roles as well.
   */
  readonly access: DeriveAccess = () => [];

  async handle(call: Call): Promise<unknown> {
    if (call.operation === 'GetCallerIdentity') return this.callerIdentity(call.principal);
    if (call.operation === 'AssumeRole') return this.assumeRole(call);
    throw notImplemented('sts', call.operation);
  }

  private callerIdentity(principal: Principal): unknown {
    return { UserId: this.iam.userIdOf(principal), Account: principal.accountId, Arn: principal.arn };
  }

  private assumeRole({ input, principal, region }: Call): unknown {
    const { RoleArn: roleArn, RoleSessionName: sessionName, DurationSeconds: duration, ExternalId: externalId } = input;
    const refused = REFUSED.find((name) => input[name] !== undefined);
    if (refused !== undefined) throw notImplemented('sts', `AssumeRole with ${refused}`);
    checkParameter('roleArn', roleArn, ROLE_ARN);
    checkParameter('roleSessionName', sessionName, SESSION_NAME);
    const session = this.iam.assumeRole({
      roleArn,
      sessionName,
      principal,
      ...(duration === undefined ? {} : { durationSeconds: Number(duration) }),
      context: { 'aws:requestedregion': region, ...(externalId === undefined ? {} : { 'sts:externalid': externalId }) },
    });
    const { accessKeyId, secretAccessKey, sessionToken, expiration } = session.credentials;
    return {
      Credentials: {
        AccessKeyId: accessKeyId,
        SecretAccessKey: secretAccessKey,
        SessionToken: sessionToken,
        Expiration: expiration,
      },
      AssumedRoleUser: { AssumedRoleId: session.userId, Arn: session.principal.arn },
    };
  }
}

function checkParameter(member: string, value: unknown, expected: RegExp): void {
  if (typeof value === 'string' && expected.test(value)) return;
  const message = `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: Member must satisfy regular expression pattern: ${expected.source}`;
  throw new ServiceFault('ValidationError', message);
}
