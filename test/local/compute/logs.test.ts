import { VirtualClock } from '../../../local/clock';
import { roleSession } from '../../../local/cloud/lambda/role-session';
import { Logs } from '../../../local/cloud/logs';
import { ACCOUNT, call, OpenAuthorizer, REGION, ROLE, resource } from './support';

describe('Logs', () => {
  const authorizer = new OpenAuthorizer();
  const clock = new VirtualClock();
  const logs = new Logs({ clock, authorizer });
  const principal = roleSession(ROLE, 'session');
  const at = (stream: string) => ({ accountId: ACCOUNT, region: REGION, group: '/group', stream, principal });

  beforeAll(() => {
    logs.createLogGroup(resource('Group', { LogGroupName: '/group', RetentionInDays: 7 }));
    logs.createStream(at('one'));
    logs.createStream(at('two'));
    logs.write(
      at('one'),
      ['alpha ERROR', 'beta', 'gamma ERROR'].map((message, index) => ({ timestamp: index * 10, message })),
    );
    logs.write(at('two'), [{ timestamp: 15, message: 'delta ERROR' }]);
  });

  it('describes groups and streams', async () => {
    expect(await logs.handle(call('DescribeLogGroups', { logGroupNamePrefix: '/gr' }))).toMatchObject({
      logGroups: [{ logGroupName: '/group', retentionInDays: 7, arn: expect.stringMatching(/log-group:\/group:\*$/) }],
    });
    expect(await logs.handle(call('DescribeLogStreams', { logGroupName: '/group', limit: 1 }))).toMatchObject({
      logStreams: [{ logStreamName: 'one' }],
      nextToken: '1',
    });
  });

  it('pages through a stream until the token no longer changes', async () => {
    const seen: string[] = [];
    let nextToken: string | undefined;
    for (;;) {
      const page = (await logs.handle(
        call('GetLogEvents', {
          logGroupName: '/group',
          logStreamName: 'one',
          startFromHead: true,
          limit: 2,
          nextToken,
        }),
      )) as { events: { message: string }[]; nextForwardToken: string };
      if (page.nextForwardToken === nextToken) break;
      nextToken = page.nextForwardToken;
      seen.push(...page.events.map(({ message }) => message));
    }
    expect(seen).toEqual(['alpha ERROR', 'beta', 'gamma ERROR']);
  });

  it.each([
    ['ERROR', ['alpha ERROR', 'delta ERROR', 'gamma ERROR']],
    ['ERROR -gamma', ['alpha ERROR', 'delta ERROR']],
    ['?beta ?delta', ['beta', 'delta ERROR']],
    ['"alpha ERROR"', ['alpha ERROR']],
  ])('filters by %s over all streams in order of time', async (filterPattern, expected) => {
    const { events } = (await logs.handle(call('FilterLogEvents', { logGroupName: '/group', filterPattern }))) as {
      events: { message: string }[];
    };
    expect(events.map(({ message }) => message)).toEqual(expected);
  });

  it('refuses by name', async () => {
    await expect(logs.handle(call('StartQuery', {}))).rejects.toThrow('logs:StartQuery');
    await expect(
      logs.handle(call('FilterLogEvents', { logGroupName: '/group', filterPattern: '{ $.a = 1 }' })),
    ).rejects.toThrow('{ $.a = 1 }');
    await expect(logs.handle(call('DescribeLogStreams', { logGroupName: '/none' }))).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
    });
    expect(() => logs.createLogGroup(resource('G', { Unknown: 1 }))).toThrow('Unknown');
  });

  it('charges writing to the role, and a key to the log service', () => {
    expect(authorizer.asked).toContainEqual({
      principal,
      action: 'logs:CreateLogStream',
      resources: [`arn:aws:logs:${REGION}:${ACCOUNT}:log-group:/group:log-stream:one`],
    });
    const asked: unknown[] = [];
    const guarded = new Logs({ clock, authorizer, useKey: (request) => asked.push(request) });
    guarded.createLogGroup(resource('Group', { LogGroupName: '/key', KmsKeyId: 'arn:aws:kms:::key/1' }));
    expect(asked).toEqual([
      expect.objectContaining({
        action: 'kms:GenerateDataKey',
        principal: expect.objectContaining({ arn: `logs.${REGION}.amazonaws.com` }),
      }),
    ]);
  });
});
