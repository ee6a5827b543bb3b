import type { Call, SimulatedService } from './service';
import { notImplemented } from './service';

/** CloudWatch metrics and alarms: nothing of them is simulated yet, so every operation is refused by name. */
export class CloudWatch implements SimulatedService {
  readonly signingName = 'monitoring';

  async handle(call: Call): Promise<unknown> {
    throw notImplemented('cloudwatch', call.operation);
  }
}
