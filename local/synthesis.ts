import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleFunctions } from '../bin/bundle-functions';
import { buildApp } from '../lib/app';
import { type Configuration, PROJECT_ROOT } from '../lib/config';

/** A cloud assembly in a temporary folder. */
export interface Synthesis {
  readonly directory: string;
  remove(): void;
}

/**
 * Bundles the functions and synthesizes the app as `cdk synth` does, without the checks of cdk-nag: they take seconds
 * and say nothing about how the templates run.
 */
export async function synthesizeInto(directory: string, configuration: Configuration): Promise<void> {
  await bundleFunctions({ projectRoot: PROJECT_ROOT });
  buildApp({ configuration, outdir: directory, checks: false }).synth();
}

/** The same into a new temporary folder, which is removed when the process ends, if not before. */
export async function synthesize(configuration: Configuration): Promise<Synthesis> {
  const directory = mkdtempSync(join(tmpdir(), 'local-cloud-'));
  const remove = () => rmSync(directory, { recursive: true, force: true });
  // Whoever is told to stop while starting ends without another chance to remove it.
  process.once('exit', remove);
  await synthesizeInto(directory, configuration);
  return { directory, remove };
}
