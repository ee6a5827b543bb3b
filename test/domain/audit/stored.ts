import type { StoredChange } from '../../../lambda/domain/audit/stored-change';
import type { Claim } from '../../../lambda/domain/claims';
import type { LedgerRow } from '../../../lambda/domain/ledger-row';
import type { Item } from '../../../lambda/domain/write';

export type Attributes = Readonly<Record<string, unknown>>;

/** A change of one item; `undefined`: it was not there, or is not there any more. */
export function changed(
  key: { readonly pk: string; readonly sk: string },
  before: Attributes | undefined,
  after: Attributes | undefined,
  sequence = '100',
): StoredChange {
  const item = (attributes: Attributes) => ({ ...attributes, ...key }) as Item;
  return {
    changeId: `change-${sequence}`,
    sequence,
    at: '2026-11-27T10:00:00Z',
    hasExpired: false,
    ...(before ? { before: item(before) } : {}),
    ...(after ? { after: item(after) } : {}),
  };
}

export const ARN = 'arn:aws:sso:::permissionSet/ssoins-1/ps-1';
export const ROW_KEY = { pk: `${ARN}|GROUP|g-1`, sk: '444444444401' };
export const CLAIM = { linkId: 'one', linkData: 'root%all%Billing-ps%team%GROUP%ssofile' } as Claim;
export const OTHER = { linkId: 'two', linkData: 'account%444444444401%Billing-ps%team%GROUP%ssofile' } as Claim;

/** A row that was planned and not applied yet. */
export const ROW = {
  accountId: '444444444401',
  permissionSetArn: ARN,
  permissionSetName: 'Billing-ps',
  principalType: 'GROUP',
  principalId: 'g-1',
  principalName: 'team',
  desired: true,
  generation: 1,
  revision: 1,
  rank: 0,
  claims: [CLAIM],
  reason: 'claimed by link one',
  born: 'plan-1',
  applied: 0,
  cause: { callers: ['arn:aws:iam::3:role/alice'], requests: ['r-1'] },
} as unknown as LedgerRow;
