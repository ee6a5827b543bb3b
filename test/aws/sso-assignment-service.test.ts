import type { SSOAdminClient } from '@aws-sdk/client-sso-admin';
import { findInstance } from '../../lambda/aws/instance';
import { SsoAssignmentService } from '../../lambda/aws/sso-assignment-service';
import type { AccountId, PermissionSetArn, PrincipalId } from '../../lambda/domain/ids';
import type { Assignment, OperationKind } from '../../lambda/domain/ledger-row';
import { INSTANCE, MEMBER, STORE, smallOrganization, smallWorld } from '../local/world/small-world';
import { clientsOf } from './support/service-clients';

const KINDS: readonly OperationKind[] = ['create', 'delete'];

function service(document: unknown = smallOrganization()) {
  const small = smallWorld({ document });
  const clients = clientsOf(small.world);
  const assignment = (group: string, accountId = MEMBER, permissionSet = 'Reader'): Assignment => ({
    accountId: accountId as AccountId,
    permissionSetArn: small.ids.permissionSet(permissionSet) as PermissionSetArn,
    principalType: 'GROUP',
    principalId: (small.ids.group(group) || group) as PrincipalId,
  });
  const assigned = async ({ accountId, permissionSetArn, principalId }: Assignment) => {
    const input = { AccountId: accountId, PermissionSetArn: permissionSetArn };
    const { AccountAssignments } = await small.sso('ListAccountAssignments', input);
    return AccountAssignments.some(({ PrincipalId }: { PrincipalId: string }) => PrincipalId === principalId);
  };
  return { ...small, clients, assignment, assigned, service: serviceOf(clients.ssoAdmin) };
}

function serviceOf(client: SSOAdminClient): SsoAssignmentService {
  return new SsoAssignmentService(client, async () => ({ instanceArn: INSTANCE, identityStoreId: STORE }));
}

test('an operation is in progress, then it succeeded and the assignment is as asked', async () => {
  const { service: sso, assignment, assigned, quiet } = service();
  const wanted = assignment('team-Two');
  for (const kind of KINDS) {
    const requestId = await sso.submit(kind, wanted);
    expect(await sso.status(kind, requestId)).toEqual({ status: 'IN_PROGRESS' });
    expect(await sso.inProgress(kind)).toEqual(new Set([requestId]));
    expect(await sso.subject(kind, requestId)).toEqual(wanted);
    await quiet();
    expect(await sso.status(kind, requestId)).toEqual({ status: 'SUCCEEDED' });
    expect(await sso.inProgress(kind)).toEqual(new Set());
    expect(await assigned(wanted)).toBe(kind === 'create');
  }
});

test('creating what is there and deleting what is not there both succeed', async () => {
  const { service: sso, assignment, quiet } = service();
  const created = await sso.submit('create', assignment('team-One'));
  await quiet();
  expect(await sso.status('create', created)).toEqual({ status: 'SUCCEEDED' });
  const deleted = await sso.submit('delete', assignment('team-Three'));
  await quiet();
  expect(await sso.status('delete', deleted)).toEqual({ status: 'SUCCEEDED' });
});

test('an assignment of a principal that is gone can be deleted, and not be created', async () => {
  const { service: sso, assignment, assigned, quiet, store, ids } = service();
  const orphaned = assignment('team-One');
  await store('DeleteGroup', { GroupId: ids.group('team-One') });
  const deleted = await sso.submit('delete', orphaned);
  await quiet();
  expect(await sso.status('delete', deleted)).toEqual({ status: 'SUCCEEDED' });
  expect(await assigned(orphaned)).toBe(false);
  const created = await sso.submit('create', orphaned);
  await quiet();
  expect(await sso.status('create', created)).toEqual({
    status: 'FAILED',
    reason: expect.stringContaining(`GROUP assignee ${orphaned.principalId} was not found`),
  });
});

