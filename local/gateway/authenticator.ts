import type { Iam } from '../cloud/iam';
import { type Principal, ServiceFault } from '../cloud/service';
import { type CredentialScope, readCredentialScope } from './credential-scope';
import type { HttpRequest } from './protocol';
import { isSignatureValid } from './signature';

/** Who called which service in which Region. */
export interface Caller {
  readonly principal: Principal;
  readonly service: string;
  readonly region: string;
  readonly accessKeyId: string;
}

const ACCOUNT_KEY = /^\d{12}$/;

/**
 * Finds out who signed a request. An access key id of 12 digits is that account's administrator, whatever the secret;
 * any other key must be a temporary one, and then signature and session token must be right. The time of signing is
 * not checked: functions sign in simulated time, people in real time.
 */
export class Authenticator {
  constructor(private readonly iam: Iam) {}

  /**
   * Throws a `ServiceFault` (403) named as JSON services do: `MissingAuthenticationToken`,
   * `UnrecognizedClientException`, `ExpiredTokenException`, `InvalidSignatureException`.
   */
  authenticate(request: HttpRequest): Caller {
    const scope = readCredentialScope(request);
    if (scope === undefined) {
      throw new ServiceFault('MissingAuthenticationToken', 'Missing Authentication Token', 403);
    }
    const { accessKeyId, service, region } = scope;
    const isAccount = ACCOUNT_KEY.test(accessKeyId);
    const principal = isAccount ? accountPrincipal(accessKeyId) : this.verify(request, scope);
    return { principal, service, region, accessKeyId };
  }

  private verify(request: HttpRequest, scope: CredentialScope): Principal {
    const session = this.iam.findSession(scope.accessKeyId);
    if (session === undefined || scope.sessionToken !== session.credentials.sessionToken) {
      const message = 'The security token included in the request is invalid.';
      throw new ServiceFault('UnrecognizedClientException', message, 403);
    }
    if (!isSignatureValid(request, scope, session.credentials.secretAccessKey)) {
      const message =
        'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method.';
      throw new ServiceFault('InvalidSignatureException', message, 403);
    }
    if (this.iam.isExpired(session)) {
      throw new ServiceFault('ExpiredTokenException', 'The security token included in the request is expired', 403);
    }
    return session.principal;
  }
}

function accountPrincipal(accountId: string): Principal {
  return { kind: 'accountKey', accountId, arn: `arn:aws:iam::${accountId}:root` };
}
