import { isRecord } from '../../assembly/resource';
import type { InvokeAnswer } from '../lambda/lambda';
import { ServiceFault } from '../service';
import { Cancelled, sleep, unlessAborted } from './cancellation';
import type { Json, TaskState } from './definition';
import { queryEvaluationError } from './expressions';
import { checkSize, StateError } from './state-error';
import type { StateRun } from './state-run';

/** Invokes the function of a Task state; answers with its result. */
export async function runTask(state: TaskState, run: StateRun): Promise<Json> {
  const input = state.Arguments === undefined ? run.input : await run.evaluate(state.Arguments, 'Arguments');
  run.checkSize(input, 'task input');
  const timeoutSeconds = await readTimeout(state, run);
  record(run, 'LambdaFunctionScheduled', {
    lambdaFunctionScheduledEventDetails: {
      resource: state.Resource,
      input: JSON.stringify(input),
      inputDetails: { truncated: false },
      ...(timeoutSeconds === undefined ? {} : { timeoutInSeconds: timeoutSeconds }),
    },
  });
  record(run, 'LambdaFunctionStarted');
  try {
    const answer = await withTimeout(run, timeoutSeconds, run.environment.invoke(state.Resource, input));
    const result = resultOf(answer, state.Resource);
    record(run, 'LambdaFunctionSucceeded', {
      lambdaFunctionSucceededEventDetails: { output: JSON.stringify(result), outputDetails: { truncated: false } },
    });
    return result;
  } catch (error) {
    if (error instanceof Cancelled) throw error;
    const failed = error instanceof ServiceFault ? serviceError(error) : error;
    if (failed instanceof StateError) recordFailure(run, failed);
    throw failed;
  }
}

function record(run: StateRun, type: string, details?: Readonly<Record<string, unknown>>): void {
  run.environment.history.add(run.block.cursor, type, details);
}

function recordFailure(run: StateRun, { errorName, causeText }: StateError): void {
  const details = { error: errorName, cause: causeText };
  if (errorName === 'States.Timeout') {
    record(run, 'LambdaFunctionTimedOut', { lambdaFunctionTimedOutEventDetails: details });
  } else {
    record(run, 'LambdaFunctionFailed', { lambdaFunctionFailedEventDetails: details });
  }
}

async function readTimeout(state: TaskState, run: StateRun): Promise<number | undefined> {
  if (state.TimeoutSeconds === undefined) return undefined;
  const seconds = await run.evaluate(state.TimeoutSeconds, 'TimeoutSeconds');
  if (typeof seconds === 'number' && Number.isInteger(seconds) && seconds > 0) return seconds;
  throw run.locate(queryEvaluationError(`The value of the field 'TimeoutSeconds' is not a positive whole number.`));
}

async function withTimeout(
  run: StateRun,
  seconds: number | undefined,
  work: Promise<InvokeAnswer>,
): Promise<InvokeAnswer> {
  if (seconds === undefined) return unlessAborted(work, run.block.signal);
  const settled = new AbortController();
  const signal = AbortSignal.any([run.block.signal, settled.signal]);
  const timeout = timeOut(run, seconds, signal);
  timeout.catch(() => undefined);
  try {
    return await Promise.race([unlessAborted(work, run.block.signal), timeout]);
  } finally {
    settled.abort();
  }
}

/** How often, in simulated time, a timeout looks again whether the real time is over as well. */
const LOOK_AGAIN_MS = 1000;

/** Rejects when the time is over in simulated time and, while functions compute, also in real time. */
async function timeOut(run: StateRun, seconds: number, signal: AbortSignal): Promise<never> {
  const { clock, realNow } = run.environment;
  const end = (realNow?.() ?? 0) + seconds * 1000;
  await sleep(clock, seconds * 1000, signal);
  while (realNow !== undefined && realNow() < end) await sleep(clock, LOOK_AGAIN_MS, signal);
  throw new StateError('States.Timeout', '');
}

function resultOf(answer: InvokeAnswer, resource: string): Json {
  if (answer.functionError !== undefined) throw functionError(answer.payload);
  checkSize(answer.payload ?? null, `result of the task '${resource}'`);
  // A JSON value, as every payload is.
  return (answer.payload ?? null) as Json;
}

/** AWS: a function's error is known by the errorType in its payload; the cause is the payload. */
function functionError(payload: unknown): StateError {
  const cause = JSON.stringify(payload);
  if (isRecord(payload) && typeof payload.errorType === 'string' && payload.errorType !== '') {
    return new StateError(payload.errorType, cause);
  }
  const unknown = 'The cause could not be determined because Lambda did not return an error type.';
  return new StateError('Lambda.Unknown', `${unknown} Returned payload: ${cause}`);
}

/** AWS: what Lambda itself answers is named `Lambda.<exception>`; refusals of access come as AWSLambdaException. */
function serviceError(fault: ServiceFault): StateError {
  if (fault.code.startsWith('AccessDenied')) return new StateError('Lambda.AWSLambdaException', fault.message);
  if (fault.statusCode >= 500) return new StateError('Lambda.ServiceException', fault.message);
  return new StateError(`Lambda.${fault.code}`, fault.message);
}
