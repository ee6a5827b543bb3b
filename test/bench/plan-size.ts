import { expandScopes, type ScopedLink } from '../../lambda/domain/claims';
import type {
  AccountId,
  OrganizationalUnitId,
  PermissionSetArn,
  PermissionSetName,
  PrincipalId,
} from '../../lambda/domain/ids';
import type { LedgerPair } from '../../lambda/domain/ledger-row';
import { linkIdOf, printLink } from '../../lambda/domain/link';
import { indexOrganization, type Organization } from '../../lambda/domain/organization';
import { planPair } from '../../lambda/domain/plan';
import { account } from '../support/links';
import { table } from './table';

const ACCOUNTS = 10_000;
const UNITS = 50;
const LINKS_PER_PAIR = UNITS;
const MANAGEMENT = '999999999999' as AccountId;

interface Measured {
  readonly claims: number;
  readonly seconds: number;
  readonly onePassSeconds: number;
}

function organization(): Organization {
  const accounts = Array.from({ length: ACCOUNTS }, (_, index) =>
    account(String(100000000000 + index), [`ou-ab12-unit${String(index % UNITS).padStart(4, '0')}`]),
  );
  return indexOrganization(MANAGEMENT, accounts);
}

function pairNumber(index: number): LedgerPair {
  return {
    permissionSetName: `ps-${index}` as PermissionSetName,
    permissionSetArn:
      `arn:aws:sso:::permissionSet/ssoins-1111222233334444/ps-${String(index).padStart(16, '0')}` as PermissionSetArn,
    principalType: 'GROUP',
    principalName: `group ${index}`,
    principalId: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}` as PrincipalId,
  };
}

function linksOf(pair: LedgerPair): ScopedLink[] {
  return Array.from({ length: LINKS_PER_PAIR }, (_, unit) => {
    const organizationalUnitId = `ou-ab12-unit${String(unit).padStart(4, '0')}` as OrganizationalUnitId;
    const scope = { type: 'ou_id' as const, organizationalUnitId };
    const link = {
      permissionSetName: pair.permissionSetName,
      principal: { type: pair.principalType, name: pair.principalName },
      scope,
    };
    return { linkId: linkIdOf(link), linkData: printLink(link), scope };
  });
}

/** Plans everything from nothing; and, to compare, only visits every claim once. */
function measure(pairs: number): Measured {
  const world = organization();
  const inputs = Array.from({ length: pairs }, (_, index) => pairNumber(index)).map((pair) => ({
    pair,
    links: linksOf(pair),
  }));
  const visitedAt = performance.now();
  let claims = 0;
  for (const { links } of inputs) {
    for (const claimed of expandScopes(links, world, true).values()) claims += claimed.length;
  }
  const onePassSeconds = (performance.now() - visitedAt) / 1000;
  const startedAt = performance.now();
  for (const { pair, links } of inputs) {
    const nothing = {
      deletedLinks: new Set<never>(),
      outOfTime: new Map<never, never>(),
      resubmitted: new Set<never>(),
      retriesParked: false,
      rows: [],
      existing: new Set<never>(),
      imported: new Set<never>(),
    };
    planPair({ pair, links, ...nothing, organization: world, supportNestedOu: true, resolves: true, planId: 'bench' });
  }
  return { claims, seconds: (performance.now() - startedAt) / 1000, onePassSeconds };
}

const ROUNDS = 3;

function best(measured: readonly Measured[]): Measured {
  return measured.reduce((one, other) => (other.seconds < one.seconds ? other : one));
}

/** Row 3: planning 10,000 accounts × 5,000 links, 1,000,000 claims, and twice as much. */
export function benchPlan(): void {
  measure(10);
  // In turns, the best of each: other load on the machine hits both alike.
  const rounds = Array.from({ length: ROUNDS }, () => ({ once: measure(100), twice: measure(200) }));
  const once = best(rounds.map((round) => round.once));
  const twice = best(rounds.map((round) => round.twice));
  const peakMegabytes = process.resourceUsage().maxRSS / 1024;
  table([
    [
      `${once.claims.toLocaleString('en')} claims of 5,000 links`,
      `${once.seconds.toFixed(2)} s`,
      `one pass over the claims ${once.onePassSeconds.toFixed(2)} s`,
      'bar ≤ 10 s',
    ],
    ['twice the work', `${(twice.seconds / once.seconds).toFixed(2)} ×`, 'ideal 2 ×', 'bar ≤ 2.3 ×'],
    ['memory of the process', `${peakMegabytes.toFixed(0)} MiB`, '', 'bar ≤ 1,024 MiB'],
  ]);
}
