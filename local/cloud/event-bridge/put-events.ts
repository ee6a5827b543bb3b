import { isRecord } from '../../assembly/resource';
import { ServiceFault } from '../service';
import { type EventEnvelope, isoSeconds } from './event';

/** One entry of PutEvents. */
export interface PutEventsEntry {
  readonly Source?: string;
  readonly DetailType?: string;
  readonly Detail?: string;
  readonly EventBusName?: string;
  readonly Resources?: readonly string[];
  readonly Time?: Date | string | number;
}

/** AWS: entries of one call, and bytes of one entry. */
const MOST_ENTRIES = 10;
const ENTRY_BYTES = 256 * 1024;

/** Why an entry is refused; the others of its call are not. */
export interface EntryRefusal {
  readonly ErrorCode: string;
  readonly ErrorMessage: string;
}

export function checkEntries(entries: unknown): readonly PutEventsEntry[] {
  if (Array.isArray(entries) && entries.length >= 1 && entries.length <= MOST_ENTRIES) return entries;
  throw new ServiceFault('ValidationException', `Entries must have between 1 and ${MOST_ENTRIES} members`);
}

/** The event of an entry, or why there is none. */
export function eventOfEntry(
  entry: PutEventsEntry,
  facts: { readonly id: string; readonly accountId: string; readonly region: string; readonly now: number },
): EventEnvelope | EntryRefusal {
  const { Source, DetailType, Detail } = entry;
  for (const [name, value] of Object.entries({ Source, DetailType, Detail })) {
    if (typeof value !== 'string' || value === '') return refusal('InvalidArgument', `Parameter ${name} is not valid.`);
  }
  // AWS: sources of services belong to the services.
  if (Source?.startsWith('aws.')) return refusal('NotAuthorizedForSourceException', 'Not authorized for the source.');
  if (Buffer.byteLength(JSON.stringify(entry)) > ENTRY_BYTES) {
    return refusal('InvalidArgument', 'Total size of the entry exceeds the limit.');
  }
  const detail = parseDetail(Detail ?? '');
  if (detail === undefined) return refusal('MalformedDetail', 'Detail is malformed.');
  return {
    version: '0',
    id: facts.id,
    'detail-type': DetailType ?? '',
    source: Source ?? '',
    account: facts.accountId,
    time: isoSeconds(entry.Time === undefined ? facts.now : new Date(entry.Time).getTime()),
    region: facts.region,
    resources: entry.Resources ?? [],
    detail,
  };
}

function refusal(ErrorCode: string, ErrorMessage: string): EntryRefusal {
  return { ErrorCode, ErrorMessage };
}

function parseDetail(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const detail: unknown = JSON.parse(text);
    return isRecord(detail) ? detail : undefined;
  } catch {
    return undefined;
  }
}
