import { buildApp } from '../../../lib/app';
import { loadConfiguration, loadRegionSwitch } from '../../../lib/config';
import { addRegionSwitchStacks } from '../../../lib/region-switch-app';

const [directory = '', file = '', regionSwitch] = process.argv.slice(2);
const app = buildApp({ configuration: loadConfiguration(file), outdir: directory, checks: false });
if (regionSwitch) addRegionSwitchStacks(app, loadRegionSwitch(regionSwitch));
app.synth();
