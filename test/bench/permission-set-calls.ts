import type { PermissionSet } from '../../lambda/domain/permission-set';
import { definitionOf, differences } from '../../lambda/domain/permission-set-definition';
import { accountIds, PermissionSetWorld } from '../support/permission-set-world';
import { table } from './table';

const ACCOUNTS = 60;
const NAME = 'Bench-ps';
/** What every look has to read: six parts, and which accounts have an earlier version. */
const READS = 7;
/** Asking for the accounts, and one answer that they have it. */
const PROVISIONING = 2;

const before: PermissionSet = {
  permissionSetName: NAME,
  description: 'before',
  sessionDurationInMinutes: 60,
  tags: [{ Key: 'one', Value: '1' }],
  managedPoliciesArnList: ['arn:aws:iam::aws:policy/ReadOnlyAccess', 'arn:aws:iam::aws:policy/job-function/Billing'],
  customerManagedPoliciesList: [{ Name: 'one' }],
  inlinePolicyDocument: { Statement: { Effect: 'Allow', Action: 's3:*', Resource: '*' } },
  permissionsBoundary: { ManagedPolicyArn: 'arn:aws:iam::aws:policy/PowerUserAccess' },
};

const after: PermissionSet = {
  permissionSetName: NAME,
  description: 'after',
  sessionDurationInMinutes: 120,
  tags: [{ Key: 'two', Value: '2' }],
  managedPoliciesArnList: [
    'arn:aws:iam::aws:policy/SecurityAudit',
    'arn:aws:iam::aws:policy/job-function/ViewOnlyAccess',
  ],
  customerManagedPoliciesList: [{ Name: 'two' }],
  inlinePolicyDocument: { Statement: { Effect: 'Allow', Action: 'ec2:*', Resource: '*' } },
  permissionsBoundary: { ManagedPolicyArn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' },
};

/** Calls to Identity Center that converging one permission set takes, in simulated time over 60 accounts that have it. */
export async function benchPermissionSetCalls(): Promise<void> {
  const world = new PermissionSetWorld();
  for (const account of accountIds(ACCOUNTS)) {
    for (const policy of ['/one', '/two']) world.accountPolicies.add(account, policy);
  }
  await calls(world, before);
  world.assign(NAME, accountIds(ACCOUNTS));
  const unchanged = await calls(world, before);
  const start = world.clock.now();
  const changed = await calls(world, after);
  const seconds = (world.clock.now() - start) / 1000;
  const writes = differences(definitionOf(after), definitionOf(before)).length;
  if (world.staleAccounts(NAME).length > 0) throw new Error('An account was left behind.');
  table([
    ['unchanged, reads only', `${unchanged.all} calls`, `minimum ${READS}`, `${unchanged.writes} of them writes`],
    [
      'everything changed',
      `${changed.all} calls`,
      `minimum ${READS + writes + PROVISIONING}`,
      `${changed.writes} writes, minimum ${writes + 1}; what was written is read again; ${seconds.toFixed(0)} s with ${ACCOUNTS} accounts`,
    ],
  ]);
}

async function calls(world: PermissionSetWorld, document: PermissionSet): Promise<{ all: number; writes: number }> {
  const count = () =>
    Object.values(world.identityCenter.metrics().operations).reduce((sum, operation) => sum + operation.calls, 0);
  const [all, writes] = [count(), world.writeCalls()];
  await world.submit(document);
  await world.settle();
  return { all: count() - all, writes: world.writeCalls() - writes };
}
