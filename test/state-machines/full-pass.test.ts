import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { failureText } from '../../lambda/full-pass/failure-text';
import type { FullPassInput, FullPassResult } from '../../lambda/full-pass/full-pass';
import { FUNCTION, HandlerError, StepFunctionsBench } from '../local/compute/step-functions-bench';

const text = readFileSync(join(__dirname, '../../state-machines/full-pass.asl.json'), 'utf8');
const DEFINITION = JSON.parse(text.replaceAll(`\${FullPass}`, FUNCTION)) as Record<string, unknown>;

const COUNTS = { principals: 2, missing: 1, unmanaged: 0 };
/** AWS: the limits of one execution. */
const MOST_EVENTS = 25_000;
const DAY_SECONDS = 86_400;
/** What a step takes that has more to do than its time allows. */
const STEP_SECONDS = 840;

type Answers = Readonly<Partial<Record<FullPassInput['action'], readonly (FullPassResult | HandlerError)[]>>>;

/** Runs the state machine over answers of the function, the last of each action again and again. */
async function run(answers: Answers, input: unknown = {}) {
  const bench = new StepFunctionsBench();
  const inputs: FullPassInput[] = [];
  bench.task = (payload) => {
    const asked = payload as FullPassInput;
    const given = answers[asked.action] ?? [];
    const before = inputs.filter(({ action }) => action === asked.action).length;
    const answer = given[Math.min(before, given.length - 1)] ?? { state: 'ended' };
    inputs.push(asked);
    if (answer instanceof HandlerError) throw answer;
    return answer;
  };
  return { ...(await bench.run(DEFINITION, input)), inputs, actions: inputs.map(({ action }) => action) };
}

const more = (next: number) => ({ state: 'again', list: 'full-pass/1.json', next, counts: COUNTS }) as const;
const compared = { ...more(2), state: 'done' } as const;
const open = { state: 'inventory', inventory: 'open' } as const;
const concluded = (inventory: 'none' | 'open' | 'taken') => ({ state: 'concluded', inventory }) as const;
const ANOTHER_RUNS = { state: 'anotherRuns' } as const;

test('compares, tells and ends', async () => {
  const answers = { begin: [more(0)], compare: [more(1), compared], conclude: [concluded('none')] };
  const { status, output, actions, inputs } = await run(answers);
  expect([status, output]).toEqual(['SUCCEEDED', { ...COUNTS, inventory: 'none' }]);
  expect(actions).toEqual(['begin', 'compare', 'compare', 'conclude', 'end']);
  expect(inputs[2]).toMatchObject({ list: 'full-pass/1.json', next: 1, counts: COUNTS });
  expect(inputs[3]).toMatchObject({ counts: COUNTS, inventory: false });
  expect(inputs[4]).not.toHaveProperty('failure');
});

test('takes an inventory in steps, and says who wants it and since when it runs', async () => {
  const answers = { begin: [compared], conclude: [open], takeInventory: [open, concluded('taken')] };
  const { status, output, actions, inputs } = await run(answers, { inventory: true });
  expect([status, output]).toEqual(['SUCCEEDED', { ...COUNTS, inventory: 'taken' }]);
  expect(actions).toEqual(['begin', 'conclude', 'takeInventory', 'takeInventory', 'end']);
  expect(inputs[1]).toMatchObject({ inventory: true });
  expect(inputs[3]).toMatchObject({ counts: COUNTS, startedAt: '2026-01-01T00:00:00.000Z' });
});

test.each<[when: string, answers: Answers, last: string]>([
  ['begins', { begin: [ANOTHER_RUNS] }, 'begin'],
  ['compares', { begin: [more(0)], compare: [ANOTHER_RUNS] }, 'compare'],
  ['concludes', { begin: [compared], conclude: [ANOTHER_RUNS] }, 'conclude'],
  ['takes an inventory', { begin: [compared], conclude: [open], takeInventory: [ANOTHER_RUNS] }, 'takeInventory'],
])('ends at once when another one leads while it %s', async (_, answers, last) => {
  const { status, output, actions } = await run(answers);
  expect([status, output, actions.at(-1)]).toEqual(['SUCCEEDED', ANOTHER_RUNS, last]);
});

test.each<[step: string, answers: Answers]>([
  ['begin', { begin: [new HandlerError('Denied')] }],
  ['compare', { begin: [more(0)], compare: [new HandlerError('Denied')] }],
  ['conclude', { begin: [compared], conclude: [new HandlerError('Denied')] }],
  ['takeInventory', { begin: [compared], conclude: [open], takeInventory: [new HandlerError('Denied')] }],
])('what fails in %s is told before the execution fails', async (_, answers) => {
  const { status, error, inputs } = await run(answers);
  expect([status, error]).toEqual(['FAILED', 'Denied']);
  const last = inputs.at(-1);
  if (last?.action !== 'end' || last.failure === undefined) throw new Error('Nothing was told.');
  expect(failureText(last.failure)).toMatch(/^The full pass failed: Denied: failed\. .*POST \/full-pass/);
});

test('a day of steps stays within the history of one execution', async () => {
  const steps = (count: number) => Array.from({ length: count }, () => open);
  const events = async (count: number) => {
    const takeInventory = [...steps(count), concluded('open')];
    return (await run({ begin: [compared], conclude: [open], takeInventory })).events.length;
  };
  const ofOneStep = (await events(11)) - (await events(10));
  expect(ofOneStep).toBeGreaterThan(4);
  expect((DAY_SECONDS / STEP_SECONDS) * ofOneStep).toBeLessThan(MOST_EVENTS / 10);
});
