import { seededRandom, VirtualClock } from '../../../local/clock';
import { EventBridge } from '../../../local/cloud/event-bridge';
import { readSchedule } from '../../../local/cloud/event-bridge/schedule';
import { roleSession } from '../../../local/cloud/lambda/role-session';
import type { Principal } from '../../../local/cloud/service';
import { ServiceFault } from '../../../local/cloud/service';
import { ACCOUNT, call, OpenAuthorizer, REGION, ROLE, resource } from './support';

const OTHER = '111111111111';
const FUNCTION = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:f`;
const MACHINE = `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:m`;
const QUEUE = `arn:aws:sqs:${REGION}:${ACCOUNT}:q`;

interface Sent {
  readonly body: unknown;
  readonly principal?: Principal;
  readonly attributes?: unknown;
}

class Bench {
  readonly clock = new VirtualClock();
  readonly authorizer = new OpenAuthorizer();
  readonly invoked: { payload: unknown; principal: Principal; context?: unknown }[] = [];
  readonly started: { input: unknown; name: string }[] = [];
  readonly queued: Sent[] = [];
  readonly setAside: Sent[] = [];
  /** Thrown by the function target, once each. */
  readonly faults: ServiceFault[] = [];
  readonly bridge = new EventBridge({
    clock: this.clock,
    random: seededRandom(1),
    authorizer: this.authorizer,
    assumeRole: ({ roleArn, sessionName }) => roleSession(roleArn, sessionName),
    lambda: {
      invokeAsync: (request) => {
        const fault = this.faults.shift();
        if (fault !== undefined) throw fault;
        this.invoked.push(request);
      },
    },
    stepFunctions: { startExecution: ({ input, name }) => this.started.push({ input: JSON.parse(input), name }) },
  });

  constructor() {
    this.bridge.connect({
      queues: {
        receive: async () => [],
        remove: () => undefined,
        visibilityTimeoutSeconds: () => 30,
        send: (_arn, body, principal, _context, attributes) => {
          this.queued.push({ body: JSON.parse(body), principal, attributes });
        },
        setAside: (_arn, body, principal, _context, attributes) => {
          this.setAside.push({ body: JSON.parse(body), principal, attributes });
        },
      },
    });
  }

  rule(target: Record<string, unknown>, properties: Record<string, unknown> = {}, accountId = ACCOUNT): string {
    const Targets = [{ Id: 'T', ...target }];
    const input = resource('Rule', { Name: 'rule', EventPattern: { source: ['mine'] }, Targets, ...properties });
    return this.bridge.createRule({ ...input, accountId }).attributes.Arn ?? '';
  }

  deliver(...events: Record<string, unknown>[]): void {
    this.bridge.deliver(
      events.map((event) => ({ source: 'mine', account: ACCOUNT, detail: {}, ...event })),
      ACCOUNT,
      REGION,
    );
  }

  async settle(): Promise<void> {
    const quiet = (async () => {
      while (this.bridge.undelivered() > 0) await new Promise((resolve) => setImmediate(resolve));
    })();
    await this.clock.runUntil(quiet);
  }

  async pass(milliseconds: number): Promise<void> {
    await this.clock.runUntil(this.clock.sleep(milliseconds));
  }
}

describe('EventBridge', () => {
  let bench: Bench;
  beforeEach(() => {
    bench = new Bench();
  });
  afterEach(() => bench.bridge.stop());

  describe('targets', () => {
    it('a function gets the event from the service principal, in the name of the rule', async () => {
      const ruleArn = bench.rule({ Arn: FUNCTION });
      bench.deliver({ id: 'one', detail: { a: 1 } });
      await bench.settle();
      expect(bench.invoked).toEqual([
        {
          functionArn: FUNCTION,
          payload: { id: 'one', source: 'mine', account: ACCOUNT, detail: { a: 1 } },
          principal: { kind: 'service', accountId: ACCOUNT, arn: 'events.amazonaws.com' },
          context: { 'aws:sourcearn': ruleArn, 'aws:sourceaccount': ACCOUNT },
        },
      ]);
    });

    it('a state machine is started with the rights of the role, under a name of its own', async () => {
      bench.rule({ Arn: MACHINE, RoleArn: ROLE });
      bench.deliver({ id: 'one' });
      await bench.settle();
      expect(bench.started).toEqual([{ input: expect.objectContaining({ id: 'one' }), name: expect.any(String) }]);
      expect(bench.started[0]?.name.length).toBeLessThanOrEqual(80);
      expect(bench.authorizer.asked).toContainEqual(
        expect.objectContaining({
          action: 'states:StartExecution',
          resources: [MACHINE],
          principal: expect.objectContaining({ roleArn: ROLE }),
        }),
      );
    });

    it('a queue gets the event as text', async () => {
      bench.rule({ Arn: QUEUE });
      bench.deliver({ id: 'one' });
      await bench.settle();
      expect(bench.queued).toEqual([
        expect.objectContaining({
          body: expect.objectContaining({ id: 'one' }),
          principal: expect.objectContaining({ arn: 'events.amazonaws.com' }),
        }),
      ]);
    });

    it('a bus of another account gets the event unchanged, with role and bus policy, but a third account does not', async () => {
      const [first, second, third] = [ACCOUNT, OTHER, '222222222222'];
      const busOf = (account: string) => `arn:aws:events:${REGION}:${account}:event-bus/bus`;
      for (const accountId of [second, third]) {
        bench.bridge.createEventBus({ ...resource('Bus', { Name: 'bus' }), accountId });
        const Statement = { Effect: 'Allow', Principal: '*', Action: 'events:PutEvents', Resource: busOf(accountId) };
        const policy = resource('Policy', { EventBusName: 'bus', StatementId: 'S', Statement });
        bench.bridge.createEventBusPolicy({ ...policy, accountId });
      }
      bench.rule({ Arn: busOf(second), RoleArn: ROLE }, {}, first);
      bench.rule({ Arn: FUNCTION }, { Name: 'second', EventBusName: 'bus' }, second);
      bench.rule({ Arn: busOf(third), RoleArn: ROLE }, { Name: 'on', EventBusName: 'bus' }, second);
      bench.rule({ Arn: QUEUE }, { EventBusName: 'bus' }, third);
      bench.deliver({ id: 'one' });
      await bench.settle();
      expect(bench.invoked).toEqual([
        expect.objectContaining({ payload: expect.objectContaining({ id: 'one', account: first }) }),
      ]);
      expect(bench.queued).toEqual([]);
      expect(bench.authorizer.asked).toEqual([
        expect.objectContaining({
          action: 'events:PutEvents',
          resources: [busOf(second)],
          resourceAccountId: second,
          resourcePolicies: [expect.objectContaining({ Statement: [expect.objectContaining({ Sid: 'S' })] })],
        }),
      ]);
    });

    it.each([
      ['arn:aws:sns:eu-west-1:1:topic', {}, 'Targets.Arn'],
      [MACHINE, {}, 'RoleArn is required'],
      [FUNCTION, { EcsParameters: {} }, 'EcsParameters'],
      [FUNCTION, { Input: '{}', InputPath: '$' }, 'Only one of'],
      [FUNCTION, { Input: '{' }, 'valid JSON'],
      [FUNCTION, { InputPath: '$.a[*]' }, 'JSON path'],
      [FUNCTION, { InputTransformer: { InputTemplate: '<x>' } }, 'invalid placeholder x'],
    ])('%s with %j is refused', (Arn, properties, message) => {
      expect(() => bench.rule({ Arn, ...properties })).toThrow(message);
    });
  });

  describe('the input of a target', () => {
    const event = { id: 'i', detail: { name: 'a "b"', n: 1, o: { p: [true] } }, resources: ['arn:x'] };
    const transformed = (InputTemplate: string) => ({
      InputTransformer: {
        InputPathsMap: { name: '$.detail.name', n: '$.detail.n', o: '$.detail.o', gone: '$.detail.gone' },
        InputTemplate,
      },
    });

    it.each<[string, object, unknown]>([
      ['constant', { Input: '{"a":1}' }, { a: 1 }],
      ['part', { InputPath: '$.detail.o.p[0]' }, true],
      ['quoted member', { InputPath: `$['detail']['n']` }, 1],
      [
        'values outside quotation marks',
        transformed('{"x": <name>, "n": <n>, "o": <o>}'),
        { x: 'a "b"', n: 1, o: { p: [true] } },
      ],
      ['values inside quotation marks', transformed('"<name> has <n>: <o>"'), 'a "b" has 1: {"p":[true]}'],
      ['absent values', transformed('{"gone": "<gone>"}'), { gone: '' }],
      [
        'reserved values',
        transformed('{"rule": "<aws.events.rule-name>", "all": <aws.events.event.json>}'),
        { rule: 'rule', all: expect.objectContaining({ id: 'i', detail: event.detail }) },
      ],
    ])('%s', async (_, target, expected) => {
      bench.rule({ Arn: FUNCTION, ...target });
      bench.deliver(event);
      await bench.settle();
      expect(bench.invoked[0]?.payload).toEqual(expected);
    });
  });

  describe('delivery', () => {
    it('is tried again while that helps', async () => {
      bench.rule({ Arn: FUNCTION });
      for (let n = 0; n < 5; n += 1) bench.faults.push(new ServiceFault('ThrottlingException', 'later'));
      bench.deliver({});
      await bench.settle();
      expect(bench.invoked).toHaveLength(1);
    });

    it('goes to the dead-letter queue at once for a missing right, and after the last attempt', async () => {
      bench.rule({ Arn: FUNCTION, DeadLetterConfig: { Arn: QUEUE }, RetryPolicy: { MaximumRetryAttempts: 2 } });
      bench.faults.push(new ServiceFault('AccessDeniedException', 'no', 403));
      bench.deliver({ id: 'denied' });
      await bench.settle();
      for (let n = 0; n < 9; n += 1) bench.faults.push(new ServiceFault('InternalFailure', 'later', 500));
      bench.deliver({ id: 'failing' });
      await bench.settle();
      expect(bench.setAside).toMatchObject([
        { body: { id: 'denied' }, attributes: { ERROR_CODE: 'AccessDeniedException', RETRY_ATTEMPTS: '0' } },
        { body: { id: 'failing' }, attributes: { ERROR_CODE: 'InternalFailure', RETRY_ATTEMPTS: '2' } },
      ]);
      expect(bench.faults).toHaveLength(6);
    });

    it('ends when the event is too old', async () => {
      bench.rule({ Arn: FUNCTION, RetryPolicy: { MaximumEventAgeInSeconds: 60 } });
      for (let n = 0; n < 100; n += 1) bench.faults.push(new ServiceFault('InternalFailure', 'later', 500));
      const start = bench.clock.now();
      bench.deliver({});
      await bench.settle();
      expect(bench.clock.now() - start).toBeLessThanOrEqual(61_000);
      expect(bench.invoked).toEqual([]);
    });

    it('skips disabled rules and, unless asked for, read-only calls', async () => {
      const readOnly = { 'detail-type': 'AWS API Call via CloudTrail', detail: { readOnly: true } };
      bench.rule({ Arn: FUNCTION }, { Name: 'off', State: 'DISABLED' });
      bench.rule({ Arn: FUNCTION }, { Name: 'on' });
      bench.deliver(readOnly);
      await bench.settle();
      expect(bench.invoked).toHaveLength(0);
      bench.rule({ Arn: FUNCTION }, { Name: 'all', State: 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS' });
      bench.deliver(readOnly);
      await bench.settle();
      expect(bench.invoked).toHaveLength(1);
    });

    it('takes events that are no events without harm', async () => {
      bench.rule({ Arn: FUNCTION });
      bench.bridge.deliver([null, 'text', 1, [], {}, { source: 7, detail: 'x' }], ACCOUNT, REGION);
      await bench.settle();
      expect(bench.invoked).toEqual([]);
    });
  });

  describe('faults', () => {
    const ids = () => bench.invoked.map(({ payload }) => (payload as { id: string }).id);
    const send = async () => {
      bench.rule({ Arn: FUNCTION });
      for (let n = 0; n < 100; n += 1) {
        bench.deliver({ id: String(n) });
        await bench.pass(1000);
      }
      await bench.settle();
    };

    it('without them every event arrives once, in order', async () => {
      await send();
      expect(ids()).toEqual(Array.from({ length: 100 }, (_, n) => String(n)));
    });

    it('lose some', async () => {
      bench.bridge.faults.loss = 0.5;
      await send();
      expect(ids().length).toBeGreaterThan(20);
      expect(ids().length).toBeLessThan(80);
    });

    it('double some', async () => {
      bench.bridge.faults.duplicate = 0.5;
      await send();
      expect(new Set(ids()).size).toBe(100);
      expect(ids().length).toBeGreaterThan(120);
    });

    it('let some be overtaken', async () => {
      bench.bridge.faults.reorder = 0.5;
      await send();
      expect(new Set(ids()).size).toBe(100);
      expect(ids()).not.toEqual([...ids()].sort((a, b) => Number(a) - Number(b)));
    });
  });

  describe('schedules', () => {
    const scheduled = (ScheduleExpression: string, more: Record<string, unknown> = {}) =>
      bench.rule(
        { Arn: FUNCTION },
        { Name: ScheduleExpression.replace(/\W+/g, '-'), EventPattern: undefined, ScheduleExpression, ...more },
      );

    it('up to five minutes follow the simulated clock, others do not', async () => {
      const ruleArn = scheduled('rate(1 minute)');
      scheduled('rate(1 day)');
      scheduled('cron(0 3 * * ? *)');
      scheduled('rate(2 minutes)', { State: 'DISABLED' });
      await bench.pass(5 * 60_000 + 1000);
      expect(bench.invoked).toHaveLength(5);
      expect(bench.invoked[0]?.payload).toMatchObject({
        source: 'aws.events',
        'detail-type': 'Scheduled Event',
        resources: [ruleArn],
        time: '2026-01-01T00:01:00Z',
      });
    });

    it('can be fired: all, or those of the simulated clock', async () => {
      scheduled('rate(1 minute)');
      scheduled('rate(1 day)');
      scheduled('cron(0 3 * * ? *)');
      expect(bench.bridge.fireSchedules()).toBe(3);
      expect(bench.bridge.fireMinuteSchedules()).toBe(1);
      await bench.settle();
      expect(bench.invoked).toHaveLength(4);
    });

    it('of days and cron follow real time', () => {
      scheduled('rate(1 hour)');
      scheduled('cron(30 3 * * ? *)');
      const start = new Date('2026-05-01T02:30:10Z');
      for (let minute = 0; minute < 24 * 60; minute += 1) {
        bench.bridge.minutePassed(new Date(start.getTime() + minute * 60_000), start);
      }
      expect(bench.bridge.undelivered()).toBe(23 + 1);
    });

    it.each([
      ['cron(0/15 8-10 ? * MON-FRI *)', '2026-05-01T09:45:00Z', true],
      ['cron(0/15 8-10 ? * MON-FRI *)', '2026-05-02T09:45:00Z', false],
      ['cron(0 12 L * ? *)', '2026-02-28T12:00:00Z', true],
      ['cron(0 12 ? * 6#1 *)', '2026-05-01T12:00:00Z', true],
      ['cron(0 12 ? * 6L *)', '2026-05-29T12:00:00Z', true],
      ['cron(0 12 1 JAN,MAY ? 2026)', '2026-05-01T12:00:00Z', true],
      ['cron(0 12 1 JAN,MAY ? 2027)', '2026-05-01T12:00:00Z', false],
    ])('%s at %s: %s', (expression, at, fires) => {
      const schedule = readSchedule(expression);
      expect(schedule.kind === 'cron' && schedule.fires(new Date(at))).toBe(fires);
    });

    it.each([
      ['rate(1 minutes)'],
      ['rate(2 minute)'],
      ['rate(0 days)'],
      ['cron(* * * * * *)'],
      ['cron(60 * * * ? *)'],
      ['cron(0 0 15W * ? *)'],
      ['at(2026-01-01T00:00:00)'],
    ])('%s is refused', (expression) => {
      expect(() => scheduled(expression)).toThrow(expression);
    });
  });

  describe('operations', () => {
    it('PutEvents answers for each entry', async () => {
      bench.rule({ Arn: FUNCTION });
      const good = { Source: 'mine', DetailType: 'T', Detail: '{"a":1}' };
      const answer = await bench.bridge.handle(
        call('PutEvents', {
          Entries: [good, { ...good, Source: 'aws.sso' }, { ...good, Detail: '[]' }, { Source: 'x' }],
        }),
      );
      expect(answer).toMatchObject({
        FailedEntryCount: 3,
        Entries: [
          { EventId: expect.any(String) },
          { ErrorCode: 'NotAuthorizedForSourceException' },
          { ErrorCode: 'MalformedDetail' },
          { ErrorCode: 'InvalidArgument' },
        ],
      });
      await bench.settle();
      expect(bench.invoked).toMatchObject([
        {
          payload: {
            version: '0',
            source: 'mine',
            'detail-type': 'T',
            account: ACCOUNT,
            region: REGION,
            detail: { a: 1 },
          },
        },
      ]);
      await expect(bench.bridge.handle(call('PutEvents', { Entries: Array(11).fill(good) }))).rejects.toThrow('10');
    });

    it('take statements out of the policy of a bus', async () => {
      const handle = (operation: string, input: object) => bench.bridge.handle(call(operation, input));
      const policyOf = async () => ((await handle('DescribeEventBus', { Name: 'bus' })) as { Policy?: string }).Policy;
      bench.bridge.createEventBus(resource('Bus', { Name: 'bus' }));
      for (const StatementId of ['one', 'two', 'three']) {
        bench.bridge.createEventBusPolicy(
          resource('Policy', { EventBusName: 'bus', StatementId, Principal: OTHER, Action: 'events:PutEvents' }),
        );
      }
      await handle('RemovePermission', { EventBusName: 'bus', StatementId: 'one' });
      expect(JSON.parse((await policyOf()) ?? '').Statement).toMatchObject([{ Sid: 'two' }, { Sid: 'three' }]);
      await expect(handle('RemovePermission', { EventBusName: 'bus', StatementId: 'one' })).rejects.toMatchObject({
        code: 'ResourceNotFoundException',
      });
      await handle('RemovePermission', { EventBusName: 'bus', RemoveAllPermissions: true });
      expect(await policyOf()).toBeUndefined();
    });

    it('reads describe rules and targets; unknown ones are refused by name', async () => {
      bench.rule({ Arn: FUNCTION, Input: '{}' });
      const handle = (operation: string, input: object) => bench.bridge.handle(call(operation, input));
      expect(await handle('ListRules', { NamePrefix: 'ru' })).toMatchObject({
        Rules: [{ Name: 'rule', State: 'ENABLED' }],
      });
      expect(await handle('DescribeRule', { Name: 'rule' })).toMatchObject({ EventPattern: '{"source":["mine"]}' });
      expect(await handle('ListTargetsByRule', { Rule: 'rule' })).toEqual({
        Targets: [{ Id: 'T', Arn: FUNCTION, Input: '{}' }],
      });
      expect(await handle('ListEventBuses', {})).toMatchObject({ EventBuses: [{ Name: 'default' }] });
      await expect(handle('DescribeRule', { Name: 'none' })).rejects.toMatchObject({
        code: 'ResourceNotFoundException',
      });
      await expect(handle('CreateArchive', {})).rejects.toThrow('events:CreateArchive');
    });
  });
});
