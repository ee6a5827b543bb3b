import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as faults from '../../lambda/ports/faults';
import { validate } from './asl-validator';

const FOLDER = join(__dirname, '../../state-machines');
const files = readdirSync(FOLDER).filter((name) => name.endsWith('.asl.json'));

interface State {
  readonly Type: string;
  readonly Resource?: string;
  readonly TimeoutSeconds?: number;
  readonly Retry?: readonly {
    readonly ErrorEquals: readonly string[];
    readonly MaxAttempts: number;
    readonly JitterStrategy?: string;
  }[];
  readonly Catch?: readonly { readonly ErrorEquals: readonly string[]; readonly Next: string }[];
  readonly Next?: string;
}

interface Definition {
  readonly QueryLanguage: string;
  readonly TimeoutSeconds: number;
  readonly States: Readonly<Record<string, State>>;
}

function definition(file: string): Definition {
  return JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as Definition;
}

const tasks = files.flatMap((file) =>
  Object.entries(definition(file).States).flatMap(([name, state]) =>
    state.Type === 'Task' ? [{ file, name, state }] : [],
  ),
);

/** What the platform itself reports; source: the Step Functions developer guide on Lambda errors. */
const PLATFORM_ERRORS = [
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'Lambda.ClientExecutionTimeoutException',
  'Lambda.TooManyRequestsException',
  'Lambda.Unknown',
  'Sandbox.Timedout',
  'Runtime.ExitError',
  'Runtime.OutOfMemory',
  'States.Timeout',
];

test('there are state machines to look at', () => {
  expect(files).toEqual([
    'apply-assignments.asl.json',
    'converge-permission-sets.asl.json',
    'full-pass.asl.json',
    'import.asl.json',
    'reconcile.asl.json',
  ]);
  expect(tasks.length).toBeGreaterThanOrEqual(12);
});

test.each(files)('%s is valid, in JSONata, and bounded in time', (file) => {
  const text = readFileSync(join(FOLDER, file), 'utf8').replaceAll(
    /\$\{(\w+)\}/g,
    'arn:aws:lambda:eu-west-1:333333333333:function:$1',
  );
  const result = validate(JSON.parse(text));
  expect(result.errors).toEqual([]);
  expect(definition(file)).toMatchObject({ QueryLanguage: 'JSONata', TimeoutSeconds: 86_400 });
});

test.each(tasks.map(({ file, name, state }) => [file, name, state] as const))(
  '%s %s names its function, time-out, retries and what catches the rest',
  (_file, _name, state) => {
    expect(state.Resource).toMatch(/^\$\{\w+\}$/);
    expect(state.TimeoutSeconds).toBeGreaterThan(0);
    expect(state.Retry?.flatMap(({ ErrorEquals }) => ErrorEquals)).toEqual(expect.arrayContaining(PLATFORM_ERRORS));
    for (const { JitterStrategy } of state.Retry ?? []) expect(JitterStrategy).toBe('FULL');
    expect(state.Catch?.at(-1)).toMatchObject({ ErrorEquals: ['States.ALL'] });
  },
);

test('the two controllers that work through a list have one skeleton', () => {
  const skeleton = (file: string) =>
    readFileSync(join(FOLDER, file), 'utf8').replaceAll(/ApplyAssignments|ConvergePermissionSets/g, 'Worker');
  const [, ...apply] = skeleton('apply-assignments.asl.json').split('"Comment"');
  const [, ...converge] = skeleton('converge-permission-sets.asl.json').split('"Comment"');
  // Only what the first comment says of the machine differs.
  expect(converge.slice(1)).toEqual(apply.slice(1));
});

test('every error a state machine names exists, and every passing fault is retried somewhere', () => {
  const named = new Set(tasks.flatMap(({ state }) => state.Retry?.flatMap(({ ErrorEquals }) => ErrorEquals) ?? []));
  const own = [...named].filter((name) => !PLATFORM_ERRORS.includes(name));
  expect(own.filter((name) => !(name in faults))).toEqual([]);
  expect(own.sort()).toEqual(['Conflict', 'OutcomeUnknown', 'Throttled', 'Unavailable']);
  // What does not pass by itself ends the run through States.ALL: Denied, Missing, Rejected, InvariantViolated.
  expect(Object.keys(faults).length).toBe(own.length + 4);
});
