import type { Clock } from '../../clock';
import { type BucketLimit, TokenBucket } from '../token-bucket';

interface Throttle {
  readonly account: BucketLimit;
  readonly organization?: BucketLimit;
}

const limit = (ratePerSecond: number, burst: number): BucketLimit => ({ ratePerSecond, burst });
const LIST_CHILDREN_OF_PARENT: Throttle = { account: limit(5, 8), organization: limit(6, 10) };
const ONE_A_SECOND: Throttle = { account: limit(1, 2) };
const TWO_A_SECOND: Throttle = { account: limit(2, 2), organization: limit(2, 3) };
const MOVE: Throttle = { account: limit(2, 3) };
const TAG: Throttle = { account: limit(4, 6) };

/** AWS: rate and burst of each operation, per calling account and over the whole organization. */
export const THROTTLES: Readonly<Record<string, Throttle>> = {
  DescribeAccount: { account: limit(20, 30), organization: limit(24, 36) },
  ListAccounts: { account: limit(8, 12), organization: limit(9, 15) },
  ListChildren: { account: limit(6, 10), organization: limit(7, 12) },
  ListParents: LIST_CHILDREN_OF_PARENT,
  ListAccountsForParent: LIST_CHILDREN_OF_PARENT,
  ListOrganizationalUnitsForParent: LIST_CHILDREN_OF_PARENT,
  ListTagsForResource: { account: limit(10, 15), organization: limit(12, 18) },
  ListRoots: { account: limit(1, 2), organization: limit(1, 3) },
  DescribeOrganization: ONE_A_SECOND,
  CreateOrganizationalUnit: ONE_A_SECOND,
  DescribeOrganizationalUnit: TWO_A_SECOND,
  DescribeCreateAccountStatus: TWO_A_SECOND,
  ListCreateAccountStatus: LIST_CHILDREN_OF_PARENT,
  ListDelegatedAdministrators: LIST_CHILDREN_OF_PARENT,
  ListDelegatedServicesForAccount: { account: limit(1, 3), organization: limit(1, 4) },
  TagResource: TAG,
  UntagResource: TAG,
  MoveAccount: MOVE,
  UpdateOrganizationalUnit: MOVE,
  DeleteOrganizationalUnit: MOVE,
  RemoveAccountFromOrganization: { account: limit(2, 2) },
  CreateAccount: { account: limit(0.1, 3) },
  CloseAccount: { account: limit(0.05, 1) },
};

/** The token buckets of one organization. */
export class Throttles {
  private readonly buckets = new Map<string, TokenBucket>();

  constructor(private readonly clock: Clock) {}

  /** Takes a token for this call if every bucket it draws from has one. */
  take(operation: string, accountId: string): boolean {
    const throttle = Object.hasOwn(THROTTLES, operation) ? THROTTLES[operation] : undefined;
    if (!throttle) return true;
    const buckets = [this.bucket(`${operation} ${accountId}`, throttle.account)];
    if (throttle.organization) buckets.push(this.bucket(operation, throttle.organization));
    if (!buckets.every((bucket) => bucket.hasToken())) return false;
    for (const bucket of buckets) bucket.take();
    return true;
  }

  private bucket(key: string, limits: BucketLimit): TokenBucket {
    const known = this.buckets.get(key);
    if (known) return known;
    const bucket = new TokenBucket(this.clock, limits);
    this.buckets.set(key, bucket);
    return bucket;
  }
}
