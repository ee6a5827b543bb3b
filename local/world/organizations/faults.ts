import { ServiceFault } from '../../cloud/service';
import { operationMaker } from '../operation';
import type { Violation, ViolationKind } from '../shape';

/** The errors of organizations. Each carries `Message`; some a `Reason`, TooManyRequestsException a `Type`. */

function fault(code: string, message: string, members: Readonly<Record<string, unknown>> = {}): ServiceFault {
  return new ServiceFault(code, message, 400, members);
}

const REASONS: Readonly<Record<ViolationKind, readonly [reason: string, message: string]>> = {
  type: ['INVALID_PATTERN', 'You provided a value that does not match the required pattern.'],
  required: ['INPUT_REQUIRED', 'You must provide a value for the required parameter.'],
  pattern: ['INVALID_PATTERN', 'You provided a value that does not match the required pattern.'],
  minLength: ['MIN_LENGTH_EXCEEDED', 'You provided a value that is shorter than the allowed minimum length.'],
  maxLength: ['MAX_LENGTH_EXCEEDED', 'You provided a value that is longer than the allowed maximum length.'],
  minValue: ['MIN_VALUE_EXCEEDED', 'You provided a value that is smaller than the allowed minimum.'],
  maxValue: ['MAX_VALUE_EXCEEDED', 'You provided a value that is larger than the allowed maximum.'],
  enum: ['INVALID_ENUM', 'You provided a value that is not one of the allowed values.'],
  union: ['INVALID_LIST_MEMBER', 'You provided a list member that is not valid.'],
};

/** AWS: the reason says which kind of violation came first; the text names the parameter. */
function malformedInput(violations: readonly Violation[]): ServiceFault {
  const [first] = violations;
  const [Reason, message] = REASONS[first?.kind ?? 'pattern'];
  return invalidInput(Reason, `${message} (${first?.path})`);
}

export function invalidInput(Reason: string, message: string): ServiceFault {
  return fault('InvalidInputException', message, { Reason });
}

export function constraintViolated(Reason: string, message: string): ServiceFault {
  return fault('ConstraintViolationException', message, { Reason });
}

export function invalidToken(): ServiceFault {
  return invalidInput('INVALID_NEXT_TOKEN', 'You provided an invalid pagination token.');
}

export function accessDenied(): ServiceFault {
  return fault('AccessDeniedException', "You don't have permissions to access this resource.");
}

export function notInUse(): ServiceFault {
  return fault('AWSOrganizationsNotInUseException', 'Your account is not a member of an organization.');
}

export function tooManyRequests(Type?: string): ServiceFault {
  const message = 'You have sent too many requests in too short a period of time.';
  return fault('TooManyRequestsException', message, Type === undefined ? {} : { Type });
}

export function accountNotFound(): ServiceFault {
  return fault('AccountNotFoundException', "You specified an account that doesn't exist.");
}

export function unitNotFound(): ServiceFault {
  return fault('OrganizationalUnitNotFoundException', "You specified an organizational unit that doesn't exist.");
}

export function parentNotFound(): ServiceFault {
  return fault('ParentNotFoundException', "You specified a parent that doesn't exist.");
}

export function childNotFound(): ServiceFault {
  return fault('ChildNotFoundException', "You specified a child that doesn't exist.");
}

export function targetNotFound(): ServiceFault {
  return fault('TargetNotFoundException', "You specified a target that doesn't exist.");
}

export function sourceParentNotFound(): ServiceFault {
  return fault('SourceParentNotFoundException', "You specified a source parent that doesn't exist.");
}

export function destinationParentNotFound(): ServiceFault {
  return fault('DestinationParentNotFoundException', "You specified a destination parent that doesn't exist.");
}

export function duplicateAccount(): ServiceFault {
  return fault('DuplicateAccountException', 'The account is already in the specified destination.');
}

export function duplicateUnit(): ServiceFault {
  return fault(
    'DuplicateOrganizationalUnitException',
    'An organizational unit with the same name already exists in the parent.',
  );
}

export function unitNotEmpty(): ServiceFault {
  return fault('OrganizationalUnitNotEmptyException', 'The specified organizational unit is not empty.');
}

export function managementAccountCannotLeave(): ServiceFault {
  return fault('MasterCannotLeaveOrganizationException', "You can't remove the management account.");
}

export function accountAlreadyClosed(): ServiceFault {
  return fault('AccountAlreadyClosedException', 'You attempted to close an account that is already closed.');
}

export function createAccountStatusNotFound(): ServiceFault {
  return fault('CreateAccountStatusNotFoundException', "We can't find a create account request with that id.");
}

export function handshakeNotFound(): ServiceFault {
  return fault('HandshakeNotFoundException', "We can't find a handshake with the id that you specified.");
}

export function handshakeInWrongState(state: string): ServiceFault {
  return fault('InvalidHandshakeTransitionException', `The handshake is ${state}.`);
}

export function invitationImpossible(Reason: string, message: string): ServiceFault {
  return fault('HandshakeConstraintViolationException', message, { Reason });
}

export function duplicateHandshake(): ServiceFault {
  return fault('DuplicateHandshakeException', 'A handshake with the same action and target already exists.');
}

export function accountNotRegistered(): ServiceFault {
  return fault('AccountNotRegisteredException', 'The specified account is not a delegated administrator.');
}

/** An operation of organizations: malformed input answers InvalidInputException. */
export const organizationsOperation = operationMaker(malformedInput);
