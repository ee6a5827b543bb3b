import type { SSOAdminClient } from '@aws-sdk/client-sso-admin';
import { PacedSsoAdmin } from '../../lambda/aws/paced-sso-admin';
import { SsoIdentityCenterReader } from '../../lambda/aws/sso-identity-center-reader';
import type { PermissionSetArn } from '../../lambda/domain/ids';
import { rowKey } from '../../lambda/domain/ledger-row';
import { comparePrincipal } from '../../lambda/full-pass/compare-principal';
import { listManaged } from '../../lambda/full-pass/managed-pairs';
import { AssignmentWorld } from '../support/assignment-world';
import { inProcessClient } from '../support/in-process-client';
import { table } from './table';

const ACCOUNTS = 1_000;
const PERMISSION_SETS = 20;
const PRINCIPALS = 300;
/** Of each principal: two permission sets in so many accounts each. */
const ACCOUNTS_OF_PAIR = 130;
/** AWS: entries of a page. */
const PAGE = 100;
const MISSING = 7;

/** Row 5: what a full pass asks Identity Center to compare the managed assignments, beside the pages that hold them. */
export async function benchDriftRead(): Promise<void> {
  const world = new AssignmentWorld(1, { requestsPerSecond: 1_000_000, requestBurst: 1_000_000 });
  const arns: PermissionSetArn[] = [];
  for (let number = 0; number < PERMISSION_SETS; number += 1)
    arns.push(await world.createPermissionSet(`ps-${number}`));
  const assignments = await assignAll(world, arns);
  let calls = 0;
  const reader = readerOf(world, () => {
    calls += 1;
  });
  const { principals } = await listManaged(world.store);
  let missing = 0;
  for (const principal of principals) {
    missing += (await comparePrincipal({ store: world.store, identityCenter: reader }, principal)).missing.length;
  }
  if (missing !== MISSING) throw new Error(`${missing} assignments were found missing, not ${MISSING}.`);
  const pages = PRINCIPALS * Math.ceil((2 * ACCOUNTS_OF_PAIR) / PAGE);
  table([
    [
      `${assignments.toLocaleString('en')} assignments of ${PRINCIPALS} principals`,
      `${calls.toLocaleString('en')} calls`,
      `their pages ${pages.toLocaleString('en')}`,
      `bar ≤ 2 × the pages; accounts × permission sets ${(ACCOUNTS * PERMISSION_SETS).toLocaleString('en')}`,
    ],
  ]);
}

/** Rows and assignments alike, but that some assignments are missing. */
async function assignAll(world: AssignmentWorld, arns: readonly PermissionSetArn[]): Promise<number> {
  let count = 0;
  for (let principal = 1; principal <= PRINCIPALS; principal += 1) {
    for (const arn of [arns[principal % PERMISSION_SETS], arns[(principal + 7) % PERMISSION_SETS]]) {
      for (let position = 0; arn && position < ACCOUNTS_OF_PAIR; position += 1) {
        const account = String(200_000_000_000 + ((principal * 37 + position * 3) % ACCOUNTS));
        const row = world.newRow(arn, account, position, principal);
        await world.store.transact([{ at: rowKey(row), put: { ...row, generation: 1, revision: 1, applied: 1 } }]);
        count += 1;
        if (count > MISSING) world.identityCenter.instance.assignments.addShown(assignmentOf(row));
      }
    }
  }
  return count;
}

function assignmentOf({
  accountId,
  permissionSetArn,
  principalType,
  principalId,
}: ReturnType<AssignmentWorld['newRow']>) {
  return {
    AccountId: accountId,
    PermissionSetArn: permissionSetArn,
    PrincipalType: principalType,
    PrincipalId: principalId,
  };
}

/** The reader as it is, in the management account. */
function readerOf({ identityCenter }: AssignmentWorld, onCall: () => void): SsoIdentityCenterReader {
  const client = inProcessClient({
    service: identityCenter,
    principal: {
      kind: 'role',
      accountId: '111111111111',
      arn: 'arn:aws:sts::111111111111:assumed-role/organization-reader/full-pass',
      roleArn: 'arn:aws:iam::111111111111:role/organization-reader',
    },
    region: 'eu-west-1',
    before: onCall,
  });
  const instance = async () => ({
    instanceArn: 'arn:aws:sso:::instance/ssoins-1111222233334444',
    identityStoreId: 'd-1234567890',
  });
  const ssoAdmin = new PacedSsoAdmin(client as unknown as SSOAdminClient, instance, async () => undefined);
  const nobody = { identityStore: undefined as never, paceIdentityStore: async () => undefined };
  return new SsoIdentityCenterReader({ ssoAdmin, ssoAdminInManagementAccount: ssoAdmin, instance, ...nobody });
}
