import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { bundleFunctions, MOST_BUNDLE_BYTES } from '../../bin/bundle-functions';
import { PROJECT_ROOT } from '../../lib/config';
import { ENTRIES } from './synthesized';
import { temporaryFolder } from './temporary-folder';

/** A project with these files below `lambda/`. */
function projectWith(files: Readonly<Record<string, string>>): string {
  const root = temporaryFolder();
  mkdirSync(join(root, 'lambda'));
  for (const [file, text] of Object.entries(files)) {
    const path = join(root, 'lambda', file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  return root;
}

const HANDLER = `import { greeting } from './greeting';\nexport const handler = async () => greeting;\n`;

describe('bundles', () => {
  it('are one CommonJS file per handler, wherever below lambda/ it lies', async () => {
    const projectRoot = projectWith({
      'one/greet.handler.ts': HANDLER,
      'one/greeting.ts': `export const greeting: string = 'hello';\n`,
      'two/deep/part.handler.ts': `export const handler = async () => 'part';\n`,
    });
    const bundles = await bundleFunctions({ projectRoot });
    expect(bundles.map(({ name }) => name)).toEqual(['greet', 'part']);
    const file = join(projectRoot, 'dist', 'lambda', 'greet', 'index.js');
    expect(bundles[0]?.bytes).toBe(readFileSync(file).byteLength);
    await expect(require(file).handler()).resolves.toBe('hello');
    expect(existsSync(`${file}.map`)).toBe(false);
  });

  it('of handlers that are gone are removed', async () => {
    const projectRoot = projectWith({ 'part.handler.ts': `export const handler = async () => 'part';\n` });
    const outdir = join(projectRoot, 'out');
    mkdirSync(join(outdir, 'gone'), { recursive: true });
    await bundleFunctions({ projectRoot, outdir });
    expect(existsSync(join(outdir, 'gone'))).toBe(false);
    expect(existsSync(join(outdir, 'part', 'index.js'))).toBe(true);
  });

  it('that are too large are refused by name', async () => {
    const text = 'x'.repeat(MOST_BUNDLE_BYTES);
    const projectRoot = projectWith({ 'large.handler.ts': `export const handler = async () => '${text}';\n` });
    await expect(bundleFunctions({ projectRoot })).rejects.toThrow(/^Larger than 600\.0 kB: large \(600\.\d kB\)\.$/);
  });

  it('cannot have the same name', async () => {
    const handler = 'export const handler = async () => 1;\n';
    const projectRoot = projectWith({ 'one/same.handler.ts': handler, 'two/same.handler.ts': handler });
    await expect(bundleFunctions({ projectRoot })).rejects.toThrow('Two handlers are called same');
  });
});

describe('bundles of this project', () => {
  /** What the providers of credentials for laptops, containers and virtual machines read; no other code does. */
  const ELSEWHERE = [
    'credential_process',
    'sso_start_url',
    'web_identity_token_file',
    'AWS_WEB_IDENTITY_TOKEN_FILE',
    'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
  ];
  const texts = new Map<string, string>();

  beforeAll(async () => {
    const outdir = temporaryFolder();
    for (const { name } of await bundleFunctions({ projectRoot: PROJECT_ROOT, outdir })) {
      texts.set(name, readFileSync(join(outdir, name, 'index.js'), 'utf8'));
    }
  });

  it('are the functions of the templates, each small enough', () => {
    expect([...texts.keys()]).toEqual([...ENTRIES].sort());
  });

  it('find credentials in the environment; providers that are never asked in Lambda are not in them', () => {
    const found = [...texts].flatMap(([name, text]) =>
      ELSEWHERE.filter((marker) => text.includes(marker)).map((marker) => `${name}: ${marker}`),
    );
    expect(found).toEqual([]);
    const fromEnvironment = [...texts].filter(([, text]) => text.includes('AWS_SECRET_ACCESS_KEY'));
    expect(fromEnvironment.map(([name]) => name)).toEqual([...ENTRIES].sort());
  });

  it('would have those providers otherwise: the markers are theirs', async () => {
    const { outputFiles } = await build({
      absWorkingDir: PROJECT_ROOT,
      stdin: { contents: "export * from '@aws-sdk/credential-provider-node';", resolveDir: PROJECT_ROOT },
      bundle: true,
      platform: 'node',
      mainFields: ['module', 'main'],
      write: false,
    });
    const text = outputFiles.map((file) => file.text).join('\n');
    expect(ELSEWHERE.filter((marker) => !text.includes(marker))).toEqual([]);
  });
});

describe('credentials of a bundled client', () => {
  const before = { ...process.env };
  afterEach(() => {
    process.env = { ...before };
  });

  /** What the default credentials of a client are in a bundle. */
  async function bundledCredentials(): Promise<() => Promise<unknown>> {
    const sts = join(PROJECT_ROOT, 'node_modules', '@aws-sdk', 'client-sts');
    const projectRoot = projectWith({
      'ask.handler.ts': `import { STSClient } from ${JSON.stringify(sts)};
        export const handler = () => new STSClient({ region: 'eu-west-1' }).config.credentials();\n`,
    });
    await bundleFunctions({ projectRoot });
    return require(join(projectRoot, 'dist', 'lambda', 'ask', 'index.js')).handler;
  }

  it('are those of the environment', async () => {
    const handler = await bundledCredentials();
    Object.assign(process.env, {
      AWS_ACCESS_KEY_ID: 'id',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_SESSION_TOKEN: 'token',
    });
    await expect(handler()).resolves.toMatchObject({
      accessKeyId: 'id',
      secretAccessKey: 'secret',
      sessionToken: 'token',
    });
  });

  it('are looked for nowhere else', async () => {
    const handler = await bundledCredentials();
    const home = temporaryFolder();
    const file = join(home, 'credentials');
    writeFileSync(file, '[default]\naws_access_key_id = other\naws_secret_access_key = other\n');
    for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN']) delete process.env[name];
    Object.assign(process.env, { HOME: home, AWS_SHARED_CREDENTIALS_FILE: file, AWS_PROFILE: 'default' });
    await expect(handler()).rejects.toMatchObject({
      name: 'CredentialsProviderError',
      message: expect.stringContaining('environment variable'),
    });
  });
});
