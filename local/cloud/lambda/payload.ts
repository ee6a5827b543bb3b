import { ServiceFault } from '../service';
import type { Outcome } from './instance';

/** AWS: 6 MB for a synchronous event and its answer, 1 MB for an asynchronous event. */
export const SYNCHRONOUS_BYTES = 6 * 1024 * 1024;
export const ASYNCHRONOUS_BYTES = 1024 * 1024;

/** An event as JSON. @throws ServiceFault RequestTooLargeException */
export function eventText(payload: unknown, limit: number): string {
  const event = JSON.stringify(payload ?? {});
  const bytes = Buffer.byteLength(event);
  if (bytes <= limit) return event;
  const message = `${bytes} byte payload is too large for the invocation (limit ${limit} bytes)`;
  throw new ServiceFault('RequestTooLargeException', message, 413);
}

/** AWS: an answer that is too large is an error of the function. */
export function checkAnswerSize(outcome: Outcome): Outcome {
  if (Buffer.byteLength(outcome.payload) <= SYNCHRONOUS_BYTES) return outcome;
  const errorMessage = `Response payload size exceeded maximum allowed payload size (${SYNCHRONOUS_BYTES} bytes).`;
  const payload = JSON.stringify({ errorType: 'Function.ResponseSizeTooLarge', errorMessage });
  return { ...outcome, payload, functionError: 'Unhandled' };
}

/** The event in the body of an Invoke call. @throws ServiceFault InvalidRequestContentException */
export function parsePayload(payload: unknown): unknown {
  if (payload === undefined || payload === null) return {};
  const text = payload instanceof Uint8Array ? Buffer.from(payload).toString() : payload;
  if (typeof text !== 'string') return payload;
  if (text === '') return {};
  try {
    return JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : '';
    throw new ServiceFault('InvalidRequestContentException', `Could not parse request body into json: ${reason}`);
  }
}
