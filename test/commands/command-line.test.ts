import { requestsPerSecondOf } from '../../bin/commands/command-line';

describe('--requests-per-second', () => {
  test.each(['0.5', '3', '20'])('%s', (text) => {
    expect(requestsPerSecondOf(text)).toBe(Number(text));
  });

  test.each(['0', '-1', '21', 'fast', ''])('refuses %j', (text) => {
    expect(() => requestsPerSecondOf(text)).toThrow(
      `--requests-per-second: expected more than 0 and at most 20, got ${text}.`,
    );
  });
});
