import type { Account } from './organization';
import type { Scope } from './scope';

/** Whether a scope names an account by its place or tags, whether or not it can be worked in. */
export function covers(scope: Scope, account: Account, supportNestedOu: boolean): boolean {
  switch (scope.type) {
    case 'account':
      return scope.accountId === account.id;
    case 'root':
      return true;
    case 'ou_id': {
      const units = supportNestedOu ? account.ancestors : account.ancestors.slice(0, 1);
      return units.includes(scope.organizationalUnitId);
    }
    case 'account_tag':
      return account.tags[scope.key] === scope.value;
  }
}
