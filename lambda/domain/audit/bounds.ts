import type { Claim } from '../claims';
import type { AuditClaim, AuditFacts } from './audit-event';

/**
 * AWS: an entry of PutEvents has at most 256 kB. A claim has at most some 4 kB, since a link names a principal of up to 1,024
 * characters; two lists of claims, two of texts and what else there is stay below 250 kB.
 */
const MOST_CLAIMS = 20;
const MOST_TEXTS = 10;
const MOST_CHARACTERS = 1_000;

/** A text as an event tells it. */
export function bounded(text: string): string {
  return text.length <= MOST_CHARACTERS ? text : `${text.slice(0, MOST_CHARACTERS)}…`;
}

/** The first of several texts. */
export function boundedTexts(texts: readonly string[]): string[] {
  return texts.slice(0, MOST_TEXTS).map(bounded);
}

/** The first claims of an assignment, how many it has, and the first of those that it lost. */
export function toldClaims(
  now: readonly Claim[],
  former: readonly Claim[] = [],
): Pick<AuditFacts, 'claims' | 'formerClaims' | 'claimCount'> {
  const kept = new Set(now.map(({ linkId }) => linkId));
  const lost = former.filter(({ linkId }) => !kept.has(linkId));
  return {
    claims: firstClaims(now),
    ...(lost.length > 0 ? { formerClaims: firstClaims(lost) } : {}),
    claimCount: now.length,
  };
}

function firstClaims(claims: readonly Claim[]): AuditClaim[] {
  return claims.slice(0, MOST_CLAIMS).map(({ linkId, linkData }) => ({ linkId, linkData }));
}
