import { type EventEnvelope, isoSeconds } from './cloud/event-bridge/event';
import type { WorldEvent } from './world/world-event';

/** An event of a simulated service in the envelope that rules see. */
export function envelopeOf(event: WorldEvent): Omit<EventEnvelope, 'id'> {
  return {
    version: '0',
    'detail-type': event.detailType,
    source: event.source,
    account: event.accountId,
    time: isoSeconds(event.time),
    region: event.region,
    resources: event.resources,
    detail: event.detail,
  };
}

/** Where an event that somebody wrote by hand arrives: the bus of its account and Region, if it names them. */
export function destinationOf(
  event: Readonly<Record<string, unknown>>,
  otherwise: { readonly accountId: string; readonly region: string },
): { readonly accountId: string; readonly region: string } {
  const { account, region } = event;
  const hasAccount = typeof account === 'string' && /^\d{12}$/.test(account);
  const hasRegion = typeof region === 'string' && /^[a-z]{2}(?:-[a-z]+)+-\d$/.test(region);
  return {
    accountId: hasAccount ? account : otherwise.accountId,
    region: hasRegion ? region : otherwise.region,
  };
}
