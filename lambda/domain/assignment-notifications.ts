import type { LedgerRow, OperationKind, Parked } from './ledger-row';
import type { Notification } from './notification';

/** An assignment is set aside, for this reason: what people are told. What says the same of many is one message. */
export function setAsideNotification(
  row: LedgerRow,
  kind: OperationKind,
  { reason, missingPolicy }: Omit<Parked, 'generation'>,
): Notification {
  return missingPolicy === undefined ? failed(row, kind, reason) : held(row, missingPolicy);
}

const DONE = { create: 'created', delete: 'removed' } as const;

function failed(row: LedgerRow, kind: OperationKind, reason: string): Notification {
  const { permissionSetName } = row;
  return {
    subject: `Account assignments of ${permissionSetName} could not be ${DONE[kind]}`,
    details: {
      what: `Assignments could not be ${DONE[kind]}, although it was tried repeatedly. They are set aside.`,
      permissionSet: permissionSetName,
      ...about(row),
      why: general(row, reason),
      next: `Remove the cause, then submit the link again (when it was deleted, its deletion). To see them: ${toSee(row)}`,
    },
  };
}

function held(row: LedgerRow, missingPolicy: string): Notification {
  const { permissionSetName } = row;
  return {
    subject: `Account assignments of ${permissionSetName} wait for a policy`,
    details: {
      what: 'Assignments are held until their accounts have the customer managed policy.',
      permissionSet: permissionSetName,
      ...about(row),
      why: `policy ${missingPolicy} is not in these accounts`,
      next: `Create the policy in the accounts. They are looked at again every hour, and when the permission set changes. To see them: ${toSee(row)}`,
    },
  };
}

const UUID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi;

/** Reasons of the service name the account, the principal and a request: without these, they are the same for many. */
function general({ accountId, principalId }: LedgerRow, reason: string): string {
  return reason.replaceAll(accountId, '(account)').replaceAll(principalId, '(principal)').replaceAll(UUID, '(id)');
}

function toSee({ permissionSetName }: LedgerRow): string {
  return `GET /assignments?permissionSet=${encodeURIComponent(permissionSetName)}`;
}

function about({ accountId, principalType, principalName }: LedgerRow) {
  return { accounts: [accountId], principals: [`${principalType} ${principalName}`] };
}
