import type { FaultKind } from './faults';
import type { Happening } from './history';

/** A fault at some places in the code, more often than anywhere else. */
export interface SorePlace {
  readonly kind: FaultKind;
  /** Found in the step and the call; see `Invocation.call`. */
  readonly at: RegExp;
  /** Per occasion, at least. */
  readonly rate: number;
}

/** What there is more of than a seed would draw for itself. */
export interface Circumstances {
  /** How many times as often something happens. */
  readonly happenings?: Readonly<Partial<Record<Happening, number>>>;
  readonly sore?: readonly SorePlace[];
  /** Share of the changes of a principal by which it gets a name that is free, if one is. */
  readonly renames?: number;
  /** Share of the calls that take long, at least. */
  readonly slowness?: number;
}

/**
 * Some faults of the product need things to meet that seldom do: ordinary seeds would show them once in thousands. In these
 * circumstances they meet often; what is checked is the same.
 */
export const CIRCUMSTANCES = {
  usual: {},
  'names change': { happenings: { principal: 8, submission: 2 } },
  'names are exchanged': { happenings: { principal: 8, submission: 3, deletion: 2 }, slowness: 0.3 },
  'names are taken over': { happenings: { principal: 8, submission: 4, suspension: 6 }, renames: 0.9 },
  'answers are lost': {
    happenings: { submission: 2 },
    sore: [
      { kind: 'outcome unknown after the effect', at: /^Work submits/, rate: 0.15 },
      { kind: 'freeze', at: /^Work (submits|transacts)/, rate: 0.05 },
    ],
  },
  'notes are lost': {
    happenings: { submission: 2 },
    sore: [
      { kind: 'freeze', at: /^Work (submits|transacts)/, rate: 0.05 },
      { kind: 'unavailable', at: /^Work transacts update/, rate: 0.1 },
    ],
  },
  'submissions are late': {
    happenings: { submission: 4, deletion: 2 },
    sore: [{ kind: 'freeze', at: /^Work submits/, rate: 0.4 }],
  },
  'steps meet': {
    happenings: { submission: 3, deletion: 3 },
    slowness: 0.4,
    sore: [{ kind: 'answer of a step lost', at: /./, rate: 0.02 }],
  },
  'reads meet': {
    happenings: { move: 6, tags: 6 },
    slowness: 0.5,
    sore: [
      { kind: 'answer of a step lost', at: /^RefreshOrganization gets/, rate: 0.4 },
      { kind: 'freeze', at: /^RefreshOrganization transacts update/, rate: 0.1 },
    ],
  },
  'plans meet work': {
    happenings: { submission: 6, deletion: 10 },
    slowness: 0.5,
    sore: [{ kind: 'freeze', at: /^Work transacts/, rate: 0.15 }],
  },
} as const satisfies Readonly<Record<string, Circumstances>>;

export type CircumstancesName = keyof typeof CIRCUMSTANCES;
