import { ServiceFault } from '../service';
import { validationFault } from './attribute-value';

/** The input of a call, as decoded from JSON; every member is checked where it is used. */
export type Request = Readonly<Record<string, unknown>>;

/** Refuses, by name, members that the local cloud does not implement (such as the legacy conditional parameters). */
export function checkMembers(operation: string, request: Request, known: readonly string[]): void {
  for (const [name, value] of Object.entries(request)) {
    if (value === undefined || value === null || known.includes(name)) continue;
    throw new ServiceFault(
      'NotImplemented',
      `The local cloud does not implement parameter ${name} of dynamodb:${operation}.`,
      501,
    );
  }
}

export function isRequest(value: unknown): value is Request {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A member that must be one of a few words, if it is present. */
export function oneOf<W extends string>(request: Request, member: string, words: readonly W[]): W | undefined {
  const value = request[member];
  if (value === undefined || value === null) return undefined;
  const word = words.find((candidate) => candidate === value);
  if (word !== undefined) return word;
  throw constraintFault(value, member, `Member must satisfy enum value set: [${words.join(', ')}]`);
}

/** A member that must be true or false, if it is present. */
export function flag(request: Request, member: string): boolean {
  const value = request[member];
  if (value === undefined || value === null) return false;
  if (typeof value === 'boolean') return value;
  throw new ServiceFault('SerializationException', 'Unexpected token received from parser');
}

/** A member that must be a whole number of at least `minimum`, if it is present. */
export function wholeNumber(request: Request, member: string, minimum: number): number | undefined {
  const value = request[member];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'number' || !Number.isInteger(value)) {
    throw new ServiceFault('SerializationException', `${typeof value} cannot be converted to Integer`);
  }
  if (value >= minimum) return value;
  throw constraintFault(value, member, `Member must have value greater than or equal to ${minimum}`);
}

/** A member that must be a list of `minimum` to `maximum` objects. */
export function requestList(request: Request, member: string, minimum: number, maximum: number): readonly Request[] {
  const value = request[member];
  if (value === undefined || value === null) throw constraintFault(null, member, 'Member must not be null');
  if (!Array.isArray(value) || !value.every(isRequest)) {
    throw new ServiceFault('SerializationException', 'Start of structure or map found where not expected');
  }
  if (value.length < minimum) {
    throw constraintFault('[]', member, `Member must have length greater than or equal to ${minimum}`);
  }
  if (value.length > maximum) {
    throw constraintFault('[…]', member, `Member must have length less than or equal to ${maximum}`);
  }
  return value;
}

/** AWS's message for a violated constraint of the request's model. */
export function constraintFault(value: unknown, member: string, constraint: string): ServiceFault {
  const shown = value === null ? 'null' : `'${String(value)}'`;
  const name = `${member.charAt(0).toLowerCase()}${member.slice(1)}`;
  return validationFault(
    `1 validation error detected: Value ${shown} at '${name}' failed to satisfy constraint: ${constraint}`,
  );
}
