import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Judgement } from '../../../bin/commands/preflight/finding';
import { administratorOf, type LocalCloud } from './local-cloud';

const PROJECT_ROOT = join(__dirname, '../../..');
const ACCOUNTS = ['111111111111', '222222222222', '333333333333'];

export interface Preflight {
  readonly code: number | null;
  readonly judgement: Judgement;
}

/** `npm run preflight -- local --json`, with one profile of the AWS command line for each account. */
export async function runPreflight(cloud: LocalCloud, ...options: readonly string[]): Promise<Preflight> {
  const folder = mkdtempSync(join(tmpdir(), 'preflight-'));
  try {
    const config = join(folder, 'config');
    writeFileSync(config, ACCOUNTS.map(profileOf).join('\n'));
    const profiles = ACCOUNTS.flatMap((accountId) => ['--profile', `${accountId}=account-${accountId}`]);
    const args = ['--import', 'tsx', 'bin/preflight.ts', 'local', '--json', ...profiles, ...options];
    const env = { ...process.env, AWS_ENDPOINT_URL: cloud.url, AWS_CONFIG_FILE: config };
    const { code, output } = await ended(args, env);
    return { code, judgement: JSON.parse(output) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function profileOf(accountId: string): string {
  const { accessKeyId, secretAccessKey } = administratorOf(accountId);
  const keys = `aws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}`;
  return `[profile account-${accountId}]\nregion = eu-west-1\n${keys}\n`;
}

function ended(args: readonly string[], env: NodeJS.ProcessEnv): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, args, { cwd: PROJECT_ROOT, env, stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += String(chunk);
  });
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, output })));
}
