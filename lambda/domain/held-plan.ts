import type { Caller } from './caller';
import { isSameCaller } from './caller';
import { counted, type Excess, type GuardLimits } from './guard';
import type { AccountId, PairId, PermissionSetName, PrincipalType } from './ids';
import type { LedgerRow } from './ledger-row';
import { rowId } from './ledger-row';
import { pairIdOf } from './link';
import type { Item, Key, Write } from './write';

/**
 * `HELD`: nobody decided yet. `APPROVED`: its removals are committed at the next look, unless more have come. `APPLIED`:
 * none of them is left to be committed. `REJECTED`: what it would have removed stays.
 */
export type PlanStatus = 'HELD' | 'APPROVED' | 'APPLIED' | 'REJECTED';

/** A plan whose removals wait for a person. The planner owns it, but for what a decision sets. */
export interface HeldPlan extends Excess {
  readonly planId: string;
  /** As stored: that it is applied follows from `openPairs`. */
  readonly status: Exclude<PlanStatus, 'APPLIED'>;
  /** How often it was held: once more each time it had grown since it was approved. */
  readonly hold: number;
  /** The hold that people were told of. */
  readonly notified?: number;
  /** ISO 8601. */
  readonly heldAt: string;
  readonly limits: GuardLimits;
  readonly reason: string;
  /** Why it is held although it had been approved. */
  readonly withdrawn?: string;
  /** Who submitted what caused it; `organization` when nobody did. */
  readonly causedBy: readonly string[];
  /** Keys of the plan documents in the artefacts bucket. */
  readonly documents: readonly string[];
  /** Pairs of which removals may still be committed. */
  readonly openPairs: number;
  readonly approvedBy?: string;
  readonly approvedAt?: string;
  /** The epoch of the pass that found no more removals than were approved, and may commit them. */
  readonly releasedIn?: number;
  readonly rejectedBy?: string;
  readonly rejectedAt?: string;
}

/** A pair of a held plan. */
export interface HeldPair {
  readonly pairId: PairId;
  readonly permissionSetName: PermissionSetName;
  readonly principalType: PrincipalType;
  readonly principalName: string;
  /** What is held of it, or was when it was decided. */
  readonly removals: number;
  /** Its rows are marked as held: before, nobody can decide. */
  readonly recorded: boolean;
}

/** One removal of a held plan, for people. */
export interface HeldRemoval {
  readonly accountId: AccountId;
  readonly permissionSetName: PermissionSetName;
  readonly principalType: PrincipalType;
  readonly principalName: string;
  readonly reason: string;
}

/** Which pairs belong to a plan that is not at its end: `GUARDED` → pair → plan. */
export const GUARDED = 'GUARDED';
export const PAIR_PREFIX = 'PAIR#';
export const REMOVAL_PREFIX = 'REMOVAL#';
/** Who caused a plan that no submission caused. */
export const ORGANIZATION = 'organization';

export function planPartition(planId: string): string {
  return `PLAN#${planId}`;
}

export function planKey(planId: string): Key {
  return { table: 'control', pk: planPartition(planId), sk: 'PLAN' };
}

export function heldPlanOf(item: Item): HeldPlan {
  return item as unknown as HeldPlan;
}

export function heldPairOf(item: Item): HeldPair {
  return item as unknown as HeldPair;
}

export function heldRemovalOf(item: Item): HeldRemoval {
  return item as unknown as HeldRemoval;
}

export function planStatus({ status, openPairs }: Pick<HeldPlan, 'status' | 'openPairs'>): PlanStatus {
  return status !== 'REJECTED' && openPairs <= 0 ? 'APPLIED' : status;
}

/** What a pass does with the removals of a pair. */
export type Verdict = 'hold' | 'release' | 'keep';

/** Approved is not enough: the same pass must have found that nothing was added. */
export function verdictOn({ status, releasedIn }: HeldPlan, epoch: number): Verdict {
  if (status === 'REJECTED') return 'keep';
  return status === 'APPROVED' && releasedIn === epoch ? 'release' : 'hold';
}

/** The pair belongs to the plan from now on. It has no effect before the plan itself is written. */
export function guardPairWrites(planId: string, pair: Omit<HeldPair, 'recorded'>): Write[] {
  return [
    { at: guardedKey(pair.pairId), put: { planId, pairId: pair.pairId } },
    { at: heldPairKey(planId, pair.pairId), put: { ...pair, recorded: false } },
  ];
}

/** The plan is there, with all its pairs. Writing it twice never takes a decision back. */
export function holdPlanWrite(plan: HeldPlan): Write {
  return { at: planKey(plan.planId), put: { ...plan }, when: [{ planId: { absent: true } }] };
}

/** A pair that was written for a plan which never was is free. */
export function freePairWrites(planId: string, pairId: PairId): Write[] {
  return [leaveWrite(planId, pairId), { at: heldPairKey(planId, pairId), delete: true }];
}

/** The rows of the pair are marked: so many removals of it are held now. */
export function recordPairWrite(planId: string, pair: Omit<HeldPair, 'recorded'>): Write {
  return { at: heldPairKey(planId, pair.pairId), put: { ...pair, recorded: true } };
}

/** Nothing of the pair is left to wait for a decision or to be carried out. Undecided, it has nothing to remove any more. */
export function settlePairWrites({ planId, status }: HeldPlan, pairId: PairId): Write[] {
  const set = { recorded: true, ...(status === 'HELD' ? { removals: 0 } : {}) };
  return [
    leaveWrite(planId, pairId),
    { at: heldPairKey(planId, pairId), update: { set } },
    { at: planKey(planId), update: { add: { openPairs: -1 } }, when: [{ planId: { present: true } }] },
  ];
}

