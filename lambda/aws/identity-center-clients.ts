import { IdentitystoreClient } from '@aws-sdk/client-identitystore';
import { SSOAdminClient } from '@aws-sdk/client-sso-admin';
import type { TagReader } from '../ports/tag-reader';
import { optional, required, requiredNumber } from './environment';
import { findInstance, type Instance } from './instance';
import { paced } from './paced';
import { PacedSsoAdmin } from './paced-sso-admin';
import { roleSession } from './role-session';
import { SsoAssignmentService } from './sso-assignment-service';
import { SsoIdentityCenterReader } from './sso-identity-center-reader';
import { SsoPermissionSetReader } from './sso-permission-set-reader';
import { SsoPermissionSetService } from './sso-permission-set-service';
import { SsoTagReader } from './sso-tag-reader';

/** Controllers decide themselves when to try again. A call that is not answered in 10 s counts as unanswered. */
const SINGLE_ATTEMPT = { maxAttempts: 1, requestHandler: { requestTimeout: 10_000, connectionTimeout: 3_000 } };
/** A look makes a dozen reads: were each refusal its end, it would hardly ever end well while the service is busy. */
const FEW_ATTEMPTS = { ...SINGLE_ATTEMPT, maxAttempts: 3 };
const READ_ATTEMPTS = { maxAttempts: 8 };

/** Reconcile's own reads: this share of the request rate, and as many calls at once after a pause. */
const RECONCILE_SHARE = 0.1;
const RECONCILE_BURST = 10;
/** The full pass and the import read at this share, one at a time. */
const FULL_PASS_SHARE = 0.15;

/** Permission sets' share, as many calls at once after a pause, and what is left to them of a very small rate. */
const PERMISSION_SET_SHARE = 0.15;
const PERMISSION_SET_BURST = 10;
const SLOWEST_RATE = 0.5;

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

/** Permission sets, principals and what they are assigned, with the rights of the reader roles; at the planner's pace. */
export function identityCenterReader(): SsoIdentityCenterReader {
  return readersAtPace(RECONCILE_SHARE).identityCenter;
}

/** The same, and permission sets with all their parts, for a dry run. */
export function dryRunReaders(): Readers {
  return readersAtPace(RECONCILE_SHARE);
}

/** The same, and everything that the instance holds, at the pace of the full pass: what either asks counts for both. */
export function fullPassReaders() {
  const { identityCenter } = readersAtPace(FULL_PASS_SHARE);
  return { identityCenter, instance: identityCenter };
}

/** Everything that the instance holds, permission sets with all their parts, and names of principals, for an import. */
export function importReaders() {
  const region = required('IDENTITY_CENTER_REGION');
  const credentials = roleSession(required('IDENTITY_CENTER_READER_ROLE_ARN'));
  const client = new SSOAdminClient({ region, credentials, ...READ_ATTEMPTS });
  const instance = remembering(client);
  const pace = paced(requiredNumber('REQUESTS_PER_SECOND') * FULL_PASS_SHARE, RECONCILE_BURST);
  const ssoAdmin = new PacedSsoAdmin(client, instance, pace);
  const identityCenter = new SsoIdentityCenterReader({
    ssoAdmin,
    // It never asks what is assigned to one principal, which only the management account may.
    ssoAdminInManagementAccount: ssoAdmin,
    identityStore: new IdentitystoreClient({ region, credentials, ...READ_ATTEMPTS }),
    instance,
    paceIdentityStore: paced(IDENTITY_STORE_REQUESTS_PER_SECOND, IDENTITY_STORE_BURST),
  });
  return { instance: identityCenter, directory: identityCenter, permissionSets: new SsoPermissionSetReader(ssoAdmin) };
}

/** Readers that share one pace and one session of each role. */
interface Readers {
  readonly identityCenter: SsoIdentityCenterReader;
  readonly permissionSets: SsoPermissionSetReader;
}

function readersAtPace(share: number): Readers {
  const region = required('IDENTITY_CENTER_REGION');
  const credentials = roleSession(required('IDENTITY_CENTER_READER_ROLE_ARN'));
  const client = new SSOAdminClient({ region, credentials, ...READ_ATTEMPTS });
  const inManagementAccount = roleSession(required('ORGANIZATION_READER_ROLE_ARN'));
  const managementClient = new SSOAdminClient({ region, credentials: inManagementAccount, ...READ_ATTEMPTS });
  const instance = remembering(client);
  const pace = paced(requiredNumber('REQUESTS_PER_SECOND') * share, RECONCILE_BURST);
  const ssoAdmin = new PacedSsoAdmin(client, instance, pace);
  const identityCenter = new SsoIdentityCenterReader({
    ssoAdmin,
    identityStore: new IdentitystoreClient({ region, credentials, ...READ_ATTEMPTS }),
    ssoAdminInManagementAccount: new PacedSsoAdmin(managementClient, instance, pace),
    instance,
    paceIdentityStore: paced(IDENTITY_STORE_REQUESTS_PER_SECOND, IDENTITY_STORE_BURST),
  });
  return { identityCenter, permissionSets: new SsoPermissionSetReader(ssoAdmin) };
}

/** Permission sets with the rights of the one role that may write them. */
export function permissionSetService(): SsoPermissionSetService {
  const region = required('IDENTITY_CENTER_REGION');
  const credentials = roleSession(required('PERMISSION_SET_WRITER_ROLE_ARN'));
  const reading = new SSOAdminClient({ region, credentials, ...FEW_ATTEMPTS });
  const writing = new SSOAdminClient({ region, credentials, ...SINGLE_ATTEMPT });
  const instance = remembering(reading);
  const pace = paced(
    Math.max(SLOWEST_RATE, requiredNumber('REQUESTS_PER_SECOND') * PERMISSION_SET_SHARE),
    PERMISSION_SET_BURST,
  );
  return new SsoPermissionSetService(
    new PacedSsoAdmin(reading, instance, pace),
    new PacedSsoAdmin(writing, instance, pace),
  );
}

/** Tags of permission sets with the rights of the reader role; nothing where no tag protects a permission set. */
export function tagReader(): { tags?: TagReader } {
  const roleArn = optional('IDENTITY_CENTER_READER_ROLE_ARN');
  if (roleArn === undefined) return {};
  const client = new SSOAdminClient({
    region: required('IDENTITY_CENTER_REGION'),
    credentials: roleSession(roleArn),
    ...READ_ATTEMPTS,
  });
  return { tags: new SsoTagReader(new PacedSsoAdmin(client, remembering(client), async () => undefined)) };
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
