import { benchDriftRead } from './drift-read';
import { benchPlan } from './plan-size';

(async () => {
  await benchDriftRead();
  if (process.argv[2]) benchPlan();
})();
