import type { Controller } from '../domain/lease';

/** Starts an execution of a controller. It may be lost or rung twice: whoever leads looks again before it ends. */
export interface Bell {
  ring(controller: Controller): Promise<void>;
}
