import type { Convergence } from '../../lambda/domain/convergence';
import type { PermissionSetArn, PermissionSetName } from '../../lambda/domain/ids';
import type { PermissionSetDocument } from '../../lambda/domain/permission-set-document';
import { readinessOf } from '../../lambda/domain/readiness';
import { permissionSetArn } from '../support/stored-row';

const NAME = 'Billing-ps' as PermissionSetName;
const ARN = permissionSetArn(NAME);
const OTHER_ARN = permissionSetArn('another-one-of-this-name');
const PRESENT: PermissionSetDocument = {
  permissionSetName: NAME,
  state: 'present',
  generation: 2,
  document: '{"permissionSetName":"Billing-ps"}',
  submittedBy: 'alice',
  submittedAt: '2026-01-01T00:00:00.000Z',
  source: 'api',
};
const DELETED: PermissionSetDocument = { ...PRESENT, state: 'deleted' };
const OURS = { permissionSetArn: ARN, defined: 2, applied: 2 };
const NOT_YET = 'is not complete yet';

function readiness(
  document: PermissionSetDocument | undefined,
  known: Partial<Convergence>,
  observed: PermissionSetArn | undefined,
) {
  const convergence = { permissionSetName: NAME, defined: 0, applied: 0, ...known };
  return readinessOf({ name: NAME, document, convergence, observed });
}

type Case = [
  name: string,
  document: PermissionSetDocument | undefined,
  convergence: Partial<Convergence>,
  observed: PermissionSetArn | undefined,
];

describe('a permission set can be assigned when', () => {
  test.each<Case>([
    ['it exists and is not declared', undefined, {}, ARN],
    ['its deletion is over and somebody else made one of its name', DELETED, { applied: 2 }, ARN],
    ['it is as declared', PRESENT, OURS, ARN],
    ['it is as an earlier document says and was not touched since', PRESENT, { ...OURS, defined: 1, applied: 1 }, ARN],
    ['accounts that have it are brought up to date', PRESENT, { ...OURS, applied: 1, mustProvision: true }, ARN],
    ['some accounts do not have it as it is now', PRESENT, { ...OURS, unprovisionedCount: 1 }, ARN],
    ['it was set aside while it was complete', PRESENT, { ...OURS, parked: { generation: 2, reason: 'no' } }, ARN],
  ])('%s', (_, document, convergence, observed) => {
    expect(readiness(document, convergence, observed)).toEqual({ permissionSetArn: observed });
  });
});

describe('a permission set has to be waited for when', () => {
  test.each<[...Case, reason: string]>([
    ['nobody made it', undefined, {}, undefined, 'does not exist in Identity Center'],
    ['its deletion is over', DELETED, { applied: 2 }, undefined, 'does not exist in Identity Center'],
    ['it is to be deleted', DELETED, { ...OURS, applied: 1 }, ARN, 'is being deleted'],
    ['it is to be deleted and was never made', DELETED, {}, undefined, 'is being deleted'],
    ['nothing was done for it yet', PRESENT, {}, undefined, NOT_YET],
    ['one of its name exists that is not ours yet', PRESENT, {}, ARN, NOT_YET],
    ['it is ours but was never as declared', PRESENT, { permissionSetArn: ARN }, ARN, NOT_YET],
    ['it is being changed', PRESENT, { ...OURS, incomplete: true }, ARN, NOT_YET],
    ['it has disappeared', PRESENT, OURS, undefined, NOT_YET],
    ['somebody made another one of its name', PRESENT, OURS, OTHER_ARN, NOT_YET],
    ['it failed', PRESENT, { lastError: 'AccessDenied' }, undefined, `${NOT_YET}: AccessDenied`],
    [
      'it was given up',
      PRESENT,
      { ...OURS, incomplete: true, parked: { generation: 2, reason: 'the policy is malformed' }, lastError: 'older' },
      ARN,
      `${NOT_YET}: the policy is malformed`,
    ],
  ])('%s', (_, document, convergence, observed, reason) => {
    expect(readiness(document, convergence, observed)).toEqual({ waitingFor: `permissionSet: ${NAME} ${reason}` });
  });
});
