import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { administratorOf, type LocalCloud, TARGET } from './local-cloud';

const PROJECT_ROOT = join(__dirname, '../../..');

/** `npm run <name> -- local …` as the administrator of the target account; answers what it prints. */
export async function operatorCommand(
  cloud: LocalCloud,
  name: 'full-pass' | 'import',
  ...args: readonly string[]
): Promise<string> {
  const { accessKeyId, secretAccessKey } = administratorOf(TARGET);
  const env = {
    ...process.env,
    AWS_ENDPOINT_URL: cloud.url,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
  };
  const command = ['--import', 'tsx', `bin/${name}.ts`, 'local', ...args];
  return (await promisify(execFile)(process.execPath, command, { cwd: PROJECT_ROOT, env })).stdout;
}
