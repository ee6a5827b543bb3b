import { type Answer, ok } from '../api/answer';
import type { RequestId } from '../domain/ids';
import type { LedgerRow } from '../domain/ledger-row';
import { pairPartition } from '../domain/ledger-row';
import { type Link, linkIdOf, pairIdOf } from '../domain/link';
import { indexOrganization, type Organization } from '../domain/organization';
import { type Change, operationOf } from '../domain/plan';
import type { LinkOutcome, PairPlan } from '../domain/plan-document';
import { Conflict } from '../ports/faults';
import type { OrganizationReader } from '../ports/organization-reader';
import { queryAll, type Store } from '../ports/store';
import type { Directory } from '../reconcile/directory';
import { wholePair } from '../reconcile/marked-pairs';
import type { OrganizationSnapshot } from '../reconcile/organization-snapshot';
import { planLinks } from '../reconcile/plan-links';
import { OverlayStore } from './overlay-store';
import type { LinkRequest } from './parse-link-request';
import type { IntakeWorld, Post } from './post';
import { readLink, submitLink } from './submit-link';

/** What planning needs, as the planner itself has it. */
export interface PreviewWorld {
  readonly directory: (store: Store) => Directory;
  readonly snapshot: OrganizationSnapshot;
  readonly organization: OrganizationReader;
  readonly supportNestedOu: boolean;
}

/** Changes shown at most; the numbers count all. AWS: a Lambda proxy answer has at most 6 MB. */
const MOST_CHANGES_SHOWN = 10_000;

/** The plan of a pair that nothing is known about. */
const NOTHING = { changes: [], links: [] };

/**
 * `POST /postLinkData?dryRun=true`: what the submission would change. It is submitted and planned by the same code as in
 * earnest, over a store that keeps writes in memory; nothing is stored.
 */
export async function previewLink(
  { store, clock, newId }: Pick<IntakeWorld, 'store' | 'clock' | 'newId'>,
  world: PreviewWorld,
  { requestId, submittedBy }: Post,
  { action, link, limits }: LinkRequest,
): Promise<Answer> {
  const overlay = new OverlayStore(store);
  const now = clock.now();
  const submitted = await submitLink({ store: overlay, newId }, link, await readLink(overlay, link), {
    state: action === 'create' ? 'present' : 'deleted',
    requestId: requestId as RequestId,
    submittedBy,
    source: 'api',
    ...(limits ? { limits } : {}),
    now,
  });
  if (!submitted) throw new Conflict('The link is being submitted.');
  const plan = await planLinks(wholePair(pairIdOf(link)), {
    store: overlay,
    directory: world.directory(overlay),
    organization: await organizationFor(world, link, now),
    supportNestedOu: world.supportNestedOu,
    planId: newId(),
    at: new Date(now).toISOString(),
  });
  return ok({ plan: await shown(overlay, link, plan ?? NOTHING) });
}

/** The organization as the planner would see it: as it was last read, or read again where that is too old. */
async function organizationFor(
  { snapshot, organization }: PreviewWorld,
  { scope }: Link,
  now: number,
): Promise<Organization> {
  const known = await snapshot.load();
  if (scope.type === 'account' && !(await snapshot.isMissing())) {
    const account = await organization.readAccount(scope.accountId);
    const others = [...known.accounts.values()].filter(({ id }) => id !== scope.accountId);
    return indexOrganization(known.managementAccountId, account ? [...others, account] : others);
  }
  const isOld = await snapshot.isOld(now);
  const accounts = isOld ? await organization.readAccounts() : [...known.accounts.values()];
  const read = indexOrganization(known.managementAccountId, accounts, isOld ? [] : known.organizationalUnits);
  if (scope.type !== 'ou_id' || read.organizationalUnits.has(scope.organizationalUnitId)) return read;
  const exists = await organization.organizationalUnitExists(scope.organizationalUnitId);
  return exists ? indexOrganization(known.managementAccountId, accounts, [scope.organizationalUnitId]) : read;
}

async function shown(store: Store, link: Link, { changes, links }: Pick<PairPlan, 'changes' | 'links'>) {
  const shownChanges = changes.flatMap(({ change }) => shownChange(change) ?? []);
  const count = (asked: string) => shownChanges.filter(({ kind }) => kind === asked).length;
  const touched = new Set(shownChanges.map(({ accountId }) => accountId));
  const outcome = links.find(({ linkId }) => linkId === linkIdOf(link))?.outcome;
  const [resolved] = links.flatMap((one) => (one.outcome.permissionSetArn ? [one.outcome] : []));
  const rows = resolved ? await rowsOf(store, link, resolved) : [];
  return {
    create: count('create'),
    delete: count('delete'),
    unchanged: rows.filter(({ accountId, desired }) => desired && !touched.has(accountId)).length,
    changes: shownChanges.slice(0, MOST_CHANGES_SHOWN),
    waitingFor: outcome?.waitingFor ?? [],
    skipped: outcome?.skipped ?? [],
  };
}

function shownChange(change: Change) {
  const kind = operationOf(change);
  if (kind === undefined) return undefined;
  const reason = change.type === 'revise' ? change.reason : change.row.reason;
  return { accountId: change.row.accountId, kind, reason };
}

/** The assignments of the link's permission set and principal that are managed now. */
async function rowsOf(store: Store, { principal }: Link, { permissionSetArn, principalId }: LinkOutcome) {
  if (!permissionSetArn || !principalId) return [];
  const pk = pairPartition({ permissionSetArn, principalType: principal.type, principalId });
  return (await queryAll(store, { table: 'ledger', pk })) as unknown as LedgerRow[];
}
