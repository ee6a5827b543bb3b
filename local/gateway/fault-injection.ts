import type { Random } from '../clock';
import { type Principal, ServiceFault } from '../cloud/service';
import type { Throttling } from './wire-service';

/** What `/_local/faults` can do to API calls. Probabilities from 0 to 1; a factor of 1 changes nothing. */
export interface GatewayFaults {
  readonly throttle: number;
  readonly serverError: number;
  readonly latencyFactor: number;
}

export const NO_GATEWAY_FAULTS: GatewayFaults = { throttle: 0, serverError: 0, latencyFactor: 1 };

/** What a call takes on AWS within a Region, about: the part that a latency factor multiplies. Simulated time. */
const USUAL_CALL_MS = 15;

/** Makes calls fail or slow. It touches only calls made with a role's credentials, never an account key. */
export class FaultInjection {
  faults = NO_GATEWAY_FAULTS;

  constructor(private readonly random: Random) {}

  /** The fault that a call meets instead of being served, if any. */
  strike(principal: Principal, throttling: Throttling): ServiceFault | undefined {
    if (principal.kind !== 'role') return undefined;
    const { throttle, serverError } = this.faults;
    if (throttle > 0 && this.random() < throttle) {
      return new ServiceFault(throttling.code, throttling.message, throttling.statusCode);
    }
    if (serverError > 0 && this.random() < serverError) {
      return new ServiceFault('InternalServerError', 'We encountered an internal error. Please try again.', 500);
    }
    return undefined;
  }

  /** How long a call is held back, in simulated milliseconds. */
  delayMs(principal: Principal): number {
    return principal.kind === 'role' ? Math.max(0, this.faults.latencyFactor - 1) * USUAL_CALL_MS : 0;
  }
}
