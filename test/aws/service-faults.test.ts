import { named, naming } from '../../lambda/aws/service-faults';

interface ErrorParts {
  readonly name: string;
  readonly message?: string;
  readonly code?: string;
  readonly status?: number;
}

function error({ name, message = 'as the service says', code, status }: ErrorParts): Error {
  const metadata = status === undefined ? {} : { httpStatusCode: status };
  return Object.assign(new Error(message), { name, $metadata: metadata, ...(code ? { code } : {}) });
}

/** What services answer, and what it means. AWS: the code decides; client faults mostly have the status 400. */
const ANSWERED: readonly (readonly [name: string, status: number, meaning: string])[] = [
  ['ThrottlingException', 400, 'Throttled'],
  ['TooManyRequestsException', 400, 'Throttled'],
  ['ThrottledException', 400, 'Throttled'],
  ['Throttling', 400, 'Throttled'],
  ['RequestLimitExceeded', 503, 'Throttled'],
  ['SlowDown', 503, 'Throttled'],
  ['KmsThrottlingException', 400, 'Throttled'],
  ['KMSThrottlingException', 400, 'Throttled'],
  ['Unknown', 429, 'Throttled'],
  ['ConflictException', 400, 'Conflict'],
  ['ConcurrentModificationException', 400, 'Conflict'],
  ['AccessDeniedException', 400, 'Denied'],
  ['AccessDenied', 403, 'Denied'],
  ['AuthorizationErrorException', 403, 'Denied'],
  ['KmsAccessDeniedException', 400, 'Denied'],
  ['KMSAccessDeniedException', 400, 'Denied'],
  ['Unknown', 403, 'Denied'],
  ['ResourceNotFoundException', 400, 'Missing'],
  ['AccountNotFoundException', 400, 'Missing'],
  ['OrganizationalUnitNotFoundException', 400, 'Missing'],
  ['TargetNotFoundException', 400, 'Missing'],
  ['ChildNotFoundException', 400, 'Missing'],
  ['NoSuchEntityException', 404, 'Missing'],
  ['NoSuchEntity', 404, 'Missing'],
  ['ValidationException', 400, 'Rejected'],
  ['InvalidInputException', 400, 'Rejected'],
  ['InvalidParameterException', 400, 'Rejected'],
  ['ConstraintViolationException', 400, 'Rejected'],
  ['ServiceQuotaExceededException', 400, 'Rejected'],
  ['InternalServerException', 500, 'Unavailable'],
  ['InternalServerError', 500, 'Unavailable'],
  ['InternalFailure', 500, 'Unavailable'],
  ['ServiceException', 500, 'Unavailable'],
  ['AnythingElse', 500, 'Unavailable'],
  ['ServiceUnavailable', 503, 'Unavailable'],
  ['Unknown', 502, 'Unavailable'],
];

test.each(ANSWERED)(
  '%s (%d) is %s, with the words of the service and the error itself as cause',
  (name, status, meaning) => {
    const cause = error({ name, status });
    expect(named(cause)).toMatchObject({ name: meaning, message: 'as the service says', cause });
  },
);

test.each([
  { name: 'TimeoutError', message: 'Connection timed out after 3000 ms' },
  { name: 'TimeoutError', message: 'socket hang up' },
  { name: 'Error', message: 'read ECONNRESET', code: 'ECONNRESET' },
  { name: 'Error', message: 'connect ECONNREFUSED', code: 'ECONNREFUSED' },
  { name: 'Error', message: 'write EPIPE', code: 'EPIPE' },
  { name: 'Error', message: 'getaddrinfo EAI_AGAIN', code: 'EAI_AGAIN' },
  { name: 'Error', message: 'getaddrinfo ENOTFOUND', code: 'ENOTFOUND' },
  { name: 'Error', message: 'socket hang up' },
])('no answer ($name: $message) leaves the outcome unknown', (parts) => {
  expect(named(error(parts))).toMatchObject({ name: 'OutcomeUnknown' });
});

test('an answer that speaks of a time-out is an answer', () => {
  expect(named(error({ name: 'RequestTimeout', message: 'Timeout', status: 504 }))).toMatchObject({
    name: 'Unavailable',
  });
});

test.each([
  // Credentials that ran out are renewed: trying again helps, nobody has to grant anything.
  error({ name: 'ExpiredTokenException', status: 403 }),
  error({ name: 'NotFound', status: 404 }),
  new TypeError('a defect of ours'),
  'not even an error',
])('what nobody knows stays as it is: %s', (unknown) => {
  expect(named(unknown)).toBe(unknown);
});

test('naming hands on answers and names faults', async () => {
  expect(await naming(Promise.resolve('answer'))).toBe('answer');
  const failing = Promise.reject(error({ name: 'ConflictException', status: 400 }));
  await expect(naming(failing)).rejects.toMatchObject({ name: 'Conflict' });
});
