import { ServiceFault } from '../service';
import type { Execution } from './execution';
import type { StateMachine } from './state-machine';

/** AWS: items in one page, unless fewer are asked for. */
const EXECUTIONS_PER_PAGE = 100;
const MOST_PER_PAGE = 1000;

interface Paging {
  readonly maxResults?: number;
  readonly nextToken?: string;
}

export function describeMachine(machine: StateMachine): unknown {
  return {
    stateMachineArn: machine.arn,
    name: machine.name,
    status: 'ACTIVE',
    definition: machine.definitionText,
    roleArn: machine.roleArn,
    type: 'STANDARD',
    creationDate: machine.createdAt,
    loggingConfiguration: { level: machine.loggingConfiguration.Level ?? 'OFF' },
    tracingConfiguration: { enabled: machine.tracing },
  };
}

export function describeExecution(execution: Execution): unknown {
  const { options } = execution;
  return {
    ...summary(execution),
    input: JSON.stringify(options.input),
    inputDetails: { included: true },
    ...(execution.output === undefined
      ? {}
      : { output: JSON.stringify(execution.output), outputDetails: { included: true } }),
    ...(execution.error === undefined ? {} : { error: execution.error }),
    ...(execution.cause === undefined ? {} : { cause: execution.cause }),
    redriveCount: 0,
    redriveStatus: 'NOT_REDRIVABLE',
  };
}

/** Newest first. */
export function listExecutions(
  executions: readonly Execution[],
  input: Paging & { readonly statusFilter?: string },
): unknown {
  const wanted = executions
    .filter(({ status }) => input.statusFilter === undefined || status === input.statusFilter)
    .reverse();
  const { items, nextToken } = page(wanted, input, EXECUTIONS_PER_PAGE);
  return { executions: items.map(summary), ...(nextToken === undefined ? {} : { nextToken }) };
}

export function historyPage(execution: Execution, input: Paging & { readonly reverseOrder?: boolean }): unknown {
  const { events } = execution.history;
  const { items, nextToken } = page(
    input.reverseOrder === true ? [...events].reverse() : events,
    input,
    EXECUTIONS_PER_PAGE,
  );
  return { events: items, ...(nextToken === undefined ? {} : { nextToken }) };
}

function summary(execution: Execution): Record<string, unknown> {
  return {
    executionArn: execution.options.arn,
    stateMachineArn: execution.options.stateMachineArn,
    name: execution.options.name,
    status: execution.status,
    startDate: execution.startDate,
    ...(execution.stopDate === undefined ? {} : { stopDate: execution.stopDate }),
  };
}

function page<T>(
  items: readonly T[],
  { maxResults, nextToken }: Paging,
  usual: number,
): { items: readonly T[]; nextToken?: string } {
  const start = Number(nextToken ?? 0);
  if (!Number.isInteger(start) || start < 0) {
    throw new ServiceFault('InvalidToken', `Invalid Token: '${nextToken}'`);
  }
  // AWS: 0 means the usual number.
  const end = start + Math.min(maxResults === undefined || maxResults === 0 ? usual : maxResults, MOST_PER_PAGE);
  return { items: items.slice(start, end), ...(end < items.length ? { nextToken: String(end) } : {}) };
}
