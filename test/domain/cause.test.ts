import { causeOf, causeOfDecision, rememberingCause } from '../../lambda/domain/cause';
import type { HeldPlan } from '../../lambda/domain/held-plan';
import type { LinkDocument } from '../../lambda/domain/link-document';
import type { Change } from '../../lambda/domain/plan';
import { insertRow, reviseRow, setClaims } from '../../lambda/domain/planner-writes';
import { CLAIM, OTHER, ROW } from './audit/stored';

const document = (linkId: string, submittedBy: string, ...openRequests: string[]) =>
  ({ linkId, submittedBy, openRequests }) as unknown as LinkDocument;
const ONE = document('one', 'alice', 'r-1');
const TWO = document('two', 'bob', 'r-2', 'r-3');
const NOBODY = { callers: ['organization'], requests: [] };
const insert = { type: 'insert', row: ROW } as unknown as Change;

describe('the cause of a change', () => {
  test('is who submitted the links that claim it', () => {
    expect(causeOf(insert, [ONE, TWO])).toEqual({ callers: ['alice'], requests: ['r-1'] });
  });

  test('is who submitted the links that let it go', () => {
    const removal = { type: 'revise', row: { ...ROW, claims: [CLAIM, OTHER] }, desired: false, claims: [], reason: '' };
    const cause = { callers: ['alice', 'bob'], requests: ['r-1', 'r-2', 'r-3'] };
    expect(causeOf(removal as Change, [ONE, TWO])).toEqual(cause);
  });

  test('of claims alone is who changed them, not who submitted another link again', () => {
    const change = { type: 'claims', row: ROW, claims: [CLAIM, OTHER] } as Change;
    expect(causeOf(change, [ONE, TWO])).toEqual({ callers: ['bob'], requests: ['r-2', 'r-3'] });
  });

  test('is the organization when nobody submitted anything that has to do with it', () => {
    expect(causeOf(insert, [document('one', 'alice')])).toEqual(NOBODY);
    expect(causeOf(insert, [TWO])).toEqual(NOBODY);
  });

  test('names the newest ones of many', () => {
    const many = Array.from({ length: 30 }, (_, index) => `r-${index}`);
    expect(causeOf(insert, [document('one', 'alice', ...many)]).requests).toEqual(many.slice(-10));
  });

  test('of a decision is the plan, with who decided', () => {
    const plan = { planId: 'p', causedBy: ['alice'], approvedBy: 'bob' } as unknown as HeldPlan;
    expect(causeOfDecision(plan)).toEqual({ callers: ['alice'], requests: [], planId: 'p', decidedBy: 'bob' });
  });
});

describe('a row remembers the cause', () => {
  const cause = { callers: ['alice'], requests: [] };
  const remembered = (writes: Parameters<typeof rememberingCause>[0]) =>
    rememberingCause(writes, ROW, cause).map((write) => {
      const written = 'put' in write ? write.put : 'update' in write ? write.update.set : {};
      return [write.at.pk.slice(0, 3), written?.cause, written?.lastCause];
    });

  test('of its generation with that generation, in the one write on itself', () => {
    expect(remembered(insertRow(ROW))).toEqual([
      ['arn', cause, undefined],
      ['ACC', undefined, undefined],
      ['WOR', undefined, undefined],
    ]);
    expect(remembered(reviseRow(ROW, { desired: false, claims: [], reason: '' }))[0]).toEqual([
      'arn',
      cause,
      undefined,
    ]);
  });

  test('of anything else beside it', () => {
    expect(remembered(setClaims(ROW, [OTHER]))).toEqual([['arn', undefined, cause]]);
  });

  test('even if there is none', () => {
    const [write] = rememberingCause(setClaims(ROW, []), ROW, undefined);
    expect(write).toMatchObject({ update: { set: { lastCause: NOBODY } } });
  });
});
