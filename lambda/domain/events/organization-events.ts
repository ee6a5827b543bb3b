import type { AccountId, OrganizationalUnitId } from '../ids';
import type { Slice } from '../slice';
import { type EventReading, ignored, lookAt, NOTHING } from './event-reading';
import { at, type Fields, isFields, textAt } from './record';

const ACCOUNT_ID = /^\d{12}$/;
const UNIT_ID = /^ou-[a-z0-9]{4,32}-[a-z0-9]{8,32}$/;
/** `arn:aws:organizations::111111111111:account/o-…/123456789012` */
const ACCOUNT_ARN = /^arn:[\w-]+:organizations::\d{12}:account\/o-[a-z0-9]+\/\d{12}$/;

/** Ends of asynchronous operations, by where their status stands. */
const RESULTS: Readonly<Record<string, string>> = {
  CreateAccountResult: 'createAccountStatus',
  CreateGovCloudAccountResult: 'createAccountStatus',
  CloseAccountResult: 'closeAccountStatus',
};

const CALLS_ABOUT_ACCOUNTS = new Set(['CloseAccount', 'MoveAccount', 'RemoveAccountFromOrganization']);

/**
 * AWS: since May 2026 an account's coming and going is told in the management account. Where in the record the account
 * stands is not documented, so every account that it names is looked at.
 */
const MEMBERSHIP = new Set(['AccountJoinedOrganization', 'AccountDepartedOrganization', 'LeaveOrganization']);

const UNIT_CALLS = new Set(['CreateOrganizationalUnit', 'UpdateOrganizationalUnit', 'DeleteOrganizationalUnit']);

/** Names of the events of AWS Organizations that say something about scopes. */
export const ORGANIZATION_EVENTS: readonly string[] = [
  ...Object.keys(RESULTS),
  ...CALLS_ABOUT_ACCOUNTS,
  ...MEMBERSHIP,
  ...UNIT_CALLS,
  'AcceptHandshake',
];

/** Reads a CloudTrail record of `organizations.amazonaws.com`. */
export function readOrganizationEvent(name: string, detail: Fields): EventReading {
  if (Object.hasOwn(RESULTS, name)) return readResult(detail, RESULTS[name] ?? '');
  if (CALLS_ABOUT_ACCOUNTS.has(name)) return lookAt(accounts(at(detail, 'requestParameters', 'accountId')));
  if (name === 'AcceptHandshake') return lookAt(parties(at(detail, 'responseElements', 'handshake', 'parties')));
  if (MEMBERSHIP.has(name)) return lookAt(everyAccount(detail));
  if (UNIT_CALLS.has(name)) return lookAt(unit(detail));
  return ignored('unknown');
}

/** Reads an `aws.tag` event. They carry all tags as they are; they are read anew all the same. */
export function readTagEvent(detail: Fields, resources: unknown): EventReading {
  if (detail.service !== 'organizations' || detail['resource-type'] !== 'account') return ignored('unknown');
  const [arn] = Array.isArray(resources) ? resources : [];
  if (typeof arn !== 'string' || !ACCOUNT_ARN.test(arn)) return ignored('malformed');
  return lookAt(accounts(arn.slice(-12)));
}

/** A creation that failed made no account. */
function readResult(detail: Fields, statusName: string): EventReading {
  const status = at(detail, 'serviceEventDetails', statusName);
  if (at(status, 'state') === 'FAILED' && at(status, 'accountId') === undefined) return NOTHING;
  return lookAt(accounts(at(status, 'accountId')));
}

function accounts(...ids: readonly unknown[]): Slice[] {
  const valid = ids.filter((id): id is string => typeof id === 'string' && ACCOUNT_ID.test(id));
  return [...new Set(valid)].map((id) => ({ kind: 'account', accountId: id as AccountId }));
}

function parties(list: unknown): Slice[] {
  const members = Array.isArray(list) ? list.filter((party) => at(party, 'type') === 'ACCOUNT') : [];
  return accounts(...members.map((party) => at(party, 'id')));
}

function everyAccount(detail: Fields): Slice[] {
  const places = [detail.serviceEventDetails, detail.requestParameters, detail.responseElements];
  const named = accounts(...places.flatMap(leaves));
  if (named.length > 0) return named;
  return accounts(detail.recipientAccountId, at(detail, 'userIdentity', 'accountId'));
}

/** Texts anywhere inside a value. CloudTrail's records are at most a few levels deep. */
function leaves(value: unknown, depth = 0): string[] {
  if (typeof value === 'string') return [value];
  if (depth > MOST_LEVELS) return [];
  if (Array.isArray(value)) return value.flatMap((member) => leaves(member, depth + 1));
  return isFields(value) ? Object.values(value).flatMap((member) => leaves(member, depth + 1)) : [];
}

const MOST_LEVELS = 8;

function unit(detail: Fields): Slice[] {
  const id = textAt(
    detail,
    UNIT_ID,
    ['requestParameters', 'organizationalUnitId'],
    ['responseElements', 'organizationalUnit', 'id'],
  );
  return id === undefined ? [] : [{ kind: 'organizationalUnit', organizationalUnitId: id as OrganizationalUnitId }];
}
