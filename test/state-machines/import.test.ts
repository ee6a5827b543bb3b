import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { importFailedNotification, NOTHING_COUNTED } from '../../lambda/domain/import-report';
import { messageOf } from '../../lambda/full-pass/failure-text';
import type { ImportInput, ImportResult } from '../../lambda/import/import-current';
import { FUNCTION, HandlerError, StepFunctionsBench } from '../local/compute/step-functions-bench';

const text = readFileSync(join(__dirname, '../../state-machines/import.asl.json'), 'utf8');
const DEFINITION = JSON.parse(text.replaceAll(`\${Import}`, FUNCTION)) as Record<string, unknown>;

const REPORT = 'imports/1/report.json';
const AGAIN: ImportResult = { state: 'again' };
const BUSY: ImportResult = { state: 'busy' };
const FINISHED: ImportResult = { state: 'finished', counts: NOTHING_COUNTED, report: REPORT };
/** AWS: the limit of one execution. */
const MOST_EVENTS = 25_000;
const DAY_MINUTES = 1_440;

/** Runs the state machine over answers of the work, the last again and again. */
async function run(answers: readonly (ImportResult | HandlerError)[], input: unknown = {}) {
  const bench = new StepFunctionsBench();
  const inputs: ImportInput[] = [];
  bench.task = (payload) => {
    const asked = payload as ImportInput;
    const before = inputs.filter(({ action }) => action === 'work').length;
    inputs.push(asked);
    if (asked.action === 'end') return { state: 'ended' };
    const answer = answers[Math.min(before, answers.length - 1)];
    if (answer instanceof HandlerError) throw answer;
    return answer;
  };
  return { ...(await bench.run(DEFINITION, input)), inputs, actions: inputs.map(({ action }) => action) };
}

test('works step by step, waits while another one reads, and tells what was imported', async () => {
  const { status, output, actions, inputs } = await run([BUSY, AGAIN, FINISHED], {
    onConflict: 'takeLive',
    pageSize: 5,
  });
  expect([status, output]).toEqual(['SUCCEEDED', { counts: NOTHING_COUNTED, report: REPORT }]);
  expect(actions).toEqual(['work', 'work', 'work', 'end']);
  expect(inputs[2]).toMatchObject({
    input: { onConflict: 'takeLive', pageSize: 5 },
    startedAt: '2026-01-01T00:00:00.000Z',
  });
  expect(inputs[3]).not.toHaveProperty('failure');
});

test('what fails is told before the execution fails', async () => {
  const { status, error, inputs } = await run([AGAIN, new HandlerError('Denied')]);
  expect([status, error]).toEqual(['FAILED', 'Denied']);
  const last = inputs.at(-1);
  if (last?.action !== 'end' || last.failure === undefined) throw new Error('Nothing was told.');
  const { Error: name = '', Cause: cause = '' } = last.failure;
  expect(importFailedNotification(name, messageOf(cause)).details.why).toBe('Denied: failed');
});

test('a day of waiting stays within the history of one execution', async () => {
  const events = async (count: number) =>
    (await run([...Array.from({ length: count }, () => BUSY), FINISHED])).events.length;
  const ofOneWait = (await events(11)) - (await events(10));
  expect(ofOneWait).toBeGreaterThan(4);
  expect(DAY_MINUTES * ofOneWait).toBeLessThan(MOST_EVENTS);
});
