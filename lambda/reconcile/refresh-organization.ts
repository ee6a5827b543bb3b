import type { AccountId, OrganizationalUnitId } from '../domain/ids';
import type { Fence } from '../domain/lease';
import type { LinkDocument } from '../domain/link-document';
import type { Mark } from '../domain/slice';
import { begin, type LeadContext } from '../leadership/lead';
import type { OrganizationReader } from '../ports/organization-reader';
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
  if (marks.length > 0) await refresh(context, begun.fence, await needs(context, marks));
  return { overtaken: false, marks };
}

/** What of the organization the marked slices depend on. */
interface Needs {
  /** Scopes that range over many accounts. */
  everything: boolean;
  readonly accountIds: Set<AccountId>;
  readonly organizationalUnitIds: Set<OrganizationalUnitId>;
}

async function needs({ store }: RefreshContext, marks: readonly Mark[]): Promise<Needs> {
  const found: Needs = { everything: false, accountIds: new Set(), organizationalUnitIds: new Set() };
  for await (const document of markedLinks(store, marks)) addNeeds(found, document);
  for (const { slice } of marks) {
    if (slice.kind === 'account') found.accountIds.add(slice.accountId);
    if (slice.kind === 'organizationalUnit' || slice.kind === 'everything') found.everything = true;
  }
  return found;
}

/** Of deleted links, too: what they claimed is removed only in accounts that can be worked in. */
function addNeeds(found: Needs, { state, scopeType, scopeValue }: LinkDocument): void {
  if (scopeType === 'account') found.accountIds.add(scopeValue as AccountId);
  else found.everything = true;
  const namesUnit = state === 'present' && scopeType === 'ou_id';
  if (namesUnit) found.organizationalUnitIds.add(scopeValue as OrganizationalUnitId);
}

async function refresh({ clock, organization, snapshot }: RefreshContext, fence: Fence, need: Needs): Promise<void> {
  const startedAt = clock.now();
  if ((await snapshot.isMissing()) || (need.everything && (await snapshot.isOld(startedAt)))) {
    const accounts = await organization.readAccounts();
    await snapshot.replace(fence, accounts, { readAt: startedAt, tookMs: clock.now() - startedAt });
  } else {
    for (const accountId of need.accountIds) {
      await snapshot.update(fence, accountId, await organization.readAccount(accountId));
    }
  }
  for (const id of await snapshot.unknownUnits(need.organizationalUnitIds)) {
    if (await organization.organizationalUnitExists(id)) await snapshot.addUnit(fence, id);
  }
}
