import type { ResourceInput } from '../../assembly/resource';
import {
  isRecord,
  optionalNumber,
  optionalRecord,
  optionalString,
  physicalName,
  propertyNotImplemented,
  recordList,
  refuseUnknownProperties,
} from '../../assembly/resource';
import { arn, ServiceFault } from '../service';
import { compilePattern, type PatternMatcher } from './pattern';
import { readSchedule, type Schedule } from './schedule';
import { readTargetInput, type TargetInput } from './target-input';

const TYPE = 'AWS::Events::Rule';

export interface Rule {
  readonly name: string;
  readonly arn: string;
  readonly accountId: string;
  readonly region: string;
  readonly busName: string;
  readonly description: string | undefined;
  readonly state: 'ENABLED' | 'DISABLED' | 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS';
  readonly pattern: unknown;
  readonly matches: PatternMatcher | undefined;
  readonly scheduleExpression: string | undefined;
  readonly schedule: Schedule | undefined;
  readonly targets: readonly Target[];
}

export interface Target {
  readonly id: string;
  readonly arn: string;
  readonly kind: 'lambda' | 'states' | 'sqs' | 'events';
  readonly roleArn: string | undefined;
  readonly input: TargetInput;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly retry: { readonly attempts: number; readonly ageSeconds: number };
  readonly deadLetterQueueArn: string | undefined;
}

/** AWS: a rule has at most five targets; an undelivered event is tried again 185 times within a day. */
const MOST_TARGETS = 5;
const RETRY_ATTEMPTS = 185;
const RETRY_AGE_SECONDS = 24 * 3600;

const STATES = ['ENABLED', 'DISABLED', 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS'] as const;

/**
 * Reads the properties of `AWS::Events::Rule`.
 * @throws Error for what is not implemented, ServiceFault for what EventBridge refuses
 */
export function readRule(input: ResourceInput): Rule {
  const { properties, accountId, region } = input;
  refuseUnknownProperties(TYPE, properties, {
    implemented: [...['Name', 'Description', 'EventBusName', 'EventPattern', 'ScheduleExpression', 'State', 'Targets']],
    inert: { Tags: 'tags of rules decide nothing here' },
  });
  const name = physicalName(input, properties.Name, { maxLength: 64 });
  const busName = busNameOf(optionalString(TYPE, properties, 'EventBusName'));
  const pattern = parsePattern(properties.EventPattern);
  const scheduleExpression = optionalString(TYPE, properties, 'ScheduleExpression');
  if (pattern === undefined && scheduleExpression === undefined) {
    throw new ServiceFault('ValidationException', 'Parameter(s) EventPattern or ScheduleExpression must be specified.');
  }
  if (scheduleExpression !== undefined && busName !== 'default') {
    throw new ServiceFault('ValidationException', 'ScheduleExpression is supported only on the default event bus.');
  }
  const targets = recordList(TYPE, properties, 'Targets').map(readTarget);
  if (targets.length > MOST_TARGETS) throw new ServiceFault('LimitExceededException', 'A rule has at most 5 targets');
  return {
    name,
    arn: arn('events', region, accountId, busName === 'default' ? `rule/${name}` : `rule/${busName}/${name}`),
    accountId,
    region,
    busName,
    description: optionalString(TYPE, properties, 'Description'),
    state: readState(properties.State),
    pattern,
    matches: pattern === undefined ? undefined : compilePattern(pattern),
    scheduleExpression,
    schedule: scheduleExpression === undefined ? undefined : readSchedule(scheduleExpression),
    targets,
  };
}

/** A bus is named by its name or its ARN. */
export function busNameOf(nameOrArn: string | undefined): string {
  return nameOrArn === undefined ? 'default' : nameOrArn.slice(nameOrArn.lastIndexOf('/') + 1);
}

function parsePattern(pattern: unknown): unknown {
  if (typeof pattern !== 'string') return pattern;
  try {
    return JSON.parse(pattern);
  } catch {
    throw new ServiceFault('InvalidEventPatternException', 'Event pattern is not valid. Reason: it is not JSON');
  }
}

function readState(state: unknown): Rule['state'] {
  const known = STATES.find((candidate) => candidate === (state ?? 'ENABLED'));
  if (known === undefined) throw new ServiceFault('ValidationException', `Unknown rule state ${String(state)}`);
  return known;
}

function readTarget(target: Readonly<Record<string, unknown>>): Target {
  const implemented = [
    ...['Id', 'Arn', 'RoleArn', 'Input', 'InputPath', 'InputTransformer', 'RetryPolicy', 'DeadLetterConfig'],
  ];
  refuseUnknownProperties(TYPE, target, { implemented }, 'Targets.');
  const id = optionalString(TYPE, target, 'Id');
  const targetArn = optionalString(TYPE, target, 'Arn');
  if (id === undefined || targetArn === undefined)
    throw new ServiceFault('ValidationException', 'A target needs Id and Arn');
  const roleArn = optionalString(TYPE, target, 'RoleArn');
  const kind = kindOf(targetArn);
  // AWS: EventBridge starts executions only with a role.
  if (kind === 'states' && roleArn === undefined) {
    throw new ServiceFault('ValidationException', `RoleArn is required for target ${targetArn}.`);
  }
  const retry = optionalRecord(TYPE, target, 'RetryPolicy') ?? {};
  refuseUnknownProperties(
    TYPE,
    retry,
    { implemented: ['MaximumRetryAttempts', 'MaximumEventAgeInSeconds'] },
    'Targets.RetryPolicy.',
  );
  const deadLetters = optionalRecord(TYPE, target, 'DeadLetterConfig');
  return {
    id,
    arn: targetArn,
    kind,
    roleArn,
    input: readTargetInput(target),
    properties: target,
    retry: {
      attempts: optionalNumber(TYPE, retry, 'MaximumRetryAttempts') ?? RETRY_ATTEMPTS,
      ageSeconds: optionalNumber(TYPE, retry, 'MaximumEventAgeInSeconds') ?? RETRY_AGE_SECONDS,
    },
    deadLetterQueueArn: isRecord(deadLetters) ? optionalString(TYPE, deadLetters, 'Arn') : undefined,
  };
}

function kindOf(targetArn: string): Target['kind'] {
  const [, , service, , , resource = ''] = targetArn.split(':');
  if (service === 'lambda' || service === 'sqs') return service;
  if (service === 'states' && resource === 'stateMachine') return service;
  if (service === 'events' && resource.startsWith('event-bus/')) return service;
  throw propertyNotImplemented(TYPE, `Targets.Arn ${targetArn}`);
}
