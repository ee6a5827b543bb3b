import { assignmentState } from '../domain/assignment-state';
import { waitsForPlan } from '../domain/held-plan';
import type { LedgerRow } from '../domain/ledger-row';
import { pairPartition } from '../domain/ledger-row';
import { structuredLinkOf } from '../domain/link';
import { type LinkDocument, linkOfDocument } from '../domain/link-document';
import { outOfTime } from '../domain/link-limits';
import { waitsForPolicy } from '../domain/missing-policy';
import { queryAll, type Store } from '../ports/store';

/** The assignments a link claims, counted. */
export interface ClaimedAssignments {
  readonly desired: number;
  readonly provisioned: number;
  /** Set aside after repeated failure, or in an account that cannot be worked in. */
  readonly failed: number;
  /** In an account that lacks a policy of the permission set; absent when there is none. */
  readonly held?: number;
}

/** The words of a request's status, `EXPIRED` once a link is over, and `DELETING` until the removal of a deleted link is planned. */
export type LinkStatus =
  | 'ACCEPTED'
  | 'APPLYING'
  | 'WAITING'
  | 'HELD'
  | 'COMPLETED'
  | 'COMPLETED_WITH_FAILURES'
  | 'EXPIRED'
  | 'DELETING';

/** Whether a link is shown: a tombstone only until its removal is planned and nothing of it is held. */
export function isShown({ state, openRequests, outcome }: LinkDocument): boolean {
  return state === 'present' || openRequests.length > 0 || outcome?.heldBy !== undefined;
}

/**
 * How a link stands. `ACCEPTED`: its last submission is not planned yet. `APPLYING`: an assignment it claims is on its
 * way. `WAITING`: something it names does not exist, its time has not come, or an account lacks a policy. `HELD`: a plan that
 * waits for a decision would remove what it claimed. `EXPIRED`: it was planned after its time and claims nothing any more.
 * `COMPLETED…`: everything it claims is as desired, or has failed.
 */
export function linkStatus(document: LinkDocument, claimed: ClaimedAssignments): LinkStatus {
  const { state, generation, outcome, limits = {} } = document;
  const { held = 0 } = claimed;
  const isPlanned = outcome !== undefined && outcome.generation >= generation;
  if (state === 'deleted') return isPlanned && outcome.heldBy !== undefined ? 'HELD' : 'DELETING';
  if (!isPlanned) return 'ACCEPTED';
  const isOver = outOfTime(limits, Date.parse(outcome.at))?.phase === 'over';
  if (isOver) return outcome.heldBy === undefined ? 'EXPIRED' : 'HELD';
  if (claimed.provisioned + claimed.failed + held < claimed.desired) return 'APPLYING';
  if (outcome.heldBy !== undefined) return 'HELD';
  if (outcome.waitingFor.length > 0 || held > 0) return 'WAITING';
  return claimed.failed > 0 ? 'COMPLETED_WITH_FAILURES' : 'COMPLETED';
}

/** Shows links. Links of one pair share its rows, so rows are read once per pair and answer. */
export class LinkView {
  private readonly rows = new Map<string, Promise<LedgerRow[]>>();

  constructor(private readonly store: Store) {}

  async show(document: LinkDocument): Promise<Readonly<Record<string, unknown>>> {
    const claimed = (await this.rowsOf(document)).filter((row) => isClaimedBy(row, document));
    const assignments = count(claimed);
    return {
      linkId: document.linkId,
      link: structuredLinkOf(linkOfDocument(document), document.limits),
      linkData: document.linkData,
      // A deletion that is held has the status of a link that is held.
      ...(document.state === 'deleted' ? { deleted: true } : {}),
      status: linkStatus(document, assignments),
      waitingFor: [...waitingForOf(document), ...policiesWaitedFor(claimed)],
      skipped: document.outcome?.skipped ?? [],
      assignments,
    };
  }

  /** The rows of the ids that the link's names stood for when it was planned last. */
  private rowsOf({ outcome, principalType }: LinkDocument): Promise<LedgerRow[]> {
    if (!outcome?.permissionSetArn || !outcome.principalId) return Promise.resolve([]);
    const { permissionSetArn, principalId } = outcome;
    const pk = pairPartition({ permissionSetArn, principalType, principalId });
    const read =
      this.rows.get(pk) ??
      queryAll(this.store, { table: 'ledger', pk }).then((items) => items as unknown as LedgerRow[]);
    this.rows.set(pk, read);
    return read;
  }
}

function waitingForOf({ outcome }: LinkDocument): string[] {
  return [...(outcome?.waitingFor ?? []), ...(outcome?.heldBy === undefined ? [] : [waitsForPlan(outcome.heldBy)])];
}

function isClaimedBy(row: LedgerRow, { linkId }: LinkDocument): boolean {
  return row.desired && row.claims.some((claim) => claim.linkId === linkId);
}

/** Shown at most; the assignments tell all of them. */
const MOST_POLICIES_SHOWN = 100;

function policiesWaitedFor(rows: readonly LedgerRow[]): string[] {
  return rows
    .filter((row) => assignmentState(row) === 'HELD')
    .slice(0, MOST_POLICIES_SHOWN)
    .map(({ accountId, parked }) => waitsForPolicy(accountId, parked?.missingPolicy ?? ''));
}

function count(rows: readonly LedgerRow[]): ClaimedAssignments {
  const states = rows.map(assignmentState);
  const held = states.filter((state) => state === 'HELD').length;
  return {
    desired: states.length,
    provisioned: states.filter((state) => state === 'PROVISIONED').length,
    failed: states.filter((state) => state === 'FAILED' || state === 'UNREACHABLE').length,
    ...(held > 0 ? { held } : {}),
  };
}
