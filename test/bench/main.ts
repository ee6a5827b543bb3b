import { benchApply } from './apply-throughput';

/** `npm run bench`: measured in simulated time where it says so; every figure beside its ideal. */
async function main(): Promise<void> {
  console.log('Applying assignments, simulated time, mean of 10 seeds');
  await benchApply();
}

void main();
