import { operationMaker } from '../operation';
import { malformedInput } from './faults';

/** An operation of sso-admin: malformed input answers ValidationException with every violation. */
export const ssoOperation = operationMaker(malformedInput);
