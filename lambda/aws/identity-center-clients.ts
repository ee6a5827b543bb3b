import { IdentitystoreClient } from '@aws-sdk/client-identitystore';
import { SSOAdminClient } from '@aws-sdk/client-sso-admin';
import { optional, required, requiredNumber } from './environment';
import { findInstance, type Instance } from './instance';
import { paced } from './paced';
import { roleSession } from './role-session';
import { SsoAssignmentService } from './sso-assignment-service';
import { SsoIdentityCenterReader } from './sso-identity-center-reader';

/** Controllers decide themselves when to try again. A call that is not answered in 10 s counts as unanswered. */
const SINGLE_ATTEMPT = { maxAttempts: 1, requestHandler: { requestTimeout: 10_000, connectionTimeout: 3_000 } };
const READ_ATTEMPTS = { maxAttempts: 8 };

/** Reconcile's own reads: this share of the request rate, and as many calls at once after a pause. */
const RECONCILE_SHARE = 0.1;
const RECONCILE_BURST = 10;

/**
 * AWS: 20 requests per second and API of an identity store. Half of it is left to whoever else looks names up. Without
 * a pace, names of a hundred links use up what the SDK grants for retries, and each new try begins with the first name.
 */
const IDENTITY_STORE_REQUESTS_PER_SECOND = 10;
const IDENTITY_STORE_BURST = 10;

/** Account assignments with the rights of the one role that may write them. */
export function assignmentService(): SsoAssignmentService {
  const region = required('IDENTITY_CENTER_REGION');
  const credentials = roleSession(required('ASSIGNMENT_WRITER_ROLE_ARN'));
  const client = new SSOAdminClient({ region, credentials, ...SINGLE_ATTEMPT });
  return new SsoAssignmentService(client, remembering(client));
}

/** Permission sets, principals and what they are assigned, with the rights of the reader roles. */
export function identityCenterReader(): SsoIdentityCenterReader {
  const region = required('IDENTITY_CENTER_REGION');
  const credentials = roleSession(required('IDENTITY_CENTER_READER_ROLE_ARN'));
  const ssoAdmin = new SSOAdminClient({ region, credentials, ...READ_ATTEMPTS });
  const inManagementAccount = roleSession(required('ORGANIZATION_READER_ROLE_ARN'));
  return new SsoIdentityCenterReader({
    ssoAdmin,
    identityStore: new IdentitystoreClient({ region, credentials, ...READ_ATTEMPTS }),
    ssoAdminInManagementAccount: new SSOAdminClient({ region, credentials: inManagementAccount, ...READ_ATTEMPTS }),
    instance: remembering(ssoAdmin),
    pace: paced(requiredNumber('REQUESTS_PER_SECOND') * RECONCILE_SHARE, RECONCILE_BURST),
    paceIdentityStore: paced(IDENTITY_STORE_REQUESTS_PER_SECOND, IDENTITY_STORE_BURST),
  });
}

/** The instance never changes while a function lives; a failed lookup is tried again. */
function remembering(client: SSOAdminClient): () => Promise<Instance> {
  let instance: Promise<Instance> | undefined;
  return () => {
    instance ??= findInstance(client, optional('IDENTITY_CENTER_INSTANCE_ARN')).catch((fault: unknown) => {
      instance = undefined;
      throw fault;
    });
    return instance;
  };
}
