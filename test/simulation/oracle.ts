import type { PermissionSetName, PrincipalType } from '../../lambda/domain/ids';
import type { Assignment } from '../../lambda/domain/ledger-row';
import { rowId } from '../../lambda/domain/ledger-row';
import type { Cloud } from './cloud';
import { coversAccount, partsOf } from './coverage';

/** What there should be when nothing goes on any more. */
export interface Expectation {
  /** Assignments that have to be there. */
  readonly required: ReadonlyMap<string, Assignment>;
  /** Accounts and principal names whose assignments stay as they are, since the name stands for nobody at present. */
  readonly undecided: ReadonlySet<string>;
}

/** Written from the documents alone: every present link, every account, one after the other. */
export function expectation(cloud: Cloud, presentLinks: readonly string[]): Expectation {
  const required = new Map<string, Assignment>();
  const undecided = new Set<string>();
  for (const linkData of presentLinks) {
    const parts = partsOf(linkData);
    const principalType = parts.principalType as PrincipalType;
    const principalId = cloud.directory.principalId({ type: principalType, name: parts.principalName });
    const permissionSetArn = cloud.directory.permissionSetArn(parts.permissionSetName as PermissionSetName);
    for (const account of cloud.organization.accounts()) {
      if (!coversAccount(parts, account, cloud.supportNestedOu)) continue;
      const accountId = account.id;
      if (principalId && permissionSetArn) {
        const assignment = { accountId, permissionSetArn, principalType, principalId };
        required.set(rowId(assignment), assignment);
      } else undecided.add(`${accountId} ${parts.permissionSetName} ${principalType} ${parts.principalName}`);
    }
  }
  return { required, undecided };
}
