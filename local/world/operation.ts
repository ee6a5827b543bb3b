import { type Call, ServiceFault } from '../cloud/service';
import type { Shape, Violation } from './shape';

/** One API operation of a simulated service: what it accepts and what it does. */
export interface Operation {
  readonly effect: 'read' | 'write';
  /** Checks the input, then answers with the SDK's output shape or throws a `ServiceFault`. */
  run(call: Call): unknown;
}

export type Operations = Readonly<Record<string, Operation>>;

/** Makes operations whose malformed input is refused the way their service words it. */
export type OperationMaker = <T>(
  effect: 'read' | 'write',
  input: Shape<T>,
  run: (input: T, call: Call) => unknown,
) => Operation;

export function operationMaker(faultOf: (violations: readonly Violation[]) => ServiceFault): OperationMaker {
  return (effect, input, run) => ({
    effect,
    run(call) {
      const value: unknown = call.input ?? {};
      const violations = input.violations(value, '', false);
      if (violations.length === 0) return run(value as NonNullable<typeof input.valid>, call);
      throw violations.some(({ kind }) => kind === 'type') ? serializationFault(violations) : faultOf(violations);
    },
  });
}

/** AWS front ends that speak JSON 1.1 refuse a value of the wrong JSON type before any service looks at it. */
function serializationFault(violations: readonly Violation[]): ServiceFault {
  const first = violations.find(({ kind }) => kind === 'type');
  return new ServiceFault('SerializationException', `${first?.path} can not be converted to ${first?.constraint}`);
}

/** `1 validation error detected: Value '…' at '…' failed to satisfy constraint: …`: the usual AWS text. */
export function validationText(violations: readonly Violation[]): string {
  const parts = violations.map(({ path, shown, constraint }) => {
    const value = shown === undefined ? 'Value' : `Value ${shown}`;
    return `${value} at '${path}' failed to satisfy constraint: ${constraint}`;
  });
  const count = parts.length === 1 ? '1 validation error' : `${parts.length} validation errors`;
  return `${count} detected: ${parts.join('; ')}`;
}
