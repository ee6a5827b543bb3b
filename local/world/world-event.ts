import { createHash } from 'node:crypto';
import type { Call } from '../cloud/service';
import { isRecord, lowerFirst } from './shape';

/** Something AWS would deliver to the default event bus of `accountId` in `region`. */
export interface WorldEvent {
  readonly source: string;
  readonly detailType: string;
  readonly accountId: string;
  readonly region: string;
  /** Simulated milliseconds since the Unix epoch. */
  readonly time: number;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}

/** Called after each effect, in the order of effects. */
export type WorldEventListener = (event: WorldEvent) => void;

interface ApiCallRecord {
  readonly eventSource: string;
  readonly source: string;
  readonly call: Call;
  readonly output: unknown;
  readonly time: number;
  /** Makes `eventID` unique and the same in every run. */
  readonly sequence: number;
}

/** A successful write as CloudTrail records it: parameters and response elements in lower camel case. */
export function apiCallEvent({ eventSource, source, call, output, time, sequence }: ApiCallRecord): WorldEvent {
  const { principal } = call;
  const answered = isRecord(output) && Object.keys(output).length > 0;
  return {
    source,
    detailType: 'AWS API Call via CloudTrail',
    accountId: principal.accountId,
    region: call.region,
    time,
    resources: [],
    detail: {
      eventVersion: '1.11',
      userIdentity: userIdentity(call),
      eventTime: new Date(time).toISOString(),
      eventSource,
      eventName: call.operation,
      awsRegion: call.region,
      requestParameters: camelCased(call.input),
      responseElements: answered ? camelCased(output) : null,
      requestID: eventId(eventSource, sequence, 'request'),
      eventID: eventId(eventSource, sequence, 'event'),
      readOnly: false,
      eventType: 'AwsApiCall',
      managementEvent: true,
      recipientAccountId: principal.accountId,
      eventCategory: 'Management',
    },
  };
}

function userIdentity({ principal }: Call): Record<string, unknown> {
  if (principal.kind !== 'role') return { type: 'Root', arn: principal.arn, accountId: principal.accountId };
  const roleArn = principal.roleArn ?? '';
  const sessionIssuer = {
    type: 'Role',
    arn: roleArn,
    accountId: principal.accountId,
    userName: roleArn.split('/').at(-1) ?? '',
  };
  return {
    type: 'AssumedRole',
    arn: principal.arn,
    accountId: principal.accountId,
    sessionContext: { sessionIssuer },
  };
}

/** A UUID made of where and when in the run the event happened. */
export function eventId(...parts: readonly (string | number)[]): string {
  const hex = createHash('sha256').update(parts.join('|')).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

function camelCased(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map(camelCased);
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [lowerFirst(name), camelCased(member)]));
}
