import type { OutsideChange } from './event-reading';
import { at, type Fields, textAt } from './record';

const ANY_TEXT = /./;

/**
 * Who made the call of a CloudTrail record, and when and from where. AWS: `userIdentity` may lack names altogether;
 * of a role, the issuer and the session tell; a person who works through Identity Center is named by an id.
 */
export function outsideChange(action: string, detail: Fields): OutsideChange {
  const identity = detail.userIdentity;
  const onBehalfOf = textAt(identity, ANY_TEXT, ['onBehalfOf', 'userId']);
  return {
    action,
    who: nameOf(identity),
    ...(onBehalfOf === undefined ? {} : { onBehalfOf }),
    at: textAt(detail, ANY_TEXT, ['eventTime']) ?? 'unknown',
    from: textAt(detail, ANY_TEXT, ['sourceIPAddress']) ?? 'unknown',
  };
}

function nameOf(identity: unknown): string {
  const arn = textAt(identity, ANY_TEXT, ['arn']);
  const issuer = at(identity, 'sessionContext', 'sessionIssuer');
  const role = textAt(issuer, ANY_TEXT, ['userName'], ['arn']);
  const session = arn?.includes(':assumed-role/') ? arn.split('/').at(-1) : undefined;
  if (role !== undefined) return session === undefined ? `role ${role}` : `role ${role}, session ${session}`;
  const user = textAt(identity, ANY_TEXT, ['userName'], ['onBehalfOf', 'userId']);
  return user === undefined
    ? (arn ?? textAt(identity, ANY_TEXT, ['principalId'], ['type']) ?? 'unknown')
    : `user ${user}`;
}
