import type { AccountId, OrganizationalUnitId } from '../domain/ids';
import type { Fence } from '../domain/lease';
import type { LinkDocument } from '../domain/link-document';
import type { Mark } from '../domain/slice';
import { begin, type LeadContext } from '../leadership/lead';
import type { OrganizationReader } from '../ports/organization-reader';
import type { Store } from '../ports/store';
import { collectMarks } from './collect-marks';
import { markedLinks } from './marked-links';
import type { OrganizationSnapshot } from './organization-snapshot';

export interface RefreshContext extends LeadContext {
  readonly organization: OrganizationReader;
  readonly snapshot: OrganizationSnapshot;
}

export type RefreshResult =
  | { readonly overtaken: true }
  | { readonly overtaken: false; readonly marks: readonly Mark[] };

/**
 * Begins a pass: reads the marks first, then brings the snapshot of the organization up to date as far as the marked
 * slices need it. Whatever changes after the marks were read marks its slice again.
 */
export async function refreshOrganization(context: RefreshContext): Promise<RefreshResult> {
  const begun = await begin(context);
  if (!begun) return { overtaken: true };
  const marks = await collectMarks(context.store, begun.fence, begun.before, context.clock.now());
  if (!marks) return { overtaken: true };
  // Without its writes the next step, which begins anew, would plan with what was known before the marks.
  if (marks.length > 0 && !(await bringUpToDate(context, begun.fence, marks))) return { overtaken: true };
  return { overtaken: false, marks };
}

/** Reads again what of the organization the marked slices need. False: somebody else has begun since, the snapshot is theirs. */
export async function bringUpToDate(
  context: Pick<RefreshContext, 'store' | 'clock' | 'organization' | 'snapshot'>,
  fence: Fence,
  marks: readonly Mark[],
): Promise<boolean> {
  return refresh(context, fence, await needs(context.store, marks));
}

/** What of the organization the marked slices depend on. */
interface Needs {
  /** `now`: all accounts. `recent`: all accounts, as they were not long ago; scopes range over many. */
  accounts: 'none' | 'recent' | 'now';
  readonly accountIds: Set<AccountId>;
  /** Units that links name. */
  readonly namedUnits: Set<OrganizationalUnitId>;
  /** Units that something happened to. */
  readonly changedUnits: Set<OrganizationalUnitId>;
}

async function needs(store: Store, marks: readonly Mark[]): Promise<Needs> {
  const found: Needs = { accounts: 'none', accountIds: new Set(), namedUnits: new Set(), changedUnits: new Set() };
  for await (const document of markedLinks(store, marks)) addNeeds(found, document);
  for (const { slice } of marks) {
    if (slice.kind === 'account') found.accountIds.add(slice.accountId);
    if (slice.kind === 'organizationalUnit') found.changedUnits.add(slice.organizationalUnitId);
    if (slice.kind === 'everything') found.accounts = 'now';
  }
  return found;
}

/** Of deleted links, too: what they claimed is removed only in accounts that can be worked in. */
function addNeeds(found: Needs, { state, scopeType, scopeValue }: LinkDocument): void {
  if (scopeType === 'account') found.accountIds.add(scopeValue as AccountId);
  else if (found.accounts === 'none') found.accounts = 'recent';
  const namesUnit = state === 'present' && scopeType === 'ou_id';
  if (namesUnit) found.namedUnits.add(scopeValue as OrganizationalUnitId);
}

/** Above this many accounts to read again one by one, all are read at once. */
const MOST_SINGLE_READS = 100;

async function refresh(
  { clock, organization, snapshot }: Pick<RefreshContext, 'clock' | 'organization' | 'snapshot'>,
  fence: Fence,
  need: Needs,
): Promise<boolean> {
  const startedAt = clock.now();
  const isOld = need.accounts === 'recent' && (await snapshot.isOld(startedAt));
  const single = new Set([...need.accountIds, ...(await snapshot.accountsBelow(need.changedUnits))]);
  if (need.accounts === 'now' || isOld || single.size > MOST_SINGLE_READS || (await snapshot.isMissing())) {
    const accounts = await organization.readAccounts();
    const read = { readAt: startedAt, tookMs: clock.now() - startedAt };
    if (!(await snapshot.replace(fence, accounts, read))) return false;
  } else {
    for (const accountId of single) {
      if (!(await snapshot.update(fence, accountId, await organization.readAccount(accountId)))) return false;
    }
  }
  const unknown = await snapshot.unknownUnits(new Set([...need.namedUnits, ...need.changedUnits]));
  for (const id of new Set([...unknown, ...need.changedUnits])) {
    if (!(await snapshot.updateUnit(fence, id, await organization.organizationalUnitExists(id)))) return false;
  }
  return true;
}
