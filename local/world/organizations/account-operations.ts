import { randomDigits, randomHex } from '../derived-ids';
import type { Operations } from '../operation';
import type { Valid } from '../shape';
import { eventId } from '../world-event';
import {
  accountAlreadyClosed,
  accountNotFound,
  constraintViolated,
  destinationParentNotFound,
  duplicateAccount,
  managementAccountCannotLeave,
  organizationsOperation,
  sourceParentNotFound,
  tooManyRequests,
} from './faults';
import type { CreateAccountRequest, Organization } from './organization';
import { describedCreation } from './read-operations';
import * as shapes from './shapes';
import { mergedTags } from './tag-operations';
import type { Account } from './tree';

/** Create, move, close and remove accounts. */
export function accountOperations(organization: Organization): Operations {
  const { tree, managementAccountId } = organization;
  const requireAccount = (id: string): Account => {
    const account = tree.accounts.get(id);
    if (!account) throw accountNotFound();
    return account;
  };
  return {
    CreateAccount: organizationsOperation('write', shapes.createAccount, (input) => ({
      CreateAccountStatus: createAccount(organization, input),
    })),
    MoveAccount: organizationsOperation('write', shapes.moveAccount, (input) => {
      const account = requireAccount(input.AccountId);
      if (account.parentId !== input.SourceParentId) throw sourceParentNotFound();
      if (!tree.parent(input.DestinationParentId)) throw destinationParentNotFound();
      if (account.parentId === input.DestinationParentId) throw duplicateAccount();
      tree.moveAccount(account, input.DestinationParentId);
      return {};
    }),
    CloseAccount: organizationsOperation('write', shapes.account, (input) => {
      closeAccount(organization, requireAccount(input.AccountId));
      return {};
    }),
    RemoveAccountFromOrganization: organizationsOperation('write', shapes.account, (input) => {
      const account = requireAccount(input.AccountId);
      if (account.id === managementAccountId) throw managementAccountCannotLeave();
      if (organization.isDelegatedAdministrator(account.id)) {
        const message = 'Deregister the account as delegated administrator first.';
        throw constraintViolated('CANNOT_REMOVE_DELEGATED_ADMINISTRATOR_FROM_ORG', message);
      }
      tree.removeAccount(account);
      emitDeparture(organization, account.id, 'REMOVED');
      return {};
    }),
  };
}

/** Accepted at once; the account appears later, in the root. */
function createAccount(organization: Organization, input: Valid<typeof shapes.createAccount>) {
  if (organization.creationsInProgress >= organization.behaviour.concurrentCreations) throw tooManyRequests();
  const tags = mergedTags(organization, new Map(), input.Tags ?? []);
  const request: CreateAccountRequest = {
    id: `car-${randomHex(organization.idRandom, 32)}`,
    accountName: input.AccountName,
    requestedAt: organization.now(),
    state: 'IN_PROGRESS',
  };
  organization.creations.set(request.id, request);
  organization.creationsInProgress += 1;
  organization.clock.after(organization.drawCreationMs() * organization.latencyFactor, () => {
    organization.creationsInProgress -= 1;
    request.completedAt = organization.now();
    if (organization.tree.hasEmail(input.Email)) {
      request.state = 'FAILED';
      request.failureReason = 'EMAIL_ALREADY_EXISTS';
    } else {
      request.state = 'SUCCEEDED';
      request.accountId = addAccount(organization, input, tags).id;
      emitJoining(organization, request.accountId, 'CREATED');
    }
    emitResult(organization, 'CreateAccountResult', request.id, { createAccountStatus: creationResult(request) });
  });
  return describedCreation(request);
}

function addAccount(
  organization: Organization,
  { Email: email, AccountName: name }: { readonly Email: string; readonly AccountName: string },
  tags: ReadonlyMap<string, string>,
): Account {
  const { tree } = organization;
  let id = randomDigits(organization.idRandom, 12);
  while (tree.accounts.has(id)) id = randomDigits(organization.idRandom, 12);
  const joinedAt = organization.now();
  const parentId = tree.root.id;
  const account = tree.addAccount({ id, email, name, joinedMethod: 'CREATED', joinedAt, state: 'ACTIVE', parentId });
  tree.setTags(account, tags);
  return account;
}

