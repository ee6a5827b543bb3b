import { coverage } from './claims';
import type { DeclaredLink } from './exported-files';
import type { AccountId, OrganizationalUnitId, PairId } from './ids';
import { type Link, linkIdOf, pairIdOf, parseLinkText, printLink } from './link';
import type { Organization } from './organization';
import { printScope, type Scope } from './scope';

/** A wider link in place of links to single accounts, with the same effect for the organization as it is now. */
export interface FoldProposal {
  readonly by: Link;
  /** The wider link is there already: the links it replaces claim nothing of their own. */
  readonly isDeclared: boolean;
  /** Links to single accounts, in order of their text forms. */
  readonly replaces: readonly Link[];
  /** Why nothing changes by it. */
  readonly why: string;
}

export interface FoldOptions {
  readonly supportNestedOu: boolean;
  /** Keys of tags that may give access. */
  readonly tagKeys: ReadonlySet<string>;
}

/** A scope with the accounts that it covers now. */
interface Candidate {
  readonly scope: Scope;
  readonly accountIds: readonly AccountId[];
  /** Parents above it: of two units with the same accounts the lower one is proposed, which covers less of what may come. */
  readonly depth: number;
}

/** What a wider link stands in for among the links of a pair. */
interface Wider extends Candidate {
  readonly isDeclared: boolean;
}

/** A new link has to replace this many: with fewer there are not less links afterwards. */
const LEAST_REPLACED = 2;

const PREFERENCE: Readonly<Record<Scope['type'], number>> = { root: 0, ou_id: 1, account_tag: 2, account: 3 };

/**
 * Wider links for links to single accounts, pair by pair. A scope is proposed only if links claim every account that it
 * covers now, for good: by themselves or by their own wider scope, without times. Narrowed and timed links are never replaced. It is a
 * greedy set cover: the scope that replaces most comes first; of equals the root before units, the larger unit
 * before the smaller, and these before tags. The order of links and accounts does not matter.
 */
export function foldLinks(
  links: readonly DeclaredLink[],
  organization: Organization,
  options: FoldOptions,
): FoldProposal[] {
  const candidates = candidatesOf(organization, options);
  const pairs = new Map<PairId, DeclaredLink[]>();
  for (const declared of links) {
    const pairId = pairIdOf(declared.link);
    const pair = pairs.get(pairId);
    if (pair) pair.push(declared);
    else pairs.set(pairId, [declared]);
  }
  return [...pairs.values()]
    .flatMap((pair) => foldPair(pair, candidates, organization, options))
    .sort((one, other) => (printLink(one.by) < printLink(other.by) ? -1 : 1));
}

/** Keys of tags by which access is given already: whoever may set such a tag is trusted with that. */
export function tagKeysInUse(links: readonly DeclaredLink[]): string[] {
  const keys = links.flatMap(({ link: { scope } }) => (scope.type === 'account_tag' ? [scope.key] : []));
  return [...new Set(keys)].sort();
}

/** Every scope but single accounts that covers anything now. */
function candidatesOf(organization: Organization, { supportNestedOu, tagKeys }: FoldOptions): Candidate[] {
  const units = [...organization.organizationalUnits].map((id): Scope => ({ type: 'ou_id', organizationalUnitId: id }));
  const tags = new Map<string, Scope>();
  for (const account of organization.accounts.values()) {
    for (const [key, value] of Object.entries(account.tags)) {
      const scope: Scope = { type: 'account_tag', key, value };
      if (tagKeys.has(key)) tags.set(printScope(scope), scope);
    }
  }
  const depths = depthsOf(organization);
  return [{ type: 'root' } as const, ...units, ...tags.values()].map((scope) => ({
    scope,
    accountIds: coverage(scope, organization, supportNestedOu).accountIds,
    depth: scope.type === 'ou_id' ? (depths.get(scope.organizationalUnitId) ?? 0) : 0,
  }));
}

