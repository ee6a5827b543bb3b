import type { ScopedLink } from '../domain/claims';
import { coverage } from '../domain/claims';
import { type LedgerPair, type LedgerRow, pairPartition } from '../domain/ledger-row';
import { type LinkDocument, linkOfDocument } from '../domain/link-document';
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
  const { waitingFor, skipped } = document.state === 'deleted' ? leftBehind(document, input) : covered(document, input);
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
  return { linkId: document.linkId, linkData: document.linkData, scope: linkOfDocument(document).scope };
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

function covered(document: LinkDocument, { resolution, organization, supportNestedOu }: OutcomeInput): Leftover {
  const { waitingFor, skipped } = coverage(scopedLink(document).scope, organization, supportNestedOu);
  return { waitingFor: [...resolution.waitingFor, ...waitingFor], skipped };
}

/** A deletion is not over while assignments of its link are left in accounts that cannot be worked in. */
function leftBehind({ linkId }: LinkDocument, { rows, organization }: OutcomeInput): Leftover {
  const skipped = rows
    .filter(({ claims }) => claims.some((claim) => claim.linkId === linkId))
    .flatMap(({ accountId }) => {
      const message = unreachableReason(organization, accountId);
      return message === undefined ? [] : [{ accountId, message }];
    });
  return { waitingFor: skipped.map(({ message }) => `account: ${message}`), skipped };
}
