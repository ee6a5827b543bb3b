import type { Principal } from '../../../local/cloud/service';
import { CallCounter } from '../../../local/contract/call-counter';
import { priced } from '../../../local/contract/metrics';

const ROLE: Principal = {
  kind: 'role',
  accountId: '333333333333',
  arn: 'arn:aws:sts::333333333333:assumed-role/worker/session',
  roleArn: 'arn:aws:iam::333333333333:role/worker',
};
const ADMINISTRATOR: Principal = {
  kind: 'accountKey',
  accountId: '333333333333',
  arn: 'arn:aws:iam::333333333333:root',
};

const NOTHING = {
  calls: {},
  callsByRole: {},
  throttledCalls: {},
  outstandingOperations: { now: 0, maximum: 0 },
  dynamoDbRequestUnits: { read: 0, write: 0 },
  stateTransitions: 0,
  functionInvocations: 0,
  lambdaGbSeconds: 0,
};

describe('metrics', () => {
  test('count calls by operation and by role, over all sessions of a role', () => {
    const counter = new CallCounter();
    const call = { latencyMs: 1, throttled: false };
    counter.observe({ ...call, service: 'sso', operation: 'ListInstances', principal: ROLE });
    counter.observe({
      ...call,
      service: 'sso',
      operation: 'ListInstances',
      principal: { ...ROLE, arn: `${ROLE.arn}2` },
    });
    counter.observe({ ...call, service: 'dynamodb', operation: 'GetItem', principal: ADMINISTRATOR, throttled: true });
    expect(counter.calls()).toEqual({ 'dynamodb:GetItem': 1, 'sso:ListInstances': 2 });
    expect(counter.throttledCalls()).toEqual({ 'dynamodb:GetItem': 1 });
    expect(counter.callsByRole()).toEqual({
      [ROLE.roleArn ?? '']: { 'sso:ListInstances': 2 },
      [ADMINISTRATOR.arn]: { 'dynamodb:GetItem': 1 },
    });
  });

  test.each([
    ['nothing', NOTHING, 0],
    ['state transitions', { ...NOTHING, stateTransitions: 40_000 }, 1],
    ['requests of functions', { ...NOTHING, functionInvocations: 5_000_000 }, 1],
    ['compute', { ...NOTHING, lambdaGbSeconds: 75_000 }, 1.000005],
    ['tables', { ...NOTHING, dynamoDbRequestUnits: { read: 4_000_000, write: 800_000 } }, 1],
    ['other calls', { ...NOTHING, calls: { 'sqs:SendMessage': 2_500_000, 'sso:ListInstances': 1e9 } }, 1],
  ])('estimate the cost of %s', (_, counted, cost) => {
    expect(priced(counted).estimatedCostUsd).toBeCloseTo(cost, 6);
  });
});
