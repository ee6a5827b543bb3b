import { ServiceFault } from '../service';
import { invalidParameter } from './message';
import { isReceiptHandle, type Queue } from './queue';

type Input = Readonly<Record<string, unknown>>;

/** DeleteMessage, or an entry of its batch. */
export function deleteMessage(queue: Queue, input: Input): object {
  queue.delete(receiptHandle(input));
  return {};
}

/** ChangeMessageVisibility, or an entry of its batch. */
export function changeVisibility(queue: Queue, input: Input): object {
  const seconds = wholeNumber(input, 'VisibilityTimeout', 0, 43_200);
  if (seconds === undefined) {
    throw new ServiceFault('MissingParameter', 'The request must contain the parameter VisibilityTimeout.');
  }
  const handle = receiptHandle(input);
  if (!queue.changeVisibility(handle, seconds)) {
    throw new ServiceFault('MessageNotInflight', 'The message referred to is not in flight.');
  }
  return {};
}

function receiptHandle(input: Input): string {
  const handle = input.ReceiptHandle;
  if (isReceiptHandle(handle)) return handle;
  throw new ServiceFault(
    'ReceiptHandleIsInvalid',
    `The input receipt handle "${String(handle)}" is not a valid receipt handle.`,
    404,
  );
}

/** A list of names, empty if there is none. */
export function names(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

/** A member that must be a whole number within limits, if it is present. */
export function wholeNumber(input: Input, name: string, minimum: number, maximum: number): number | undefined {
  const value = input[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number' && Number.isInteger(value) && value >= minimum && value <= maximum) return value;
  throw invalidParameter(
    `Value ${String(value)} for parameter ${name} is invalid. Reason: Must be between ${minimum} and ${maximum}, if provided.`,
  );
}
