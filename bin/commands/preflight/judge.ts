import type { Expectations } from './expectations';
import type { Facts } from './facts';
import { type Judgement, together } from './finding';
import { judgeAccounts } from './judge-accounts';
import { judgeEvents } from './judge-events';
import { judgeIdentityCenter } from './judge-identity-center';

export interface JudgeOptions {
  /** Whether the stacks are there already: then what they make may not be absent. */
  readonly isDeployed: boolean;
}

/** What is missing, and what could not be looked at. Pure: the same facts give the same judgement. */
export function judge(facts: Facts, expectations: Expectations, { isDeployed }: JudgeOptions): Judgement {
  return together([
    judgeIdentityCenter(facts, expectations),
    judgeEvents(facts, expectations, isDeployed),
    judgeAccounts(facts, expectations, isDeployed),
  ]);
}

/** 0: nothing stops and everything was checked; 1: something stops; 2: nothing stops, but not everything was checked. */
export function exitStatus({ findings, unchecked }: Judgement): 0 | 1 | 2 {
  if (findings.some(({ severity }) => severity === 'stops')) return 1;
  return unchecked.length > 0 ? 2 : 0;
}
