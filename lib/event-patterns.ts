import {
  DIRECTORY_EVENT_NAMES,
  DIRECTORY_EVENT_SOURCES,
  IDENTITY_CENTER_EVENT_NAMES,
  ORGANIZATION_EVENT_NAMES,
} from './event-names';
import type { Names } from './names';

/** A pattern of an EventBridge rule. */
export type EventPattern = Readonly<Record<string, unknown>>;

/** A call that failed changed nothing. */
const SUCCEEDED = { errorCode: [{ exists: false }] };

/** What happens to accounts and organizational units. */
export function organizationPattern(): EventPattern {
  return {
    source: ['aws.organizations'],
    detail: {
      eventSource: ['organizations.amazonaws.com'],
      eventName: [...ORGANIZATION_EVENT_NAMES],
      ...SUCCEEDED,
    },
  };
}

/** AWS: a change of tags is told as the state that it leads to, whichever call made it. */
export function accountTagPattern(): EventPattern {
  return {
    source: ['aws.tag'],
    'detail-type': ['Tag Change on Resource'],
    detail: { service: ['organizations'], 'resource-type': ['account'] },
  };
}

/** What happens to groups and users, through the console, the API and SCIM. */
export function directoryPattern(): EventPattern {
  return {
    source: [{ prefix: 'aws.' }],
    detail: { eventSource: [...DIRECTORY_EVENT_SOURCES], eventName: [...DIRECTORY_EVENT_NAMES], ...SUCCEEDED },
  };
}

/**
 * What others do to permission sets and assignments. What the writers of this installation do is no news to it.
 * AWS: `anything-but` does not match a field that is absent, as it is for users and for root.
 */
export function identityCenterPattern(names: Names): EventPattern {
  const writers = [names.reachedRole('assignment-writer'), names.reachedRole('permission-set-writer')];
  const issuer = (userName: unknown) => ({
    userIdentity: { sessionContext: { sessionIssuer: { userName: [userName] } } },
  });
  return {
    source: ['aws.sso'],
    detail: {
      eventSource: ['sso.amazonaws.com'],
      eventName: [...IDENTITY_CENTER_EVENT_NAMES],
      ...SUCCEEDED,
      $or: [issuer({ 'anything-but': writers }), issuer({ exists: false })],
    },
  };
}