function depthsOf({ accounts }: Organization): ReadonlyMap<OrganizationalUnitId, number> {
  const depths = new Map<OrganizationalUnitId, number>();
  for (const { ancestors } of accounts.values()) {
    for (const [index, unit] of ancestors.entries()) depths.set(unit, ancestors.length - index);
  }
  return depths;
}

function foldPair(
  links: readonly DeclaredLink[],
  candidates: readonly Candidate[],
  organization: Organization,
  { supportNestedOu }: FoldOptions,
): FoldProposal[] {
  const lasting = links.filter(({ limits }) => limits.notBefore === undefined && limits.expiresAt === undefined);
  const covered = lasting.map(({ link, limits }) => ({
    link,
    isNarrowed: limits.except !== undefined,
    accountIds: coverage(link.scope, organization, supportNestedOu, limits.except).accountIds,
  }));
  const claimed = new Set(covered.flatMap(({ accountIds }) => accountIds));
  const single = new Map<AccountId, Link>();
  const wider: Wider[] = [];
  for (const { link, isNarrowed, accountIds } of covered) {
    const { scope } = link;
    if (scope.type !== 'account') wider.push({ scope, accountIds, depth: 0, isDeclared: true });
    else if (!isNarrowed) for (const accountId of accountIds) single.set(accountId, link);
  }
  const [first] = links;
  if (!first || single.size === 0) return [];
  // A link of this scope that is there is left as it is: it may have limits, which a creation would not show.
  const declared = new Set(links.map(({ link }) => linkIdOf(link)));
  const isExact = ({ accountIds }: Candidate) =>
    accountIds.length >= LEAST_REPLACED &&
    accountIds.length <= claimed.size &&
    accountIds.every((accountId) => claimed.has(accountId));
  const added = candidates.filter(
    (candidate) => isExact(candidate) && isNew({ ...first.link, scope: candidate.scope }, declared),
  );
  return [
    ...cover(first.link, single, wider, 1),
    ...cover(
      first.link,
      single,
      added.map((candidate) => ({ ...candidate, isDeclared: false })),
      LEAST_REPLACED,
    ),
  ];
}

function isNew(link: Link, declared: ReadonlySet<string>): boolean {
  return !declared.has(linkIdOf(link)) && parseLinkText(printLink(link)).ok;
}

/** Takes the best of the wider links until none replaces enough; what is replaced leaves `single`. */
function cover(pair: Link, single: Map<AccountId, Link>, wider: readonly Wider[], least: number): FoldProposal[] {
  const proposals: FoldProposal[] = [];
  for (;;) {
    const [best] = wider
      .map((one) => ({ ...one, gain: one.accountIds.filter((accountId) => single.has(accountId)) }))
      .filter(({ gain }) => gain.length >= least)
      .sort(byPreference);
    if (!best) return proposals;
    const replaces = best.gain.flatMap((accountId) => single.get(accountId) ?? []);
    proposals.push(proposal({ ...pair, scope: best.scope }, best, replaces));
    for (const accountId of best.gain) single.delete(accountId);
  }
}

type Gaining = Wider & { readonly gain: readonly AccountId[] };

function byPreference(one: Gaining, other: Gaining): number {
  return (
    other.gain.length - one.gain.length ||
    PREFERENCE[one.scope.type] - PREFERENCE[other.scope.type] ||
    other.accountIds.length - one.accountIds.length ||
    other.depth - one.depth ||
    (printScope(one.scope) < printScope(other.scope) ? -1 : 1)
  );
}

function proposal(by: Link, { isDeclared, accountIds }: Wider, replaces: readonly Link[]): FoldProposal {
  const others = accountIds.length - replaces.length;
  const rest = others > 0 ? `, ${others} by other links that stay or are folded, too` : '';
  const why = isDeclared
    ? `is there already and covers ${replaces.length === 1 ? 'this account' : `these ${replaces.length} accounts`}`
    : `covers ${accountIds.length} accounts now, and all of them have this access: ${replaces.length} by these links${rest}`;
  const sorted = [...replaces].sort((one, other) => (printLink(one) < printLink(other) ? -1 : 1));
  return { by, isDeclared, replaces: sorted, why };
}
