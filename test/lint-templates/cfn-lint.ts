import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildApp } from '../../lib/app';
import type { Configuration } from '../../lib/config';
import { projectWithEmptyFunctions } from '../lib/synthesized';
import { temporaryFolder } from '../lib/temporary-folder';

/** cfn-lint 1.51: rule E3703 passes on what I1022 says of the ARN of a role, which is a matter of taste. */
const NO_ERROR = /:E3703:Prefer using Fn::Sub over Fn::Join with an empty delimiter$/;

/** The version of cfn-lint on this machine; nothing where it is not installed. */
export function cfnLintVersion(): string | undefined {
  const { status, stdout } = spawnSync('cfn-lint', ['--version'], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}

/** Files with all templates of a configuration; those in the stages of a pipeline are the same once more. */
export function writeTemplates(configuration: Configuration): string[] {
  const outdir = temporaryFolder();
  buildApp({ configuration, outdir, projectRoot: projectWithEmptyFunctions(), checks: false }).synth();
  return readdirSync(outdir)
    .filter((file) => file.endsWith('.template.json'))
    .map((file) => join(outdir, file));
}

/** The files without those that have the text of another one. */
export function withoutCopies(files: readonly string[]): string[] {
  return [...new Map(files.map((file) => [readFileSync(file, 'utf8'), file])).values()];
}

/** Errors of templates, one a line. Throws when cfn-lint does not run. */
export function lintTemplates(files: readonly string[]): string[] {
  const { stdout, stderr, status } = spawnSync(
    'cfn-lint',
    ['--format', 'parseable', '--ignore-checks', 'W', 'I', '--', ...files],
    { encoding: 'utf8' },
  );
  const lines = stdout.split('\n').filter((line) => line !== '');
  if (status === null || (status !== 0 && lines.length === 0)) throw new Error(`cfn-lint does not run: ${stderr}`);
  return lines.filter((line) => !NO_ERROR.test(line));
}
