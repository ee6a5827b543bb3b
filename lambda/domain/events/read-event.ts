import type { AccountId } from '../ids';
import { DIRECTORY_SOURCES, readDirectoryEvent } from './directory-events';
import { type EventReading, ignored, NOTHING } from './event-reading';
import { readIdentityCenterEvent } from './identity-center-events';
import { readOrganizationEvent, readTagEvent } from './organization-events';
import { type Fields, isFields } from './record';
import { outsideChange } from './who';

/** Accounts whose events count. */
export interface EventOrigins {
  readonly managementAccountId: AccountId;
  /** The account from which Identity Center is administered. */
  readonly identityCenterAccountId: AccountId;
}

/**
 * What an execution's input says to look at. A bell's input is no event. Whatever arrives is read with suspicion: it
 * says "look", never "do", so the worst that a false event can cause is a look.
 */
export function readEvent(event: unknown, origins: EventOrigins): EventReading {
  if (!isFields(event)) return ignored('malformed');
  if (event.source === undefined && event.detail === undefined) return NOTHING;
  const { source, detail, account } = event;
  if (typeof source !== 'string' || !isFields(detail)) return ignored('malformed');
  if (source === 'aws.tag') {
    return account === origins.managementAccountId ? readTagEvent(detail, event.resources) : ignored('foreign');
  }
  return readRecord(detail, account, origins);
}

function readRecord(detail: Fields, account: unknown, origins: EventOrigins): EventReading {
  const { eventSource, eventName } = detail;
  if (typeof eventSource !== 'string' || typeof eventName !== 'string') return ignored('malformed');
  const isOrganization = eventSource === 'organizations.amazonaws.com';
  const mayTell = isOrganization
    ? [origins.managementAccountId]
    : [origins.managementAccountId, origins.identityCenterAccountId];
  if (!mayTell.some((id) => id === account)) return ignored('foreign');
  if (detail.errorCode !== undefined) return NOTHING;
  if (isOrganization) return readOrganizationEvent(eventName, detail);
  if (DIRECTORY_SOURCES.includes(eventSource)) return readDirectoryEvent(eventName, detail);
  if (eventSource !== 'sso.amazonaws.com') return ignored('unknown');
  return readIdentityCenterEvent(eventName, detail, outsideChange(eventName, detail));
}
