import { readMarkdown } from '../support/markdown';
import { LocalCloud } from './support/local-cloud';
import { runTour, wrongAnswers } from './support/tour';

describe('the tour of the README', () => {
  let cloud: LocalCloud;
  const { fences } = readMarkdown('README.md');
  beforeAll(async () => {
    cloud = await LocalCloud.start();
  });
  afterAll(() => cloud?.stop());

  // The tour deletes the link it began with, so it can be taken twice.
  test.each([
    ['with the programs of this machine, as far as it has them', true],
    ['with the stand-ins for machines that have none', false],
  ])('shows what it says, %s', async (_, ownPrograms) => {
    const steps = await runTour({ fences, url: cloud.url, ownPrograms });
    expect(wrongAnswers(steps)).toEqual([]);
    expect(steps.filter(({ shown }) => shown !== undefined).length).toBeGreaterThanOrEqual(6);
  });
});
