import type { StackOutputs } from './assembly/deployment';
import { isRecord } from './assembly/resource';
import { type Faults, parseFaults } from './contract/faults';
import type { Metrics } from './contract/metrics';
import type { Settled } from './contract/settle';

/** What the `/_local` routes show and do. */
export interface LocalControls {
  /** Simulated milliseconds since the Unix epoch. */
  now(): number;
  outputs(): StackOutputs;
  settle(timeoutSeconds: number): Promise<Settled>;
  /** Lets simulated time pass; false when the real time was over before. */
  advance(seconds: number, timeoutSeconds: number): Promise<boolean>;
  metrics(): Metrics;
  setFaults(faults: Faults): void;
  /** Throws with a message for the user when the account does not exist or the state is none. */
  setAccountState(accountId: string, state: string): void;
  fireSchedules(): void;
  /** Delivers events as given to the default buses of their accounts and Regions. */
  deliverEvents(events: readonly Readonly<Record<string, unknown>>[]): void;
  iam(): unknown;
  /** Every statement of the templates' roles, each with a call that is denied without it. */
  statements(): unknown;
}

export interface ContractRequest {
  readonly method: string;
  /** Path without the query, percent-encoding included. */
  readonly path: string;
  readonly body: string;
}

export interface ContractAnswer {
  readonly statusCode: number;
  readonly body: unknown;
}

/** What the caller must change: answered with its status and message. */
class Refusal extends Error {
  constructor(
    readonly statusCode: number,
    message: string,
  ) {
    super(message);
  }
}

interface Route {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly pattern: RegExp;
  readonly answer: (
    controls: LocalControls,
    request: ContractRequest,
    parameter: string,
  ) => ContractAnswer | Promise<ContractAnswer>;
}

/** Where these routes are. */
export const CONTRACT_PREFIX = '/_local';

const DEFAULT_SETTLE_SECONDS = 60;
const LONGEST_SETTLE_SECONDS = 3_600;
const LONGEST_ADVANCE_SECONDS = 7 * 86_400;

const ROUTES: readonly Route[] = [
  route('GET', '/_local/health', (controls) => ok({ status: 'ready', now: new Date(controls.now()).toISOString() })),
  route('GET', '/_local/outputs', (controls) => ok(controls.outputs())),
  route('POST', '/_local/settle', async (controls, request) => {
    const settled = await controls.settle(settleSeconds(optionalBody(request)));
    return { statusCode: settled.settled ? 200 : 408, body: settled };
  }),
  route('POST', '/_local/advance', async (controls, request) => {
    const { seconds, timeoutSeconds = DEFAULT_SETTLE_SECONDS, ...others } = bodyObject(request);
    refuseUnknownKeys(others, ['seconds', 'timeoutSeconds']);
    refuseUnfitSeconds('seconds', seconds, LONGEST_ADVANCE_SECONDS);
    refuseUnfitSeconds('timeoutSeconds', timeoutSeconds, LONGEST_SETTLE_SECONDS);
    const advanced = await controls.advance(seconds, timeoutSeconds);
    return { statusCode: advanced ? 200 : 408, body: { advanced, now: new Date(controls.now()).toISOString() } };
  }),
  route('GET', '/_local/metrics', (controls) => ok(controls.metrics())),
  route('POST', '/_local/faults', (controls, request) => {
    const { faults, problems } = parseFaults(bodyObject(request));
    if (problems.length > 0) throw new Refusal(400, problems.join('; '));
    controls.setFaults(faults);
    return ok({});
  }),
  route('POST', '/_local/accounts/{id}', (controls, request, accountId) => {
    const { state, ...others } = bodyObject(request);
    refuseUnknownKeys(others, ['state']);
    if (typeof state !== 'string') throw new Refusal(400, 'state must be a string');
    asRefusal(() => controls.setAccountState(accountId, state));
    return ok({});
  }),
  route('POST', '/_local/events', (controls, request) => {
    const events = parseBody(request);
    if (!Array.isArray(events) || !events.every(isRecord)) throw new Refusal(400, 'The body must be a list of events');
    controls.deliverEvents(events);
    return ok({});
  }),
  route('POST', '/_local/schedules/fire', (controls, request) => {
    refuseUnknownKeys(optionalBody(request), []);
    controls.fireSchedules();
    return ok({});
  }),
  route('GET', '/_local/iam', (controls) => ok(controls.iam())),
  route('GET', '/_local/iam/statements', (controls) => ok({ statements: controls.statements() })),
];

