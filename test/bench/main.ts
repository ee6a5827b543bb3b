import { benchApply } from './apply-throughput';
import { benchPlan } from './plan-size';

/** `npm run bench`: measured in simulated time where it says so; every figure beside its ideal. */
async function main(): Promise<void> {
  console.log('Applying assignments, simulated time, mean of 10 seeds');
  await benchApply();
  console.log('\nPlanning, real time');
  benchPlan();
}

void main();
