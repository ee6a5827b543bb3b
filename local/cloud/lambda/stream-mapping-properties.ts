import {
  optionalBoolean,
  optionalNumber,
  optionalRecord,
  optionalString,
  type ResourceInput,
  recordList,
  refuseUnknownProperties,
} from '../../assembly/resource';
import { compilePattern, type PatternMatcher } from '../event-bridge/pattern';
import { ServiceFault } from '../service';

const TYPE = 'AWS::Lambda::EventSourceMapping';

/** What a template says about reading the stream of a table for a function. */
export interface StreamMappingProperties {
  readonly functionName: string;
  readonly streamArn: string;
  readonly batchSize: number;
  readonly windowSeconds: number;
  readonly reportsItemFailures: boolean;
  /** Of a record, when it is given up. */
  readonly maximumAgeSeconds: number;
  readonly failureQueueArn: string | undefined;
  readonly matches: PatternMatcher;
}

/** AWS: 1 to 10,000 records, 100 unless given; a window of up to 300 seconds; records of at least a minute. */
const DEFAULT_BATCH = 100;
const MOST_RECORDS = 10_000;
const LONGEST_WINDOW_SECONDS = 300;
const LEAST_AGE_SECONDS = 60;
/** AWS: five filters, unless more are asked for. */
const MOST_FILTERS = 5;

const IMPLEMENTED = [
  ...['FunctionName', 'EventSourceArn', 'BatchSize', 'MaximumBatchingWindowInSeconds', 'FunctionResponseTypes'],
  ...['StartingPosition', 'FilterCriteria', 'MaximumRecordAgeInSeconds', 'DestinationConfig', 'Enabled'],
];

/** Reads the properties of a mapping whose source is the stream of a table. */
export function readStreamMappingProperties({ properties }: ResourceInput): StreamMappingProperties {
  const inert = { Tags: 'tags of mappings decide nothing here' };
  refuseUnknownProperties(TYPE, properties, { implemented: IMPLEMENTED, inert });
  const { StartingPosition: position, FunctionResponseTypes: types = [] } = properties;
  if (position !== 'TRIM_HORIZON') throw refused(`StartingPosition ${String(position)}: TRIM_HORIZON is implemented`);
  if (!Array.isArray(types) || types.some((type) => type !== 'ReportBatchItemFailures')) {
    throw refused('FunctionResponseTypes must be ReportBatchItemFailures');
  }
  if (optionalBoolean(TYPE, properties, 'Enabled') === false) throw refused('Enabled must be true');
  return {
    functionName: required(properties, 'FunctionName'),
    streamArn: required(properties, 'EventSourceArn'),
    batchSize: within(properties, 'BatchSize', 1, MOST_RECORDS) ?? DEFAULT_BATCH,
    windowSeconds: within(properties, 'MaximumBatchingWindowInSeconds', 0, LONGEST_WINDOW_SECONDS) ?? 0,
    reportsItemFailures: types.length > 0,
    maximumAgeSeconds:
      within(properties, 'MaximumRecordAgeInSeconds', LEAST_AGE_SECONDS, 604_800) ?? Number.POSITIVE_INFINITY,
    failureQueueArn: readFailureQueue(properties),
    matches: readFilters(properties),
  };
}

function readFailureQueue(properties: ResourceInput['properties']): string | undefined {
  const destinations = optionalRecord(TYPE, properties, 'DestinationConfig') ?? {};
  refuseUnknownProperties(TYPE, destinations, { implemented: ['OnFailure'] }, 'DestinationConfig.');
  const onFailure = optionalRecord(TYPE, destinations, 'OnFailure') ?? {};
  const destination = optionalString(TYPE, onFailure, 'Destination');
  if (destination === undefined || destination.split(':')[2] === 'sqs') return destination;
  throw refused(`DestinationConfig.OnFailure.Destination ${destination}: a queue is implemented`);
}

/** AWS: a record is handed on if any filter matches it; the others count as done. */
function readFilters(properties: ResourceInput['properties']): PatternMatcher {
  const criteria = optionalRecord(TYPE, properties, 'FilterCriteria');
  if (criteria === undefined) return () => true;
  refuseUnknownProperties(TYPE, criteria, { implemented: ['Filters'] }, 'FilterCriteria.');
  const filters = recordList(TYPE, criteria, 'Filters');
  if (filters.length > MOST_FILTERS) throw refused(`FilterCriteria.Filters must be at most ${MOST_FILTERS}`);
  const matchers = filters.map((filter) => compilePattern(JSON.parse(String(filter.Pattern))));
  return (record) => matchers.some((matches) => matches(record));
}

function within(properties: ResourceInput['properties'], name: string, least: number, most: number) {
  const value = optionalNumber(TYPE, properties, name);
  if (value === undefined || (Number.isInteger(value) && value >= least && value <= most)) return value;
  throw refused(`${name} must be a whole number from ${least} to ${most}`);
}

function required(properties: ResourceInput['properties'], name: string): string {
  const value = optionalString(TYPE, properties, name);
  if (value !== undefined) return value;
  throw refused(`${name} is missing`);
}

function refused(problem: string): ServiceFault {
  return new ServiceFault('InvalidParameterValueException', `${TYPE} property ${problem}`);
}
