import { startSynthesis } from '../e2e/support/shared-assembly';
import { benchApply } from './apply-throughput';
import { benchBundles } from './bundle-sizes';
import { benchDriftRead } from './drift-read';
import { benchFirstSubmit } from './first-submit';
import { benchPermissionSetCalls } from './permission-set-calls';
import { benchPlan } from './plan-size';

/** `npm run bench`: measured in simulated time where it says so; every figure beside its ideal. */
async function main(): Promise<void> {
  console.log('Applying assignments, simulated time, mean of 10 seeds');
  await benchApply();
  console.log('\nConverging a permission set, simulated time');
  await benchPermissionSetCalls();
  console.log('\nComparing what is managed, calls');
  await benchDriftRead();
  console.log('\nPlanning, real time');
  benchPlan();
  process.env.LOCAL_ASSEMBLY = await startSynthesis();
  console.log('\nFrom a submission to the first operation, idle local cloud, real time');
  await benchFirstSubmit();
  console.log('\nBundles');
  await benchBundles();
}

void main();
