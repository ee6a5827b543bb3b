import { readMarkdown } from '../support/markdown';
import { LocalCloud } from './support/local-cloud';
import { runTour, wrongAnswers } from './support/tour';

describe('the guide to the local cloud', () => {
  let cloud: LocalCloud;
  beforeAll(async () => {
    cloud = await LocalCloud.start();
  });
  afterAll(() => cloud?.stop());

  test('shows what it says', async () => {
    const { fences } = readMarkdown('docs/local-cloud.md');
    const steps = await runTour({ fences, url: cloud.url, ownPrograms: true });
    expect(wrongAnswers(steps)).toEqual([]);
    expect(steps.filter(({ shown }) => shown !== undefined).length).toBeGreaterThanOrEqual(9);
  });
});
