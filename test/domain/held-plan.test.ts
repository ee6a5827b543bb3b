import { isSameCaller } from '../../lambda/domain/caller';
import { type HeldPlan, mayApprove, planStatus, unitedCauses, verdictOn } from '../../lambda/domain/held-plan';

const session = (role: string, name: string) => `arn:aws:sts::333333333333:assumed-role/${role}/${name}`;
const ADA = 'arn:aws:iam::333333333333:user/ada';
const PEOPLE = 'AWSReservedSSO_Operators_0123456789abcdef';

describe('who caused a plan does not approve it', () => {
  test.each([
    ['the same user', { arn: ADA }, ADA],
    ['another session of the same role', { arn: session('deployer', 'b') }, session('deployer', 'a')],
    ['the same person of Identity Center', { arn: session(PEOPLE, 'ada') }, session(PEOPLE, 'ada')],
    ['who put the file', { arn: ADA, userId: 'AIDAADA' }, 'AWS:AIDAADA'],
    ['another session of the role that put it', { arn: session('ci', '2'), userId: 'AROACI:2' }, 'AWS:AROACI:1'],
  ])('%s', (_, caller, submittedBy) => {
    expect(isSameCaller(caller, submittedBy)).toBe(true);
    expect(mayApprove(caller, { causedBy: ['arn:aws:iam::1:user/x', submittedBy] })).toBe(false);
  });

  test.each([
    ['another user', { arn: 'arn:aws:iam::333333333333:user/bob' }, ADA],
    ['another role', { arn: session('approver', 'a') }, session('deployer', 'a')],
    ['a role of the same name elsewhere', { arn: 'arn:aws:sts::444444444444:assumed-role/ci/a' }, session('ci', 'a')],
    ['another person of Identity Center', { arn: session(PEOPLE, 'bob') }, session(PEOPLE, 'ada')],
    [
      'another person than who put the file',
      { arn: session(PEOPLE, 'bob'), userId: 'AROAPEOPLE:bob' },
      'AWS:AROAPEOPLE:ada',
    ],
    ['another one than who put the file', { arn: ADA, userId: 'AIDAADA' }, 'AWS:AIDABOB'],
    ['anybody, when nobody submitted', { arn: ADA }, 'organization'],
  ])('%s may', (_, caller, submittedBy) => {
    expect(mayApprove(caller, { causedBy: [submittedBy] })).toBe(true);
  });

  test('the organization is named only when nobody is', () => {
    expect(unitedCauses([], [])).toEqual(['organization']);
    expect(unitedCauses(['organization'], ['bob', 'ada'], ['bob'])).toEqual(['ada', 'bob']);
  });
});

describe('the status of a plan', () => {
  const plan = (changed: Partial<HeldPlan>) => ({ status: 'HELD', openPairs: 1, ...changed }) as HeldPlan;

  test('is applied when no pair is left, unless it was rejected', () => {
    expect(planStatus(plan({}))).toBe('HELD');
    expect(planStatus(plan({ status: 'APPROVED' }))).toBe('APPROVED');
    expect(planStatus(plan({ status: 'APPROVED', openPairs: 0 }))).toBe('APPLIED');
    expect(planStatus(plan({ openPairs: 0 }))).toBe('APPLIED');
    expect(planStatus(plan({ status: 'REJECTED', openPairs: 0 }))).toBe('REJECTED');
  });

  test('releases removals only in the pass that compared them with what was approved', () => {
    expect(verdictOn(plan({}), 7)).toBe('hold');
    expect(verdictOn(plan({ status: 'APPROVED' }), 7)).toBe('hold');
    expect(verdictOn(plan({ status: 'APPROVED', releasedIn: 6 }), 7)).toBe('hold');
    expect(verdictOn(plan({ status: 'APPROVED', releasedIn: 7 }), 7)).toBe('release');
    expect(verdictOn(plan({ status: 'REJECTED', releasedIn: 7 }), 7)).toBe('keep');
  });
});