test('an account without a policy of the permission set fails a creation and says which, until it has it', async () => {
  const { service: sso, assignment, quiet, sso: administrator, world } = service();
  await administrator('AttachCustomerManagedPolicyReferenceToPermissionSet', {
    PermissionSetArn: assignment('team-Two').permissionSetArn,
    CustomerManagedPolicyReference: { Name: 'cmp.2', Path: '/cmp/2/' },
  });
  const failed = await sso.submit('create', assignment('team-Two'));
  await quiet();
  expect(await sso.status('create', failed)).toEqual({
    status: 'FAILED',
    reason: expect.stringContaining(`Not supported policy arn:aws:iam::${MEMBER}:policy/cmp/2/cmp.2.`),
    missingPolicy: '/cmp/2/cmp.2',
  });
  world.policies.add(MEMBER, '/cmp/2/cmp.2');
  const created = await sso.submit('create', assignment('team-Two'));
  await quiet();
  expect(await sso.status('create', created)).toEqual({ status: 'SUCCEEDED' });
});

test('a suspended account fails either kind with the reason of the service', async () => {
  const { service: sso, assignment, quiet } = service();
  for (const kind of KINDS) {
    const requestId = await sso.submit(kind, assignment('team-One', '888888888888'));
    await quiet();
    const reason = expect.stringContaining('takes longer than usual');
    expect(await sso.status(kind, requestId)).toEqual({ status: 'FAILED', reason });
  }
});

test('what is in progress is told over all pages, for each kind by itself', async () => {
  const client = {
    send: async (command: { input: { NextToken?: string }; constructor: { name: string } }) => {
      const page = Number(command.input.NextToken ?? 0);
      const statuses = page === 1 ? [] : [{ RequestId: `${page}a` }, { RequestId: `${page}b` }];
      const member = command.constructor.name.includes('Creation') ? 'Creation' : 'Deletion';
      return { [`AccountAssignments${member}Status`]: statuses, ...(page < 2 ? { NextToken: `${page + 1}` } : {}) };
    },
  } as unknown as SSOAdminClient;
  for (const kind of KINDS) {
    expect(await serviceOf(client).inProgress(kind)).toEqual(new Set(['0a', '0b', '2a', '2b']));
  }
});

test('faults at once are named: a conflict, too many at a time, a permission set that is gone', async () => {
  const many = Array.from({ length: 16 }, (_, index) => ({ id: String(600000000000 + index), name: `a ${index}` }));
  const document = smallOrganization();
  const accounts = [...document.root.accounts, ...many];
  const { service: sso, assignment } = service({ ...document, root: { ...document.root, accounts } });
  await sso.submit('create', assignment('team-Two'));
  await expect(sso.submit('create', assignment('team-Three'))).rejects.toMatchObject({ name: 'Conflict' });
  const gone = `${INSTANCE.replace('instance', 'permissionSet')}/ps-0123456789abcdef` as PermissionSetArn;
  const missing = sso.submit('delete', { ...assignment('team-Two'), permissionSetArn: gone });
  await expect(missing).rejects.toMatchObject({ name: 'Missing' });
  await Promise.all(many.slice(0, 14).map(({ id }) => sso.submit('create', assignment('team-Two', id))));
  await expect(sso.submit('create', assignment('team-Two', many[14]?.id))).rejects.toMatchObject({
    name: 'Throttled',
    message: expect.stringContaining('too many requests processing'),
  });
  await expect(sso.submit('create', assignment('team-Two', '111111111111'))).rejects.toMatchObject({ name: 'Denied' });
});

test('an instance that cannot be found is not a deletion that is done', async () => {
  const { clients, assignment } = service();
  const sso = new SsoAssignmentService(clients.ssoAdmin, () => findInstance(clients.ssoAdmin, `${INSTANCE}0`));
  await expect(sso.submit('delete', assignment('team-One'))).rejects.toMatchObject({ name: 'Rejected' });
});

test('an answer without a request id is a broken rule, never a success', async () => {
  const client = { send: async () => ({ AccountAssignmentCreationStatus: {} }) } as unknown as SSOAdminClient;
  const { assignment } = service();
  const submitted = serviceOf(client).submit('create', assignment('team-One'));
  await expect(submitted).rejects.toMatchObject({ name: 'InvariantViolated' });
});

test('a failure without a reason says so', async () => {
  const send = async () => ({ AccountAssignmentDeletionStatus: { Status: 'FAILED' } });
  const status = serviceOf({ send } as unknown as SSOAdminClient).status('delete', 'any');
  expect(await status).toEqual({ status: 'FAILED', reason: 'Identity Center gave no reason.' });
});
