import { ServiceFault } from '../service';

/** How EventBridge refuses an event pattern. */
export function invalidPattern(reason: string): ServiceFault {
  return new ServiceFault('InvalidEventPatternException', `Event pattern is not valid. Reason: ${reason}`);
}
