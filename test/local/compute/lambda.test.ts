import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ACCOUNT, ADMINISTRATOR, call, LambdaBench, REGION, ROLE, resource, until } from './support';

describe('Lambda', () => {
  let bench: LambdaBench;
  beforeEach(() => {
    bench = new LambdaBench();
  });
  afterEach(() => bench.close());

  describe('an invocation', () => {
    it('gets the event and answers with the result of the handler', async () => {
      const echo = bench.deploy('echo', 'return { got: event };');
      expect(await bench.invoke(echo, { a: [1] })).toMatchObject({ payload: { got: { a: [1] } } });
    });

    it('reuses its instance', async () => {
      const counter = bench.deploySource('counter', 'let n = 0; exports.handler = async () => ++n;');
      expect((await bench.invoke(counter)).payload).toBe(1);
      expect((await bench.invoke(counter)).payload).toBe(2);
    });

    it('sees its template environment and what Lambda adds, nothing of this process', async () => {
      process.env.OF_THIS_PROCESS = 'yes';
      const environment = bench.deploy('environment', 'return process.env;', {
        Environment: { Variables: { TABLE: 'links' } },
      });
      const { payload } = await bench.invoke(environment);
      expect(payload).toMatchObject({
        TABLE: 'links',
        AWS_REGION: REGION,
        AWS_LAMBDA_FUNCTION_NAME: 'environment',
        AWS_ENDPOINT_URL: bench.endpoint,
        AWS_ACCESS_KEY_ID: 'ASIATEST',
        AWS_SESSION_TOKEN: 'token',
      });
      expect(payload).not.toHaveProperty('OF_THIS_PROCESS');
      expect(payload).not.toHaveProperty('PATH');
    });

    it('has the context of Lambda', async () => {
      const context = bench.deploy('context', `return { ...context, remaining: context.getRemainingTimeInMillis() };`, {
        Timeout: 30,
        MemorySize: 256,
      });
      const { payload, requestId } = await bench.invoke(context);
      expect(payload).toMatchObject({
        awsRequestId: requestId,
        functionName: 'context',
        functionVersion: '$LATEST',
        invokedFunctionArn: context,
        memoryLimitInMB: '256',
        logGroupName: '/aws/lambda/context',
      });
      const { remaining } = payload as { remaining: number };
      expect(remaining).toBeGreaterThan(0);
      expect(remaining).toBeLessThanOrEqual(30_000);
    });

    it('fails with the name of what was thrown', async () => {
      const failing = bench.deploy('failing', `throw Object.assign(new Error('busy'), { name: 'Throttled' });`);
      expect(await bench.invoke(failing)).toMatchObject({
        functionError: 'Unhandled',
        payload: { errorType: 'Throttled', errorMessage: 'busy', trace: expect.any(Array) },
      });
    });

    it.each([
      ['missing export', 'exports.other = 1;', 'Runtime.HandlerNotFound'],
      ['missing module', `require('./nowhere');`, 'Runtime.ImportModuleError'],
      ['syntax error', 'this is not JavaScript', 'Runtime.UserCodeSyntaxError'],
      ['error while loading', `throw new RangeError('at load');`, 'RangeError'],
      [
        'callback style',
        'exports.handler = (event, context, callback) => callback();',
        'Runtime.CallbackHandlerDeprecated',
      ],
      ['exit', 'exports.handler = async () => process.exit(1);', 'Runtime.ExitError'],
      [
        'stray rejection',
        `exports.handler = () => { Promise.reject(new Error('x')); return new Promise(() => {}); }`,
        'Runtime.UnhandledPromiseRejection',
      ],
      ['not JSON', 'exports.handler = async () => 1n;', 'Runtime.MarshalError'],
    ])('reports a %s as the runtime does, and starts anew', async (_, source, errorType) => {
      const broken = bench.deploySource('broken', source);
      for (const _attempt of [1, 2]) {
        expect(await bench.invoke(broken)).toMatchObject({ functionError: 'Unhandled', payload: { errorType } });
      }
    });

    it('is killed when it computes longer than its timeout in real time', async () => {
      const endless = bench.deploy('endless', 'for (;;) {}', { Timeout: 1 });
      expect((await bench.invoke(endless)).payload).toMatchObject({
        errorType: 'Sandbox.Timedout',
        errorMessage: expect.stringMatching(/Task timed out after 1\.00 seconds$/),
      });
    });

    it('computes in real time: a slow machine does not use up a simulated timeout', async () => {
      const slow = bench.deploy(
        'slow',
        `const end = process.hrtime.bigint() + 100_000_000n; while (process.hrtime.bigint() < end);
         return context.getRemainingTimeInMillis();`,
        { Timeout: 5 },
      );
      // At the clock's speed, computing for this long would have used up all of it.
      expect((await bench.invoke(slow)).payload).toBeGreaterThan(1_000);
    });
  });

  describe('time inside a function', () => {
    it('is the simulated time', async () => {
      const times = bench.deploy(
        'times',
        `const before = Date.now(), at = performance.now();
         await new Promise((resolve) => setTimeout(resolve, 60_000));
         await require('node:timers/promises').setTimeout(60_000);
         await require('node:util').promisify(setTimeout)(60_000);
         return { now: new Date().toISOString(), waited: Date.now() - before, ticked: performance.now() - at,
           isDate: new Date() instanceof Date, fixed: new Date(0).toISOString(), text: typeof Date() };`,
        { Timeout: 600 },
      );
      const real = Date.now();
      const { payload } = await bench.invoke(times);
      const { now, waited, ticked } = payload as { now: string; waited: number; ticked: number };
      expect(payload).toMatchObject({ isDate: true, fixed: '1970-01-01T00:00:00.000Z', text: 'string' });
      expect(now).toMatch(/^2030-01-01T/);
      expect(waited).toBeGreaterThanOrEqual(180_000);
      expect(ticked).toBeGreaterThanOrEqual(180_000);
      expect(Date.now() - real).toBeLessThan(waited);
    });

    it('cancels, repeats and refreshes timers, and aborts signals', async () => {
      const timers = bench.deploy(
        'timers',
        `const seen = [];
         clearTimeout(setTimeout(() => seen.push('cancelled'), 10));
         const every = setInterval(() => { seen.push('tick'); if (seen.length === 3) clearInterval(every); }, 1000);
         const signal = AbortSignal.timeout(20_000);
         await new Promise((resolve) => signal.addEventListener('abort', resolve));
         return { seen, reason: signal.reason.name, unref: setTimeout(() => {}, 1).unref().hasRef() };`,
      );
      const { payload } = await bench.invoke(timers);
      expect(payload).toEqual({ seen: ['tick', 'tick', 'tick'], reason: 'TimeoutError', unref: false });
    });
  });

  describe('concurrency', () => {
    it('runs at most four instances and queues the rest', async () => {
      const busy = bench.deploySource(
        'busy',
        `const id = Math.random(); exports.handler = async () => { await new Promise((r) => setTimeout(r, 2000)); return id; };`,
      );
      const answers = await Promise.all(Array.from({ length: 10 }, () => bench.invoke(busy)));
      expect(new Set(answers.map(({ payload }) => payload)).size).toBe(4);
      expect(bench.lambda.inFlight()).toBe(0);
    });

    it('throttles over the reserved concurrency', async () => {
      const reserved = bench.deploy('reserved', 'return 1;', { ReservedConcurrentExecutions: 1 });
      const first = bench.invoke(reserved);
      await expect(bench.invoke(reserved)).rejects.toMatchObject({ code: 'TooManyRequestsException', statusCode: 429 });
      expect((await first).payload).toBe(1);
    });

    it('counts invocations, errors and gigabyte-seconds', async () => {
      const used = bench.deploy('used', 'if (event.fail) throw new Error(); return 1;', { MemorySize: 1024 });
      await bench.invoke(used);
      await bench.invoke(used, { fail: true });
      const [usage] = bench.lambda.usage();
      expect(usage).toMatchObject({ functionName: 'used', invocations: 2, errors: 1 });
      expect(usage?.gigabyteSeconds).toBeGreaterThan(0);
    });
  });

  describe('instances', () => {
    const counter = 'const id = Math.random(); exports.handler = async () => id;';

    it('can be started before the first invocation', async () => {
      const warm = bench.deploySource('warm', `console.log('loaded'); ${counter}`);
      await bench.lambda.warm();
      expect(bench.lambda.inFlight()).toBe(0);
      await bench.invoke(warm);
      const messages = await bench.messages('/aws/lambda/warm');
      expect(messages[0]).toContain('loaded');
      expect(messages[1]).toMatch(/^START/);
    });

    it('are stopped after a while without work, but for the last one', async () => {
      const busy = bench.deploySource('busy', `${counter} setInterval(() => {}, 1);`);
      const both = await Promise.all([bench.invoke(busy), bench.invoke(busy)]);
      expect(new Set(both.map(({ payload }) => payload)).size).toBe(2);
      await bench.clock.sleep(16 * 60_000);
      const again = await Promise.all([bench.invoke(busy), bench.invoke(busy)]);
      const seen = new Set([...both, ...again].map(({ payload }) => payload));
      expect(seen.size).toBe(3);
    }, 30_000);

    it('are replaced before their credentials expire', async () => {
      const counting = bench.deploySource('counting', counter);
      bench.credentialSeconds = 10;
      const first = await bench.invoke(counting);
      await bench.clock.sleep(8000);
      const second = await bench.invoke(counting);
      expect(second.payload).not.toBe(first.payload);
    });
  });

  describe('logs', () => {
    it('are written with the rights of the role, around and inside an invocation', async () => {
      const talking = bench.deploy('talking', `console.log('hello', { a: 1 }); process.stdout.write('{"raw":1}\\n');`);
      const { requestId } = await bench.invoke(talking);
      const messages = await bench.messages('/aws/lambda/talking');
      expect(messages[0]).toBe(`START RequestId: ${requestId} Version: $LATEST`);
      expect(messages[1]).toMatch(new RegExp(`^2030-.*\\t${requestId}\\tINFO\\thello \\{ a: 1 \\}$`));
      expect(messages[2]).toBe('{"raw":1}');
      expect(messages[3]).toBe(`END RequestId: ${requestId}`);
      expect(messages[4]).toMatch(/^REPORT /);
      expect(bench.authorizer.asked).toContainEqual(
        expect.objectContaining({
          action: 'logs:PutLogEvents',
          principal: expect.objectContaining({ roleArn: ROLE, sessionName: 'talking' }),
        }),
      );
    });

    it('in JSON follow the log levels', async () => {
      const json = bench.deploy('json', `console.info('quiet'); console.warn({ loud: true });`, {
        LoggingConfig: { LogFormat: 'JSON', LogGroup: 'group', ApplicationLogLevel: 'WARN', SystemLogLevel: 'WARN' },
      });
      await bench.invoke(json);
      const messages = (await bench.messages('group')).map((message) => JSON.parse(message));
      expect(messages).toEqual([expect.objectContaining({ level: 'WARN', message: { loud: true } })]);
    });

    it('are lost, but not the invocation, without the right to write them', async () => {
      bench.authorizer.denied.add('logs:CreateLogStream');
      const silent = bench.deploy('silent', `console.log('x'); return 1;`);
      expect((await bench.invoke(silent)).payload).toBe(1);
      expect(await bench.messages('/aws/lambda/silent')).toEqual([]);
    });
  });

  describe('what AWS refuses', () => {
    const base = { Code: { S3Key: 'x' }, Runtime: 'nodejs24.x', Handler: 'index.handler', Role: ROLE };

    it.each([
      ['VpcConfig', { ...base, VpcConfig: {} }],
      ['Code.ZipFile', { ...base, Code: { ZipFile: 'x' } }],
      ['Runtime python3.13', { ...base, Runtime: 'python3.13' }],
      ['Timeout', { ...base, Timeout: 901 }],
      ['AWS_REGION', { ...base, Environment: { Variables: { AWS_REGION: 'x' } } }],
      ['role cannot be assumed', { ...base, Role: `arn:aws:iam::${ACCOUNT}:role/other` }],
    ])('names %s', (name, properties) => {
      expect(() => bench.lambda.createFunction(resource('F', properties))).toThrow(name);
    });

    it('refuses an active tracing or a dead-letter queue without the rights', () => {
      bench.authorizer.denied.add('xray:PutTraceSegments');
      expect(() => bench.deploy('traced', '', { TracingConfig: { Mode: 'Active' } })).toThrow('xray:PutTraceSegments');
      bench.authorizer.denied.add('sqs:SendMessage');
      const target = { TargetArn: `arn:aws:sqs:${REGION}:${ACCOUNT}:dead` };
      expect(() => bench.deploy('dead', '', { DeadLetterConfig: target })).toThrow('sqs:SendMessage');
    });
  });

  it('puts permissions into the resource policy', () => {
    const target = bench.deploy('target', '');
    bench.lambda.createPermission(
      resource('Allow', {
        Action: 'lambda:InvokeFunction',
        FunctionName: target,
        Principal: 'events.amazonaws.com',
        SourceArn: 'arn:aws:events:eu-west-1:333333333333:rule/r',
        SourceAccount: ACCOUNT,
      }),
    );
    expect(bench.lambda.resourcePoliciesOf(target)).toEqual([
      {
        Version: '2012-10-17',
        Statement: [
          expect.objectContaining({
            Principal: { Service: 'events.amazonaws.com' },
            Condition: {
              ArnLike: { 'AWS:SourceArn': 'arn:aws:events:eu-west-1:333333333333:rule/r' },
              StringEquals: { 'AWS:SourceAccount': ACCOUNT },
            },
          }),
        ],
      },
    ]);
  });

  describe('the Invoke operation', () => {
    it('answers synchronously with payload and error', async () => {
      bench.deploy('api', 'if (event.fail) throw new TypeError("no"); return event;');
      const handle = (input: unknown) => bench.lambda.handle(call('Invoke', input)) as Promise<{ Payload: Buffer }>;
      const good = await handle({ FunctionName: 'api', Payload: Buffer.from('{"a":1}') });
      expect(good).toMatchObject({ StatusCode: 200 });
      expect(good).not.toHaveProperty('FunctionError');
      expect(JSON.parse(good.Payload.toString())).toEqual({ a: 1 });
      expect(await handle({ FunctionName: 'api', Payload: Buffer.from('{"fail":1}') })).toMatchObject({
        FunctionError: 'Unhandled',
      });
    });

    it('refuses unknown functions, broken JSON and large events', async () => {
      bench.deploy('api', '');
      const handle = (input: unknown) => bench.lambda.handle(call('Invoke', input));
      await expect(handle({ FunctionName: 'none' })).rejects.toMatchObject({ code: 'ResourceNotFoundException' });
      await expect(handle({ FunctionName: 'api', Payload: '{' })).rejects.toMatchObject({
        code: 'InvalidRequestContentException',
      });
      const Payload = JSON.stringify('x'.repeat(6 * 1024 * 1024));
      await expect(handle({ FunctionName: 'api', Payload })).rejects.toMatchObject({
        code: 'RequestTooLargeException',
      });
    });
  });

  describe('an asynchronous invocation', () => {
    it('is tried three times with minutes in between, then goes to the dead-letter queue', async () => {
      const dead: { body: string; attributes: unknown; at: number }[] = [];
      bench.lambda.connect({
        queues: {
          receive: async () => [],
          remove: () => undefined,
          visibilityTimeoutSeconds: () => 30,
          send: () => undefined,
          setAside: (_arn, body, _sender, _context, attributes) => {
            dead.push({ body, attributes, at: bench.clock.now() });
          },
        },
      });
      const failing = bench.deploy('failing', `throw new Error('always');`, {
        DeadLetterConfig: { TargetArn: `arn:aws:sqs:${REGION}:${ACCOUNT}:dead` },
      });
      const started = bench.clock.now();
      bench.lambda.invokeAsync({ functionArn: failing, payload: { a: 1 }, principal: ADMINISTRATOR });
      expect(bench.lambda.inFlight()).toBeGreaterThan(0);
      await until(() => bench.lambda.inFlight() === 0);
      expect(bench.lambda.usage()[0]).toMatchObject({ invocations: 3, errors: 3 });
      expect(dead).toEqual([
        { body: '{"a":1}', attributes: expect.objectContaining({ ErrorMessage: 'always' }), at: expect.any(Number) },
      ]);
      expect((dead[0]?.at ?? 0) - started).toBeGreaterThanOrEqual(180_000);
    });
  });

  describe('the crash fault', () => {
    it('kills invocations before, after and between their requests', async () => {
      let served = 0;
      const server = createServer((_request, response) => {
        served += 1;
        response.end('ok');
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      bench.endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const caller = bench.deploy(
        'caller',
        `const http = require('node:http');
         for (let i = 0; i < 4; i += 1) await new Promise((resolve, reject) =>
           http.get(process.env.AWS_ENDPOINT_URL, (r) => r.resume().on('end', resolve)).on('error', reject));
         return 'done';`,
      );
      await bench.invoke(caller);
      expect(served).toBe(4);
      bench.lambda.crashProbability = 1;
      const requests = new Set<number>();
      for (let attempt = 0; attempt < 12; attempt += 1) {
        served = 0;
        const answer = await bench.invoke(caller);
        expect(answer).toMatchObject({ functionError: 'Unhandled', payload: { errorType: 'Runtime.ExitError' } });
        requests.add(served);
      }
      expect(requests.size).toBeGreaterThan(1);
      bench.lambda.crashProbability = 0;
      expect((await bench.invoke(caller)).payload).toBe('done');
      server.close();
    }, 30_000);
  });
});
