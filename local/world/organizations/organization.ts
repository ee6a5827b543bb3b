import type { Clock, Random } from '../../clock';
import { type LatencyShape, logNormalLatency, splitRandom } from '../latency';
import { decodePageToken, encodePageToken } from '../page-token';
import { PagedMap } from '../paged-map';
import type { WorldEvent, WorldEventListener } from '../world-event';
import { invalidToken } from './faults';
import type { AccountState, OrganizationTree } from './tree';

/** Published limits, and assumptions where AWS publishes nothing. */
export interface OrganizationBehaviour {
  /** Chance that a page is empty although more follows. AWS: any list may do so. */
  readonly emptyPageProbability: number;
  /** Assumption: nothing is published about how long an account takes. */
  readonly accountCreation: LatencyShape;
  readonly accountClosure: LatencyShape;
  /** AWS: 5 account creations and 3 closures at a time. */
  readonly concurrentCreations: number;
  readonly concurrentClosures: number;
  /** AWS: 5 levels below the root, 2,000 organizational units, 50 tags on a resource. */
  readonly unitDepth: number;
  readonly units: number;
  readonly tagsPerResource: number;
  /** Whether accounts show the retired member `Status` beside `State`. */
  readonly showStatus: boolean;
}

export const DEFAULT_ORGANIZATION_BEHAVIOUR: OrganizationBehaviour = {
  emptyPageProbability: 0.1,
  accountCreation: { medianMs: 20_000, p99Ms: 120_000 },
  accountClosure: { medianMs: 20_000, p99Ms: 120_000 },
  concurrentCreations: 5,
  concurrentClosures: 3,
  unitDepth: 5,
  units: 2_000,
  tagsPerResource: 50,
  showStatus: true,
};

/** AWS serves Organizations, and records its events, in one Region of the partition. */
export const ORGANIZATIONS_REGION = 'us-east-1';

/** AWS: at most 20 entries a page. */
const PAGE_SIZE = 20;

export interface CreateAccountRequest {
  readonly id: string;
  readonly accountName: string;
  readonly requestedAt: Date;
  state: 'IN_PROGRESS' | 'SUCCEEDED' | 'FAILED';
  completedAt?: Date;
  accountId?: string;
  failureReason?: string;
}

/** An invitation of an account that is not a member. */
export interface Invitation {
  readonly id: string;
  readonly accountId: string;
  readonly requestedAt: Date;
  readonly tags: ReadonlyMap<string, string>;
  state: 'OPEN' | 'ACCEPTED' | 'DECLINED' | 'CANCELED';
}

export interface Delegation {
  readonly accountId: string;
  readonly servicePrincipal: string;
  readonly enabledAt: Date;
}

export interface OrganizationOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly tree: OrganizationTree;
  readonly managementAccountEmail: string;
  readonly delegations: readonly Delegation[];
  readonly createdAt: Date;
  readonly behaviour?: Partial<OrganizationBehaviour>;
  readonly onEvent?: WorldEventListener;
}

/** The state of one organization, shared by the operations that work on it. */
export class Organization {
  readonly clock: Clock;
  readonly tree: OrganizationTree;
  readonly managementAccountId: string;
  readonly managementAccountEmail: string;
  readonly delegations: readonly Delegation[];
  readonly createdAt: Date;
  readonly behaviour: OrganizationBehaviour;
  readonly creations = new PagedMap<CreateAccountRequest>();
  readonly invitations = new PagedMap<Invitation>();
  creationsInProgress = 0;
  closuresInProgress = 0;
  /** Multiplies the latency of creations and closures that start from now on. */
  latencyFactor = 1;
  readonly drawCreationMs: () => number;
  readonly drawClosureMs: () => number;
  readonly idRandom: Random;
  private readonly pageChance: Random;
  private readonly onEvent: WorldEventListener | undefined;

  constructor(options: OrganizationOptions) {
    this.clock = options.clock;
    this.tree = options.tree;
    this.managementAccountId = options.tree.ids.managementAccountId;
    this.managementAccountEmail = options.managementAccountEmail;
    this.delegations = options.delegations;
    this.createdAt = options.createdAt;
    this.behaviour = { ...DEFAULT_ORGANIZATION_BEHAVIOUR, ...options.behaviour };
    this.idRandom = splitRandom(options.random);
    this.pageChance = splitRandom(options.random);
    this.drawCreationMs = logNormalLatency(splitRandom(options.random), this.behaviour.accountCreation);
    this.drawClosureMs = logNormalLatency(splitRandom(options.random), this.behaviour.accountClosure);
    this.onEvent = options.onEvent;
  }

  now(): Date {
    return new Date(this.clock.now());
  }

  isDelegatedAdministrator(accountId: string): boolean {
    return this.delegations.some((delegation) => delegation.accountId === accountId);
  }

  /** Account creations and closures that have not ended. */
  inFlight(): number {
    return this.creationsInProgress + this.closuresInProgress;
  }

  /** One page of a list, as `{ items, NextToken? }`; by chance it is empty and the same page comes next. */
  page<V>(
    map: PagedMap<V>,
    list: string,
    input: { readonly MaxResults?: number; readonly NextToken?: string },
    accepts?: (value: V) => boolean,
  ): { items: V[]; NextToken?: string } {
    const [after = 0, wasEmpty = 0] = this.positionOf(list, input.NextToken);
    const limit = input.MaxResults ?? PAGE_SIZE;
    const page = map.page({ after, limit, ...(accepts ? { accepts } : {}) });
    const isEmptied = wasEmpty === 0 && this.pageChance() < this.behaviour.emptyPageProbability;
    if (isEmptied && page.items.length > 0) return { items: [], NextToken: encodePageToken(list, [after, 1]) };
    return {
      items: page.items,
      ...(page.next === undefined ? {} : { NextToken: encodePageToken(list, [page.next, 0]) }),
    };
  }

  emit(event: Omit<WorldEvent, 'accountId' | 'region' | 'time'>): void {
    this.onEvent?.({
      ...event,
      accountId: this.managementAccountId,
      region: ORGANIZATIONS_REGION,
      time: this.clock.now(),
    });
  }

  private positionOf(list: string, token: string | undefined): number[] {
    if (token === undefined) return [];
    const position = decodePageToken(list, token);
    if (!position) throw invalidToken();
    return position;
  }
}

/** The retired `Status` of a `State`; assumption for the states that it never knew. */
export function statusOf(state: AccountState): 'ACTIVE' | 'SUSPENDED' | 'PENDING_CLOSURE' {
  if (state === 'ACTIVE' || state === 'PENDING_ACTIVATION') return 'ACTIVE';
  return state === 'PENDING_CLOSURE' ? 'PENDING_CLOSURE' : 'SUSPENDED';
}
