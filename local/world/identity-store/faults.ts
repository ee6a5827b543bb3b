import { ServiceFault } from '../../cloud/service';
import { operationMaker, validationText } from '../operation';

/** The errors of identitystore, with the messages and members observed on the live service. */

export type ResourceType = 'GROUP' | 'USER' | 'GROUP_MEMBERSHIP' | 'IDENTITY_STORE';

export function notFound(type: ResourceType, id?: string): ServiceFault {
  const members = { ResourceType: type, ...(id === undefined ? {} : { ResourceId: id }) };
  return new ServiceFault('ResourceNotFoundException', `${type} not found.`, 400, members);
}

export function memberNotFound(): ServiceFault {
  return new ServiceFault('ResourceNotFoundException', 'Member does not exist', 400, { ResourceType: 'USER' });
}

export function duplicate(attribute: string): ServiceFault {
  const members = { Reason: 'UNIQUENESS_CONSTRAINT_VIOLATION' };
  return new ServiceFault('ConflictException', `Duplicate ${attribute}`, 400, members);
}

/** The revision given is not the one the resource has now. */
export function concurrentModification(): ServiceFault {
  const members = { Reason: 'CONCURRENT_MODIFICATION' };
  return new ServiceFault('ConflictException', 'The resource was modified concurrently', 400, members);
}

export function validationFault(message: string): ServiceFault {
  return new ServiceFault('ValidationException', message);
}

export function accessDenied(): ServiceFault {
  return new ServiceFault('AccessDeniedException', 'You do not have sufficient access to perform this action.');
}

export function rateExceeded(): ServiceFault {
  return new ServiceFault('ThrottlingException', 'Rate exceeded', 400, { RetryAfterSeconds: 1 });
}

/** An operation of identitystore: malformed input answers ValidationException with every violation. */
export const storeOperation = operationMaker((violations) => validationFault(validationText(violations)));
