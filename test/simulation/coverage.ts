import type { Account } from '../../lambda/domain/organization';
import { MANAGEMENT_ACCOUNT } from './organization-world';

/** A link by its text form, taken apart without the product's parser. */
export interface LinkParts {
  readonly scopeType: string;
  readonly scopeValue: string;
  readonly permissionSetName: string;
  readonly principalName: string;
  readonly principalType: string;
}

export function partsOf(linkData: string): LinkParts {
  const [scopeType = '', scopeValue = '', permissionSetName = '', principalName = '', principalType = ''] =
    linkData.split('%');
  return { scopeType, scopeValue, permissionSetName, principalName, principalType };
}

/** Whether a link's scope covers an account, written from the documents alone. */
export function coversAccount(
  { scopeType, scopeValue }: LinkParts,
  account: Account | undefined,
  supportNestedOu: boolean,
): boolean {
  if (account?.state !== 'ACTIVE' || account.id === MANAGEMENT_ACCOUNT) return false;
  if (scopeType === 'root') return true;
  if (scopeType === 'account') return account.id === scopeValue;
  if (scopeType === 'ou_id') {
    return supportNestedOu
      ? (account.ancestors as readonly string[]).includes(scopeValue)
      : account.ancestors[0] === scopeValue;
  }
  const [key = '', value = ''] = scopeValue.split('^');
  return account.tags[key] === value;
}
