import type { APIGatewayProxyEvent } from 'aws-lambda';
import { type HeldPlan, planKey } from '../../lambda/domain/held-plan';
import { type DecisionPost, decidePlan } from '../../lambda/plans/decide-plan';
import { decisionPostOf } from '../../lambda/plans/decision-post-of';
import { answerQuery } from '../../lambda/query/answer-query';
import { IntakeTestWorld } from '../support/intake-world';

const PLAN: HeldPlan = {
  planId: 'plan-1',
  status: 'HELD',
  hold: 1,
  heldAt: '2026-01-31T00:00:00.000Z',
  removals: 240,
  recent: 0,
  managed: 400,
  percent: 60,
  limits: { maxRemovals: 100, maxRemovalPercent: 25 },
  reason: 'too many',
  causedBy: ['alice'],
  documents: ['plans/2026-01-31/plan-1.json'],
  openPairs: 1,
};

async function prepared(changed: Partial<HeldPlan> = {}, recorded = true) {
  const world = new IntakeTestWorld();
  const pair = { pairId: 'pair-1', permissionSetName: 'ps', principalType: 'GROUP', principalName: 'g', removals: 240 };
  await world.store.transact([
    { at: planKey('plan-1'), put: { ...PLAN, ...changed } },
    { at: { ...planKey('plan-1'), sk: 'PAIR#pair-1' }, put: { ...pair, recorded } },
  ]);
  return world;
}

function post(world: IntakeTestWorld, changed: Partial<DecisionPost> = {}) {
  const asked = {
    requestId: 'r',
    planId: 'plan-1',
    decision: 'approve',
    caller: { arn: 'bob' },
    query: {},
    body: null,
  };
  return decidePlan(world, { ...asked, ...changed } as DecisionPost);
}

const stored = (world: IntakeTestWorld) => JSON.stringify(world.store.all('control'));

test.each(['approve', 'reject'] as const)(
  '%s: the decision, a request and what is to be looked at are one write',
  async (decision) => {
    const world = await prepared();
    const { transactions } = world.store;
    expect(await post(world, { decision })).toMatchObject({
      statusCode: 200,
      body: { requestId: 'r', planId: 'plan-1' },
    });
    expect(world.store.transactions).toBe(transactions + 1);
    expect(world.rung).toEqual(['reconcile']);
    const mark = world.store.all('control').find(({ pk }) => pk === 'MARK#reconcile');
    expect(mark).toMatchObject({ sk: 'plan#plan-1', slice: { kind: 'plan', planId: 'plan-1' } });
    const by =
      decision === 'approve' ? { status: 'APPROVED', approvedBy: 'bob' } : { status: 'REJECTED', rejectedBy: 'bob' };
    expect(await world.store.get(planKey('plan-1'))).toMatchObject(by);
  },
);

describe('nothing is stored', () => {
  test.each<[string, number, Partial<HeldPlan>, Partial<DecisionPost>, boolean?]>([
    ['of a plan that nobody knows', 404, {}, { planId: 'plan-2' }],
    ['when who caused it approves', 403, {}, { caller: { arn: 'alice' } }],
    ['when it is approved already', 409, { status: 'APPROVED' }, {}],
    ['when it is rejected already', 409, { status: 'REJECTED' }, { decision: 'reject' }],
    ['when nothing of it is left', 409, { openPairs: 0 }, {}],
    ['while it is still being written down', 409, {}, {}, false],
    ['with a parameter', 400, {}, { query: { dryRun: 'true' } }],
    ['with a body that asks for something', 400, {}, { body: '{"removals": 3}' }],
  ])('%s: %i', async (_, statusCode, plan, asked, recorded = true) => {
    const world = await prepared(plan, recorded);
    const before = stored(world);
    const answer = await post(world, asked);
    expect(answer.statusCode).toBe(statusCode);
    expect(answer.body).toMatchObject({ message: expect.stringMatching(/./), requestId: 'r' });
    expect(stored(world)).toBe(before);
    expect(world.rung).toEqual([]);
  });
});

test('of two decisions at the same moment one counts, the other is told', async () => {
  const world = await prepared();
  const answers = await Promise.all([post(world), post(world, { decision: 'reject', requestId: 'other' })]);
  expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([200, 409]);
});

test('an event of the API says who decides what', () => {
  const event = (resource: string, identity: object) =>
    ({
      resource,
      pathParameters: { planId: 'p' },
      body: null,
      requestContext: { identity },
    }) as unknown as APIGatewayProxyEvent;
  expect(decisionPostOf(event('/plans/{planId}/approve', { userArn: 'arn', user: 'AROA:x' }), 'r')).toEqual({
    requestId: 'r',
    planId: 'p',
    decision: 'approve',
    caller: { arn: 'arn', userId: 'AROA:x' },
    query: {},
    body: null,
  });
  expect(decisionPostOf(event('/plans/{planId}/reject', { userArn: 'arn' }), 'r')).toMatchObject({
    decision: 'reject',
  });
});

describe('GET /plans/{planId}', () => {
  const get = (world: IntakeTestWorld, planId: string, parameters: Record<string, string[]> = {}) =>
    answerQuery(world, { requestId: 'q', resource: '/plans/{planId}', path: { planId }, parameters });

  test('shows a plan with its pairs', async () => {
    expect(await get(await prepared(), 'plan-1')).toMatchObject({
      statusCode: 200,
      body: { planId: 'plan-1', status: 'HELD', removals: 240, causedBy: ['alice'], pairCount: 1, changes: [] },
    });
  });

  test('404 for what is no plan, 400 for parameters that nobody knows', async () => {
    const world = await prepared();
    expect((await get(world, 'plan-2')).statusCode).toBe(404);
    expect((await get(world, '../plan-1')).statusCode).toBe(404);
    expect((await get(world, 'plan-1', { state: ['x'] })).statusCode).toBe(400);
    expect((await get(world, 'plan-1', { nextToken: ['x'] })).statusCode).toBe(400);
  });
});
