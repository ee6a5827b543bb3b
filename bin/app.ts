import { App } from 'aws-cdk-lib';
import { buildApp } from '../lib/app';
import {
  configurationNames,
  isRegionSwitch,
  loadConfiguration,
  loadRegionSwitch,
  WrongConfiguration,
} from '../lib/config';
import { buildRegionSwitchApp } from '../lib/region-switch-app';

/** The command of `cdk.json`: builds the application for the configuration that `-c config=<name>` chooses. */
function main(): void {
  // The command line hands its context over to the first App; this one is only asked for it.
  const name: unknown = new App({ autoSynth: false }).node.tryGetContext('config');
  if (typeof name !== 'string' || name === '') {
    throw new WrongConfiguration('The command line', [
      { path: '-c config=<name>', message: `is missing; there are: ${configurationNames().join(', ')}` },
    ]);
  }
  if (isRegionSwitch(name)) buildRegionSwitchApp({ regionSwitch: loadRegionSwitch(name) }).synth();
  else buildApp({ configuration: loadConfiguration(name) }).synth();
}

try {
  main();
} catch (error) {
  const isExpected = error instanceof WrongConfiguration;
  process.stderr.write(`${isExpected ? error.message : error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
}