/** The text that `GET /` answers: where a visitor goes next. */
export const WELCOME = [
  'This is the local cloud: the stacks of this repository, running on simulated AWS services.',
  '',
  'Every AWS API:  aws --endpoint-url http://127.0.0.1:<port> …  with an account id as access key id and any secret.',
  'About it:',
  ...ROUTES.map(({ method, path }) => `  ${method.padEnd(5)}${path}`),
  '',
].join('\n');

/** Answers a request below `/_local/`. Never throws: bad input is 400, an unknown path 404 with the known ones. */
export async function answerContract(controls: LocalControls, request: ContractRequest): Promise<ContractAnswer> {
  try {
    const { route: matching, parameter } = findRoute(request);
    return await matching.answer(controls, request, parameter);
  } catch (error) {
    if (error instanceof Refusal) return { statusCode: error.statusCode, body: { message: error.message } };
    return { statusCode: 500, body: { message: error instanceof Error ? error.message : String(error) } };
  }
}

function route(method: Route['method'], path: string, answer: Route['answer']): Route {
  return { method, path, pattern: new RegExp(`^${path.replace('{id}', '([^/]+)')}$`), answer };
}

function ok(body: unknown): ContractAnswer {
  return { statusCode: 200, body };
}

function findRoute(request: ContractRequest): { route: Route; parameter: string } {
  const matching = ROUTES.filter(({ pattern }) => pattern.test(request.path));
  const found = matching.find(({ method }) => method === request.method);
  if (found) return { route: found, parameter: found.pattern.exec(request.path)?.[1] ?? '' };
  const [other] = matching;
  if (other) throw new Refusal(405, `${other.path} answers ${other.method}, not ${request.method}`);
  const known = ROUTES.map(({ method, path }) => `${method} ${path}`).join(', ');
  throw new Refusal(404, `${request.method} ${request.path} does not exist; there are ${known}`);
}

function parseBody(request: ContractRequest): unknown {
  if (request.body.trim() === '') throw new Refusal(400, 'The body must be JSON, it is empty');
  try {
    return JSON.parse(request.body);
  } catch {
    throw new Refusal(400, 'The body is not JSON');
  }
}

function bodyObject(request: ContractRequest): Readonly<Record<string, unknown>> {
  const body = parseBody(request);
  if (!isRecord(body)) throw new Refusal(400, 'The body must be a JSON object');
  return body;
}

function optionalBody(request: ContractRequest): Readonly<Record<string, unknown>> {
  return request.body.trim() === '' ? {} : bodyObject(request);
}

function settleSeconds({
  timeoutSeconds = DEFAULT_SETTLE_SECONDS,
  ...others
}: Readonly<Record<string, unknown>>): number {
  refuseUnknownKeys(others, ['timeoutSeconds']);
  refuseUnfitSeconds('timeoutSeconds', timeoutSeconds, LONGEST_SETTLE_SECONDS);
  return timeoutSeconds;
}

function refuseUnfitSeconds(name: string, value: unknown, most: number): asserts value is number {
  const isFit = typeof value === 'number' && value > 0 && value <= most;
  if (!isFit) throw new Refusal(400, `${name} must be a number above 0, at most ${most}`);
}

function refuseUnknownKeys(others: Readonly<Record<string, unknown>>, known: readonly string[]): void {
  const [unknown] = Object.keys(others);
  if (unknown === undefined) return;
  throw new Refusal(400, `${unknown} is unknown; the body has ${known.length > 0 ? known.join(', ') : 'no keys'}`);
}

function asRefusal(action: () => void): void {
  try {
    action();
  } catch (error) {
    throw new Refusal(400, error instanceof Error ? error.message : String(error));
  }
}
