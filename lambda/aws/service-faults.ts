import { Conflict, Denied, Missing, OutcomeUnknown, Rejected, Throttled, Unavailable } from '../ports/faults';

type FaultClass = new (message: string, options?: ErrorOptions) => Error;

/** Error names of sso-admin, identitystore, organizations and tagging, by what they mean. Source: the service models. */
const BY_NAME: ReadonlyMap<string, FaultClass> = new Map<string, FaultClass>([
  ['ThrottlingException', Throttled],
  ['TooManyRequestsException', Throttled],
  ['ThrottledException', Throttled],
  ['ConflictException', Conflict],
  ['ConcurrentModificationException', Conflict],
  ['AccessDeniedException', Denied],
  ['ResourceNotFoundException', Missing],
  ['AccountNotFoundException', Missing],
  ['OrganizationalUnitNotFoundException', Missing],
  ['TargetNotFoundException', Missing],
  ['ChildNotFoundException', Missing],
  ['ValidationException', Rejected],
  ['InvalidInputException', Rejected],
  ['ServiceQuotaExceededException', Rejected],
  ['InternalServerException', Unavailable],
  ['InternalServerError', Unavailable],
  ['InternalFailure', Unavailable],
  ['ServiceException', Unavailable],
]);

/** Names a service's error in this program's words; an error nobody knows stays as it is. */
export function named(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const Fault = BY_NAME.get(error.name) ?? (isUnanswered(error) ? OutcomeUnknown : serverFault(error));
  return Fault ? new Fault(error.message, { cause: error }) : error;
}

/** Runs a call and names its fault. */
export async function naming<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw named(error);
  }
}

function httpStatus(error: Error): number | undefined {
  return (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
}

function serverFault(error: Error) {
  return (httpStatus(error) ?? 0) >= 500 ? Unavailable : undefined;
}

/** No answer arrived: time-out or a broken connection. */
function isUnanswered(error: Error): boolean {
  const code = (error as { code?: string }).code ?? '';
  const isNetwork =
    /^(ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_)/.test(code) ||
    /Timeout|socket hang up/i.test(`${error.name} ${error.message}`);
  return httpStatus(error) === undefined && isNetwork;
}
