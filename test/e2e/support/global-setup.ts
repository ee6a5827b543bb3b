import { existsSync } from 'node:fs';
import { startSynthesis } from './shared-assembly';

/** One synthesis for all end-to-end tests: functions are bundled and the app synthesized once per run. */
export default async function globalSetup(): Promise<void> {
  const given = process.env.LOCAL_ASSEMBLY;
  if (given && existsSync(given)) return;
  process.env.LOCAL_ASSEMBLY = await startSynthesis();
}
