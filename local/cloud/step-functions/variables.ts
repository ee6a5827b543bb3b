import type { Json } from './definition';
import { checkSize, StateError } from './state-error';

/** AWS: all variables of an execution together. */
const TOTAL_BYTES = 10 * 1024 * 1024;

/**
 * The variables of one block of states. Inner blocks (branches, iterations) read those of outer ones; a definition in
 * which an inner block assigns a name of an outer one is refused, so that names never hide each other.
 */
export class Variables {
  private readonly own: Record<string, Json> = {};

  constructor(private readonly outer?: Variables) {}

  inner(): Variables {
    return new Variables(this);
  }

  visible(): Readonly<Record<string, Json>> {
    return { ...this.outer?.visible(), ...this.own };
  }

  /** @throws StateError States.DataLimitExceeded */
  assign(values: Readonly<Record<string, Json>>): void {
    for (const [name, value] of Object.entries(values)) checkSize(value, `variable ${name}`);
    Object.assign(this.own, values);
    if (Buffer.byteLength(JSON.stringify(this.visible())) <= TOTAL_BYTES) return;
    throw new StateError('States.DataLimitExceeded', 'The variables exceed the maximum total size of an execution.');
  }
}