/** What a rejected plan would have removed turns up again: the pair is looked at under it once more. */
export function keepAgainWrites(planId: string, pairId: PairId): Write[] {
  return [
    { at: guardedKey(pairId), put: { planId, pairId } },
    { at: planKey(planId), update: { add: { openPairs: 1 } }, when: [{ status: { equals: 'REJECTED' } }] },
  ];
}

/** True while nobody has decided about this hold. */
export function undecidedCheck({ planId, hold }: HeldPlan): Write {
  const when = [{ status: { equals: 'HELD' }, hold: { equals: hold } } as const];
  return { at: planKey(planId), check: true, when };
}

/** More submissions belong to it. */
export function joinWrite(plan: HeldPlan, causedBy: readonly string[]): Write {
  const { planId, hold } = plan;
  return {
    at: planKey(planId),
    update: { set: { causedBy: unitedCauses(plan.causedBy, causedBy) } },
    when: [{ status: { equals: 'HELD' }, hold: { equals: hold } }],
  };
}

/** Its removals may be committed in this pass. */
export function releaseWrite({ planId, hold }: HeldPlan, epoch: number): Write {
  const when = [{ status: { equals: 'APPROVED' }, hold: { equals: hold } } as const];
  return { at: planKey(planId), update: { set: { releasedIn: epoch } }, when };
}

/** More would be removed than was approved: it is held again, and the approval is withdrawn. */
export function withdrawWrite(plan: HeldPlan, causedBy: readonly string[], added: number, heldAt: string): Write {
  const { planId, hold } = plan;
  const were = added === 1 ? 'was' : 'were';
  const withdrawn = `${counted(added)} ${were} added after ${plan.approvedBy} had approved it`;
  return {
    at: planKey(planId),
    update: {
      set: {
        status: 'HELD',
        hold: hold + 1,
        heldAt,
        withdrawn,
        causedBy: unitedCauses(plan.causedBy, causedBy),
      },
      remove: ['approvedBy', 'approvedAt', 'releasedIn'],
    },
    when: [{ status: { equals: 'APPROVED' }, hold: { equals: hold } }],
  };
}

export function notifiedWrite({ planId, hold }: HeldPlan): Write {
  return { at: planKey(planId), update: { set: { notified: hold } }, when: [{ hold: { equals: hold } }] };
}

export type Decision = 'approve' | 'reject';

/** Decides, if nobody else has. `at`: ISO 8601. */
export function decisionWrite({ planId, hold }: HeldPlan, decision: Decision, by: string, at: string): Write {
  const set =
    decision === 'approve'
      ? { status: 'APPROVED', approvedBy: by, approvedAt: at }
      : { status: 'REJECTED', rejectedBy: by, rejectedAt: at };
  const when = [{ status: { equals: 'HELD' }, hold: { equals: hold } } as const];
  return { at: planKey(planId), update: { set }, when };
}

/** Whoever caused a plan does not approve it. */
export function mayApprove(caller: Caller, { causedBy }: Pick<HeldPlan, 'causedBy'>): boolean {
  return !causedBy.some((submittedBy) => isSameCaller(caller, submittedBy));
}

/** The removals that a plan lists of one pair. */
export function removalsPrefix(pairId: PairId): string {
  return `${REMOVAL_PREFIX}${pairId}#`;
}

function pairOfRow({ permissionSetName, principalType, principalName }: LedgerRow): PairId {
  return pairIdOf({ permissionSetName, principal: { type: principalType, name: principalName } });
}

/** What a plan holds, by row. */
export function heldRemovalKey(planId: string, row: LedgerRow): Key {
  return { table: 'control', pk: planPartition(planId), sk: `${removalsPrefix(pairOfRow(row))}${rowId(row)}` };
}

export function heldRemovalWrite(planId: string, row: LedgerRow, reason: string): Write {
  const { accountId, permissionSetName, principalType, principalName } = row;
  const removal: HeldRemoval = { accountId, permissionSetName, principalType, principalName, reason };
  return { at: heldRemovalKey(planId, row), put: { ...removal } };
}

/** How requests and links name the plan that they wait for. */
export function waitsForPlan(planId: string): string {
  return `plan: ${planId} is held until somebody approves or rejects it`;
}

export function heldReason(planId: string): string {
  return `held: plan ${planId} would remove it, until somebody approves or rejects it`;
}

export function keptReason(planId: string, rejectedBy: string): string {
  return `kept: plan ${planId} was rejected by ${rejectedBy}`;
}

/** Who caused it: named people, or the organization when there are none. */
export function unitedCauses(...causes: readonly (readonly string[])[]): string[] {
  const named = [...new Set(causes.flat())].filter((cause) => cause !== ORGANIZATION);
  return named.length > 0 ? named.sort() : [ORGANIZATION];
}

function guardedKey(pairId: PairId): Key {
  return { table: 'control', pk: GUARDED, sk: pairId };
}

function leaveWrite(planId: string, pairId: PairId): Write {
  return { at: guardedKey(pairId), delete: true, when: [{ planId: { equals: planId } }] };
}

function heldPairKey(planId: string, pairId: PairId): Key {
  return { table: 'control', pk: planPartition(planId), sk: `${PAIR_PREFIX}${pairId}` };
}
