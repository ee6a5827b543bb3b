import type { FunctionConfiguration } from './function-configuration';
import type { Outcome } from './instance';

/** The lines that Lambda itself writes around an invocation, in the format of the function. */
export function startLine({ logging }: FunctionConfiguration, requestId: string, at: number): string | undefined {
  if (logging.format === 'Text') return `START RequestId: ${requestId} Version: $LATEST`;
  if (logging.systemLevel !== 'DEBUG' && logging.systemLevel !== 'INFO') return undefined;
  return platformEvent(at, 'platform.start', { requestId, version: '$LATEST' });
}

export function reportLines(
  configuration: FunctionConfiguration,
  requestId: string,
  at: number,
  outcome: Outcome,
): readonly string[] {
  const { logging, memoryMegabytes } = configuration;
  const status = outcome.functionError === undefined ? 'success' : 'failure';
  if (logging.format === 'Text') {
    const duration = `Duration: ${outcome.billedMilliseconds}.00 ms\tBilled Duration: ${outcome.billedMilliseconds} ms`;
    return [
      ...(outcome.functionError !== undefined && outcome.requests === undefined ? [outcome.payload] : []),
      `END RequestId: ${requestId}`,
      `REPORT RequestId: ${requestId}\t${duration}\tMemory Size: ${memoryMegabytes} MB\tStatus: ${status}`,
    ];
  }
  if (logging.systemLevel === 'WARN' && status === 'success') return [];
  const metrics = {
    durationMs: outcome.billedMilliseconds,
    billedDurationMs: outcome.billedMilliseconds,
    memorySizeMB: memoryMegabytes,
  };
  const error = outcome.requests === undefined ? { error: outcome.payload } : {};
  return [platformEvent(at, 'platform.report', { requestId, metrics, status, ...error })];
}

function platformEvent(at: number, type: string, record: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({ time: new Date(at).toISOString(), type, record });
}
