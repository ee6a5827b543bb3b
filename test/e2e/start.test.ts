import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateAccountAssignmentCommand } from '@aws-sdk/client-sso-admin';
import { principalId } from './support/access';
import { INSTANCE_ARN, LocalCloud, type StartOptions } from './support/local-cloud';
import { observedAssignments } from './support/observed';
import { defaultOrganization, Oracle } from './support/oracle';
import { until } from './support/until';

const PROJECT_ROOT = join(__dirname, '../..');
const LINK = 'account_tag%team^Finance%Billing-ps%team-Accountants%GROUP%ssofile';

/** Runs something with a local cloud of its own, and stops that. */
async function withCloud<T>(options: StartOptions, use: (cloud: LocalCloud) => Promise<T>): Promise<T> {
  const cloud = await LocalCloud.start(options);
  try {
    return await use(cloud);
  } finally {
    await cloud.stop();
  }
}

describe('the order in which stacks start', () => {
  const [organization, center, controller] = ['organization', 'identity-center', 'controller'];
  const expected = new Oracle(defaultOrganization()).expected([LINK]);
  const seen = new Set<string>();

  test.each([
    [organization, center, controller],
    [organization, controller, center],
    [center, organization, controller],
    [center, controller, organization],
    [controller, organization, center],
    [controller, center, organization],
  ])('%s, %s, %s: a link works, and the outputs are the same', async (...order) => {
    await withCloud({ extra: ['--order', order.join()], speed: 100 }, async (cloud) => {
      const { body } = await cloud.local('GET', 'outputs');
      expect(
        Object.keys(body).map((name) => /organization|identity-center$|management|controller/.exec(name)?.[0]),
      ).toHaveLength(4);
      const stacks = Object.entries(body).sort(([left], [right]) => (left < right ? -1 : 1));
      seen.add(JSON.stringify(stacks).replaceAll(cloud.url, ''));
      expect(seen.size).toBe(1);
      await cloud.link('create', LINK);
      await cloud.settle();
      expect(await observedAssignments(cloud)).toEqual(expected);
    });
  });
});

describe('options', () => {
  test('the same seed gives the same random numbers, another seed others', async () => {
    const [one, same] = [await withCloud({ seed: 7 }, firstRequestId), await withCloud({ seed: 7 }, firstRequestId)];
    expect(one).toMatch(/^[0-9a-f-]{36}$/);
    expect(same).toBe(one);
    await withCloud({ seed: 8, speed: 500 }, async (cloud) => {
      expect(await firstRequestId(cloud)).not.toBe(one);
      await expectFasterThanLife(cloud);
    });
  });

  /** The id of the first operation of Identity Center. */
  async function firstRequestId(cloud: LocalCloud): Promise<string | undefined> {
    const input = {
      InstanceArn: INSTANCE_ARN,
      TargetId: '123456789012',
      TargetType: 'AWS_ACCOUNT' as const,
      PermissionSetArn: await cloud.permissionSetArn('Billing-ps'),
      PrincipalType: 'GROUP' as const,
      PrincipalId: await principalId(cloud, 'GROUP', 'team-Accountants'),
    };
    const answer = await cloud.ssoAdmin().send(new CreateAccountAssignmentCommand(input));
    return answer.AccountAssignmentCreationStatus?.RequestId;
  }

  /** Half a minute passes in much less. */
  async function expectFasterThanLife(cloud: LocalCloud): Promise<void> {
    const now = async () => Date.parse((await cloud.local('GET', 'health')).body.now);
    const [simulated, real] = [await now(), performance.now()];
    await until(async () => (await now()) >= simulated + 30_000);
    expect(performance.now() - real).toBeLessThan(30_000);
  }
});

describe('a wrong configuration', () => {
  const folder = mkdtempSync(join(tmpdir(), 'start-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('is shown with all its problems in one message', async () => {
    const file = join(folder, 'wrong.yaml');
    const right = readFileSync(join(PROJECT_ROOT, 'config/local.yaml'), 'utf8');
    const wrong = right
      .replace('TargetAccountId: 333333333333', 'TargetAccountId: 3333')
      .replace('SSOServiceAccountRegion: eu-west-1', 'SSOServiceAccountRegion: nowhere')
      .replace('SupportNestedOU: true', 'SupportNestedOu: true\n  LinksProvisioningMode: sometimes')
      .replace('  LinksProvisioningMode: both\n', '');
    writeFileSync(file, wrong);
    const { code, output } = await run('--port', '0', '--config', file);
    for (const key of ['TargetAccountId', 'SSOServiceAccountRegion', 'SupportNestedOu', 'LinksProvisioningMode']) {
      expect(output).toContain(key);
    }
    expect(output.match(/ problems:/g)).toHaveLength(1);
    expect(output).not.toMatch(/\n {4}at /);
    expect(code).toBe(1);
  }, 30_000);

  test('so are wrong options', async () => {
    const { code, output } = await run('--speed', 'fast', '--seed', '-1', '--colour', 'red');
    for (const problem of ['--speed needs', '--seed needs', 'Unknown option --colour'])
      expect(output).toContain(problem);
    expect(code).toBe(1);
  }, 30_000);
});

/** `npm start` with these arguments, until it ends by itself. */
function run(...args: readonly string[]): Promise<{ readonly code: number | null; readonly output: string }> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'local/main.ts', ...args], { cwd: PROJECT_ROOT });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += String(chunk);
    });
  }
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, output })));
}
