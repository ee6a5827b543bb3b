import type { Chance } from './chance';
import type { SorePlace } from './circumstances';

/** Everything that may go wrong. */
export const FAULT_KINDS = [
  'event lost',
  'event doubled',
  'event delayed',
  'bell lost',
  'bell doubled',
  'throttled',
  'unavailable',
  'outcome unknown before the effect',
  'outcome unknown after the effect',
  'operation failed',
  'conflict at submit',
  'crash',
  'answer of a step lost',
  'freeze',
  'stale read',
  'failed lookup',
] as const;

export type FaultKind = (typeof FAULT_KINDS)[number];

/** How often each may happen, per occasion. */
const HIGHEST: Readonly<Record<FaultKind, number>> = {
  'event lost': 0.4,
  'event doubled': 0.4,
  'event delayed': 0.6,
  'bell lost': 0.5,
  'bell doubled': 0.5,
  throttled: 0.04,
  unavailable: 0.03,
  'outcome unknown before the effect': 0.02,
  'outcome unknown after the effect': 0.03,
  'operation failed': 0.3,
  'conflict at submit': 0.2,
  crash: 0.02,
  'answer of a step lost': 0.01,
  freeze: 0.01,
  'stale read': 0.5,
  'failed lookup': 0.5,
};

/** What goes wrong outside of functions: whoever has to ring can do so. */
const OUTSIDE: readonly FaultKind[] = [
  'event lost',
  'event doubled',
  'event delayed',
  'bell doubled',
  'operation failed',
  'conflict at submit',
  'stale read',
  'failed lookup',
];

/**
 * Places in the code that fail often, of which each seed has its own: what has to fail twice, or at one certain moment,
 * would hardly ever do so otherwise.
 */
const SORE_SHARE = 0.1;
const SORE_FACTOR = 20;
const SORE_MOST = 0.6;

/** Seeds without any fault, seeds with faults outside of functions only, and the share of the kinds that a seed has. */
const FAULTLESS_SHARE = 0.2;
const OUTSIDE_SHARE = 0.2;
const KIND_SHARE = 0.4;

/** The faults of one seed: some kinds at random rates, counted, until they are ended. */
export class Faults {
  private readonly rates = new Map<FaultKind, number>();
  private readonly sore = new Map<string, boolean>();
  private active = true;
  readonly counts = new Map<FaultKind, number>();

  constructor(
    private readonly chance: Chance,
    private readonly places: readonly SorePlace[] = [],
  ) {
    if (chance.happens(FAULTLESS_SHARE)) return;
    for (const kind of chance.happens(OUTSIDE_SHARE) ? OUTSIDE : FAULT_KINDS) {
      if (chance.happens(KIND_SHARE)) this.rates.set(kind, HIGHEST[kind] * chance.draw());
    }
  }

  /** Whether it goes wrong this time; `place` says where in the code it would. */
  strikes(kind: FaultKind, place?: string): boolean {
    const rate = this.active ? Math.max(this.rateAt(kind, place), this.givenRate(kind, place)) : 0;
    if (rate === 0 || !this.chance.happens(rate)) return false;
    this.counts.set(kind, (this.counts.get(kind) ?? 0) + 1);
    return true;
  }

  private rateAt(kind: FaultKind, place: string | undefined): number {
    const rate = this.rates.get(kind) ?? 0;
    return rate > 0 && place !== undefined && this.isSore(`${kind} ${place}`)
      ? Math.min(SORE_MOST, rate * SORE_FACTOR)
      : rate;
  }

  private givenRate(kind: FaultKind, place = ''): number {
    return Math.max(
      0,
      ...this.places.flatMap((given) => (given.kind === kind && given.at.test(place) ? given.rate : [])),
    );
  }

  private isSore(place: string): boolean {
    const isSore = this.sore.get(place) ?? this.chance.happens(SORE_SHARE);
    this.sore.set(place, isSore);
    return isSore;
  }

  /** No function fails in this seed, and no bell is lost. */
  get areOutside(): boolean {
    const kinds = [...this.rates.keys(), ...this.places.map(({ kind }) => kind)];
    return kinds.every((kind) => OUTSIDE.includes(kind));
  }

  end(): void {
    this.active = false;
  }
}
