import type { AccountId, LinkId } from './ids';
import type { Account, Organization } from './organization';
import { tagKeyValue, unreachableReason } from './organization';
import type { Scope } from './scope';
import { exceptionTest, type ScopeExceptions } from './scope-exceptions';

/** "This link wants this assignment." */
export interface Claim {
  readonly linkId: LinkId;
  /** Canonical text form of the link, for explanations. */
  readonly linkData: string;
}

/** The scope of a present link, with what identifies the link. */
export interface ScopedLink extends Claim {
  readonly scope: Scope;
  readonly except?: ScopeExceptions;
}

/** An account a scope names but in which nothing is done, and why. */
export interface Skipped {
  readonly accountId: AccountId;
  readonly message: string;
}

/** What one link's scope means for the organization as it is now. */
export interface Coverage {
  /** Reachable accounts, each once. */
  readonly accountIds: readonly AccountId[];
  readonly skipped: readonly Skipped[];
  /** What has to appear before the scope means anything; each begins with its kind (`account:`, `ou:`). */
  readonly waitingFor: readonly string[];
}

/**
 * Accounts of a scope: which are covered now, which are left out, and what it waits for. Of those that are excepted only
 * one that the scope itself names is told as left out.
 */
export function coverage(
  scope: Scope,
  organization: Organization,
  supportNestedOu: boolean,
  except?: ScopeExceptions,
): Coverage {
  const covered = coverageOfAll(scope, organization, supportNestedOu);
  if (!except) return covered;
  const isExcepted = exceptionTest(except, supportNestedOu);
  const excepted = ({ accountId }: { accountId: AccountId }) => {
    const account = organization.accounts.get(accountId);
    return account ? isExcepted(account) : (except.accounts ?? []).includes(accountId);
  };
  if (scope.type === 'account') return excepted(scope) ? exceptedAccount(scope.accountId) : covered;
  return {
    accountIds: covered.accountIds.filter((accountId) => !excepted({ accountId })),
    skipped: covered.skipped.filter((skipped) => !excepted(skipped)),
    waitingFor: covered.waitingFor,
  };
}

function coverageOfAll(scope: Scope, organization: Organization, supportNestedOu: boolean): Coverage {
  switch (scope.type) {
    case 'account':
      return singleAccount(scope.accountId, organization);
    case 'root':
      return partition([...organization.accounts.values()], organization);
    case 'account_tag':
      return partition(organization.taggedWith.get(tagKeyValue(scope.key, scope.value)) ?? [], organization);
    case 'ou_id': {
      if (!organization.organizationalUnits.has(scope.organizationalUnitId)) {
        return {
          accountIds: [],
          skipped: [],
          waitingFor: [`ou: ${scope.organizationalUnitId} is not in the organization`],
        };
      }
      const units = supportNestedOu ? organization.descendantsOf : organization.childrenOf;
      return partition(units.get(scope.organizationalUnitId) ?? [], organization);
    }
  }
}

/**
 * Claims of many links of one pair (permission set, principal), by account: the union of what the links cover.
 * Only links of the same pair can claim the same assignment, so pairs are expanded one by one.
 */
export function expandScopes(
  links: readonly ScopedLink[],
  organization: Organization,
  supportNestedOu: boolean,
): ReadonlyMap<AccountId, readonly Claim[]> {
  const claims = new Map<AccountId, Claim[]>();
  for (const { scope, except, linkId, linkData } of links) {
    const claim = { linkId, linkData };
    for (const accountId of coverage(scope, organization, supportNestedOu, except).accountIds) {
      const claimed = claims.get(accountId);
      if (claimed) claimed.push(claim);
      else claims.set(accountId, [claim]);
    }
  }
  return claims;
}

/** A named account that cannot be worked in is waited for: it may come back. */
function singleAccount(accountId: AccountId, organization: Organization): Coverage {
  const message = unreachableReason(organization, accountId);
  if (message === undefined) return { accountIds: [accountId], skipped: [], waitingFor: [] };
  return { accountIds: [], skipped: [{ accountId, message }], waitingFor: [`account: ${message}`] };
}

function exceptedAccount(accountId: AccountId): Coverage {
  return { accountIds: [], skipped: [{ accountId, message: `${accountId} is excepted by the link` }], waitingFor: [] };
}

function partition(accounts: readonly Account[], organization: Organization): Coverage {
  const accountIds: AccountId[] = [];
  const skipped: Skipped[] = [];
  for (const { id, state } of accounts) {
    if (state === 'ACTIVE' && id !== organization.managementAccountId) accountIds.push(id);
    else skipped.push({ accountId: id, message: unreachableReason(organization, id) ?? state });
  }
  return { accountIds, skipped, waitingFor: [] };
}