/** AWS: an account is PENDING_CLOSURE first and CLOSED for 90 days after; it stays a member meanwhile. */
function closeAccount(organization: Organization, account: Account): void {
  if (account.id === organization.managementAccountId) {
    throw constraintViolated('CANNOT_CLOSE_MANAGEMENT_ACCOUNT', "You can't close the management account.");
  }
  if (account.state === 'PENDING_CLOSURE' || account.state === 'CLOSED') throw accountAlreadyClosed();
  if (organization.closuresInProgress >= organization.behaviour.concurrentClosures) {
    const message = 'You have too many account closures in progress.';
    throw constraintViolated('CLOSE_ACCOUNT_REQUESTS_LIMIT_EXCEEDED', message);
  }
  const requestedTimestamp = organization.now().toISOString();
  account.state = 'PENDING_CLOSURE';
  organization.closuresInProgress += 1;
  organization.clock.after(organization.drawClosureMs() * organization.latencyFactor, () => {
    organization.closuresInProgress -= 1;
    account.state = 'CLOSED';
    const completedTimestamp = organization.now().toISOString();
    const closeAccountStatus = { accountId: account.id, state: 'SUCCEEDED', requestedTimestamp, completedTimestamp };
    emitResult(organization, 'CloseAccountResult', `${account.id} ${requestedTimestamp}`, { closeAccountStatus });
  });
}

/** AWS: names and addresses are masked in events. */
function creationResult(request: CreateAccountRequest): Record<string, unknown> {
  return {
    id: request.id,
    state: request.state,
    accountName: '****',
    ...(request.accountId === undefined ? {} : { accountId: request.accountId }),
    ...(request.failureReason === undefined ? {} : { failureReason: request.failureReason }),
    requestedTimestamp: request.requestedAt.toISOString(),
    completedTimestamp: request.completedAt?.toISOString(),
  };
}

/** AWS: since May 2026 the management account is told of every account that comes or goes; assumption: as a service event that names it. */
export function emitJoining(organization: Organization, accountId: string, joinedMethod: 'CREATED' | 'INVITED'): void {
  const joinedTime = organization.now().toISOString();
  const details = { accountId, joinedMethod, joinedTime };
  emitResult(organization, 'AccountJoinedOrganization', `${accountId} ${joinedTime}`, details);
}

export function emitDeparture(
  organization: Organization,
  accountId: string,
  departureMethod: 'LEFT' | 'REMOVED',
): void {
  const departureTime = organization.now().toISOString();
  const details = { accountId, departureMethod, departureTime };
  emitResult(organization, 'AccountDepartedOrganization', `${accountId} ${departureTime}`, details);
}

/** AWS: the end of an asynchronous operation is a service event, without request or response. */
function emitResult(
  organization: Organization,
  eventName: string,
  identity: string,
  serviceEventDetails: Readonly<Record<string, unknown>>,
): void {
  organization.emit({
    source: 'aws.organizations',
    detailType: 'AWS Service Event via CloudTrail',
    resources: [],
    detail: {
      eventVersion: '1.11',
      userIdentity: { accountId: organization.managementAccountId, invokedBy: 'organizations.amazonaws.com' },
      eventTime: organization.now().toISOString(),
      eventSource: 'organizations.amazonaws.com',
      eventName,
      awsRegion: 'us-east-1',
      requestParameters: null,
      responseElements: null,
      eventID: eventId(eventName, identity),
      readOnly: false,
      eventType: 'AwsServiceEvent',
      managementEvent: true,
      recipientAccountId: organization.managementAccountId,
      serviceEventDetails,
      eventCategory: 'Management',
    },
  });
}
