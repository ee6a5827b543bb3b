import type { ScopedLink } from '../domain/claims';
import { coverage } from '../domain/claims';
import type { LinkId } from '../domain/ids';
import { type LedgerPair, type LedgerRow, pairPartition } from '../domain/ledger-row';
import { type LinkDocument, linkOfDocument } from '../domain/link-document';
import { type OutOfTime, outOfTime } from '../domain/link-limits';
import { type Organization, unreachableReason } from '../domain/organization';
import type { EarlierIds, LinkOutcome } from '../domain/plan-document';
import { type Resolution, standingOf, storedPair } from './resolve-pair';

/** What the outcome of a link depends on besides the link. */
export interface OutcomeInput {
  readonly resolution: Resolution;
  /** Pairs of ids, other than those that the names stand for now, of which rows are or may be left. */
  readonly remaining: readonly LedgerPair[];
  readonly rows: readonly LedgerRow[];
  readonly organization: Organization;
  readonly supportNestedOu: boolean;
  /** ISO 8601. */
  readonly at: string;
}

/** A link shows at most this many of the accounts that were left out; the rest is counted. */
const MOST_SKIPPED_SHOWN = 100;
/** Ids that a name stood for earlier and that are still looked after. */
const MOST_EARLIER = 20;

/** What planning found out about one link. */
export function outcomeOf(document: LinkDocument, input: OutcomeInput): LinkOutcome {
  const isOver = document.state === 'deleted' || timeOf(document, input.at)?.phase === 'over';
  const { waitingFor, skipped } = isOver ? leftBehind(document, input) : covered(document, input);
  return {
    generation: document.generation,
    at: input.at,
    ...idsOf(document, input),
    waitingFor: waitingFor.slice(0, MOST_SKIPPED_SHOWN),
    skipped: skipped.slice(0, MOST_SKIPPED_SHOWN),
    skippedCount: skipped.length,
  };
}

export function scopedLink(document: LinkDocument): ScopedLink {
  const { linkId, linkData, limits: { except } = {} } = document;
  return { linkId, linkData, scope: linkOfDocument(document).scope, ...(except ? { except } : {}) };
}

/** Links that claim nothing at this time (ISO 8601), and why. */
export function linksOutOfTime(documents: readonly LinkDocument[], at: string): Map<LinkId, string> {
  const found = new Map<LinkId, string>();
  for (const document of documents) {
    const reason = timeOf(document, at);
    if (reason) found.set(document.linkId, reason.message);
  }
  return found;
}

function timeOf({ limits = {} }: LinkDocument, at: string): OutOfTime | undefined {
  return outOfTime(limits, Date.parse(at));
}

/** Whether an outcome says what the last one said. */
export function saysTheSame(one: LinkOutcome, other: LinkOutcome | undefined): boolean {
  return other !== undefined && JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
}

function sorted({ at: _, ...outcome }: LinkOutcome): unknown {
  return Object.entries(outcome).sort(([left], [right]) => (left < right ? -1 : 1));
}

function idsOf(document: LinkDocument, { resolution, remaining }: OutcomeInput): Partial<LinkOutcome> {
  const stored = storedPair(document);
  const isKept = stored !== undefined && standingOf(stored, resolution).standing === 'kept';
  const ids = resolution.pair ?? (isKept ? stored : undefined);
  const earlier = remaining
    .filter((pair) => ids === undefined || pairPartition(pair) !== pairPartition(ids))
    .map(({ permissionSetArn, principalId }): EarlierIds => ({ permissionSetArn, principalId }))
    .slice(0, MOST_EARLIER);
  return {
    ...(ids ? { permissionSetArn: ids.permissionSetArn, principalId: ids.principalId } : {}),
    ...(earlier.length > 0 ? { earlier } : {}),
  };
}

type Leftover = Pick<LinkOutcome, 'waitingFor' | 'skipped'>;

function covered(document: LinkDocument, input: OutcomeInput): Leftover {
  const { resolution, organization, supportNestedOu, at } = input;
  const { scope, except } = scopedLink(document);
  const { waitingFor, skipped } = coverage(scope, organization, supportNestedOu, except);
  const early = timeOf(document, at);
  const begins = early ? [`time: ${early.message}`] : [];
  return { waitingFor: [...resolution.waitingFor, ...waitingFor, ...begins], skipped };
}

/** A deletion or an expiry is not over while assignments of its link are left in accounts that cannot be worked in. */
function leftBehind({ linkId }: LinkDocument, { rows, organization }: OutcomeInput): Leftover {
  const skipped = rows
    .filter(({ claims }) => claims.some((claim) => claim.linkId === linkId))
    .flatMap(({ accountId }) => {
      const message = unreachableReason(organization, accountId);
      return message === undefined ? [] : [{ accountId, message }];
    });
  return { waitingFor: skipped.map(({ message }) => `account: ${message}`), skipped };
}
