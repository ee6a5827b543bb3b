import { ServiceFault } from '../../cloud/service';
import { validationText } from '../operation';
import type { Violation } from '../shape';

/**
 * The synchronous errors of sso-admin, with the messages observed on the live service. Client faults answer with HTTP
 * 400, as JSON 1.1 front ends do; SDKs choose the exception by its code.
 */

export function validationFault(message: string): ServiceFault {
  return new ServiceFault('ValidationException', message);
}

export function malformedInput(violations: readonly Violation[]): ServiceFault {
  return validationFault(validationText(violations));
}

export function invalidToken(): ServiceFault {
  return validationFault('The provided NextToken is invalid.');
}

/** More calls per second than the instance accepts. */
export function rateExceeded(): ServiceFault {
  return new ServiceFault('ThrottlingException', 'Rate exceeded');
}

/** More asynchronous operations outstanding than the instance accepts. */
export function tooManyRequests(): ServiceFault {
  return new ServiceFault('ThrottlingException', 'There are too many requests processing. Please try again later.');
}

/** Another operation changes the same permission set in the same account. */
export function conflictingOperation(): ServiceFault {
  return new ServiceFault('ConflictException', 'There is a conflicting operation in process.');
}

export function nameTaken(name: string): ServiceFault {
  return new ServiceFault('ConflictException', `PermissionSet with name ${name} already exists.`);
}

/** The permission set is assigned or provisioned somewhere, or its removal from an account still runs. */
export function permissionSetInUse(): ServiceFault {
  return new ServiceFault(
    'ConflictException',
    'Could not delete because PermissionSet has ApplicationProfile associated with it.',
  );
}

export function accessDenied(): ServiceFault {
  return new ServiceFault('AccessDeniedException', 'You do not have sufficient access to perform this action.');
}

export function permissionSetNotFound(permissionSetArn: string): ServiceFault {
  const id = permissionSetArn.split('/').at(-1) ?? permissionSetArn;
  return notFound(`Could not find PermissionSet with id ${id}`);
}

export function notFound(message: string): ServiceFault {
  return new ServiceFault('ResourceNotFoundException', message);
}

export function conflict(message: string): ServiceFault {
  return new ServiceFault('ConflictException', message);
}

export function quotaExceeded(message: string): ServiceFault {
  return new ServiceFault('ServiceQuotaExceededException', message);
}
