import { buildApp } from '../../../lib/app';
import { loadConfiguration } from '../../../lib/config';

const [directory = '', file = ''] = process.argv.slice(2);
buildApp({ configuration: loadConfiguration(file), outdir: directory, checks: false }).synth();
