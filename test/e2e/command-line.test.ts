import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LocalCloud } from './support/local-cloud';

const PROJECT_ROOT = join(__dirname, '../..');

interface Ended {
  readonly code: number | null;
  readonly output: string;
}

/** `npm start` with these arguments, until it ends by itself. */
async function run(...args: readonly string[]): Promise<Ended> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'local/main.ts', ...args], { cwd: PROJECT_ROOT });
  return ended(child);
}

function ended(child: ChildProcess): Promise<Ended> {
  let output = '';
  child.stdout?.on('data', (chunk) => {
    output += String(chunk);
  });
  child.stderr?.on('data', (chunk) => {
    output += String(chunk);
  });
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, output })));
}

const NO_STACK_TRACE = /^(?!.*\n {4}at )/s;

describe('npm start', () => {
  const folder = mkdtempSync(join(tmpdir(), 'command-line-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each([
    ['an unknown option', ['--prot', '1'], 'Unknown option --prot; did you mean --port?'],
    ['a configuration that does not exist', ['--config', 'nowhere'], 'config/nowhere.yaml'],
    ['an organization file that does not exist', ['--organization', 'nowhere.yaml'], 'nowhere.yaml'],
  ])(
    'refuses %s in words',
    async (_, args, message) => {
      const { code, output } = await run('--port', '0', ...args);
      expect(output).toContain(message);
      expect(output).toMatch(NO_STACK_TRACE);
      expect(code).toBe(1);
    },
    30_000,
  );

  test('shows all problems of an organization file at once', async () => {
    const file = join(folder, 'wrong.yaml');
    writeFileSync(file, 'organization: { managementAccountId: "1" }\nroot: { accounts: [{ id: "22", name: x }] }\n');
    const { code, output } = await run('--port', '0', '--organization', file);
    expect(output).toContain('organization.managementAccountId');
    expect(output).toContain('root.accounts');
    expect(output).toMatch(NO_STACK_TRACE);
    expect(code).toBe(1);
  }, 30_000);

  test('shows that the configuration does not fit the organization file', async () => {
    const file = join(folder, 'other.yaml');
    const account = '999999999999';
    writeFileSync(
      file,
      `organization: { managementAccountId: "${account}" }\nroot: { accounts: [{ id: "${account}", name: x }] }\n`,
    );
    const { code, output } = await run('--port', '0', '--organization', file);
    expect(output).toContain(`OrgMainAccountId is 111111111111, the management account ${account}`);
    expect(output).toContain('TargetAccountId 333333333333 is no account of the organization');
    expect(code).toBe(1);
  }, 30_000);

  describe('while another one runs', () => {
    let cloud: LocalCloud;
    beforeAll(async () => {
      cloud = await LocalCloud.start({ extra: ['--order', 'controller,identity-center'] });
    });
    afterAll(() => cloud?.stop());

    test('says that the port is in use', async () => {
      const port = new URL(cloud.url).port;
      const { code, output } = await run('--port', port);
      expect(output.trim().split('\n').at(-1)).toBe(
        `Port ${port} is in use. Stop what listens there, or choose another with --port.`,
      );
      expect(code).toBe(1);
    }, 30_000);

    test('the stacks were started in the order given', async () => {
      const { body } = await cloud.local('GET', 'outputs');
      expect(Object.keys(body).map((name) => name.split('-').at(-1))).toEqual([
        'controller',
        'center',
        'organization',
        'management',
      ]);
    });
  });

  test.each(['SIGTERM', 'SIGINT'] as const)('ends with 0 on %s and leaves nothing listening', async (signal) => {
    const assembly = process.env.LOCAL_ASSEMBLY ?? '';
    const child = spawn(process.execPath, ['--import', 'tsx', 'local/main.ts', '--port', '0', '--assembly', assembly], {
      cwd: PROJECT_ROOT,
    });
    const end = ended(child);
    const url = await new Promise<string>((resolve) => {
      child.stdout.on('data', (chunk) => {
        const [, found] = /ready on (http:\S+)/.exec(String(chunk)) ?? [];
        if (found) resolve(found);
      });
    });
    expect((await fetch(`${url}/_local/health`)).status).toBe(200);
    child.kill(signal);
    expect((await end).code).toBe(0);
    await expect(fetch(`${url}/_local/health`)).rejects.toThrow();
  });
});
