import { Conflict, Denied, Missing, OutcomeUnknown, Rejected, Throttled, Unavailable } from '../ports/faults';

type FaultClass = new (message: string, options?: ErrorOptions) => Error;

/** Error names of the services that are called here, by what they mean. Source: the service models. */
const BY_NAME: ReadonlyMap<string, FaultClass> = new Map<string, FaultClass>([
  ['ThrottlingException', Throttled],
  ['TooManyRequestsException', Throttled],
  ['ThrottledException', Throttled],
  ['Throttling', Throttled],
  ['RequestLimitExceeded', Throttled],
  ['SlowDown', Throttled],
  ['KmsThrottlingException', Throttled],
  ['KMSThrottlingException', Throttled],
  ['ConflictException', Conflict],
  ['ConcurrentModificationException', Conflict],
  ['AccessDeniedException', Denied],
  // AWS: S3 says it so, and STS, whose role may be assumed in the middle of another service's call.
  ['AccessDenied', Denied],
  ['AuthorizationErrorException', Denied],
  ['KmsAccessDeniedException', Denied],
  ['KMSAccessDeniedException', Denied],
  ['ResourceNotFoundException', Missing],
  ['AccountNotFoundException', Missing],
  ['OrganizationalUnitNotFoundException', Missing],
  ['TargetNotFoundException', Missing],
  // AWS: IAM says it so.
  ['NoSuchEntityException', Missing],
  ['NoSuchEntity', Missing],
  ['ChildNotFoundException', Missing],
  ['ValidationException', Rejected],
  ['InvalidInputException', Rejected],
  ['InvalidParameterException', Rejected],
  ['ConstraintViolationException', Rejected],
  ['ServiceQuotaExceededException', Rejected],
  ['InternalServerException', Unavailable],
  ['InternalServerError', Unavailable],
  ['InternalFailure', Unavailable],
  ['ServiceException', Unavailable],
]);

/** Names a service's error in this program's words; an error nobody knows stays as it is. */
export function named(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const Fault = BY_NAME.get(error.name) ?? (isUnanswered(error) ? OutcomeUnknown : byStatus(error));
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

/** AWS: the answer to a HEAD request has no body, so its error has no name of its own. */
const UNNAMED: Readonly<Record<number, FaultClass>> = { 403: Denied, 429: Throttled };

function byStatus(error: Error): FaultClass | undefined {
  const status = httpStatus(error) ?? 0;
  if (status >= 500) return Unavailable;
  return error.name === 'Unknown' ? UNNAMED[status] : undefined;
}

/** No answer arrived: time-out or a broken connection. */
function isUnanswered(error: Error): boolean {
  const code = (error as { code?: string }).code ?? '';
  const isNetwork =
    /^(ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_)/.test(code) ||
    /Timeout|socket hang up/i.test(`${error.name} ${error.message}`);
  return httpStatus(error) === undefined && isNetwork;
}
