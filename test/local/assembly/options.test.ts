import { DEFAULT_OPTIONS, parseOptions, USAGE } from '../../../local/options';

describe('the command line of npm start', () => {
  test('needs nothing', () => {
    expect(parseOptions([])).toEqual(DEFAULT_OPTIONS);
  });

  test('reads every option, with a space or an equals sign', () => {
    expect(
      parseOptions([
        ...['--port', '0', '--organization=my.yaml', '--config', 'env', '--speed', '2.5', '--seed=7'],
        ...['--assembly', 'out', '--order', 'controller, organization', '--functions', 'cold'],
      ]),
    ).toEqual({
      port: 0,
      organization: 'my.yaml',
      config: 'env',
      speed: 2.5,
      seed: 7,
      assembly: 'out',
      order: ['controller', 'organization'],
      functions: 'cold',
    });
  });

  test('names every problem at once and lists the options', () => {
    const wrong = ['--prot', '4566', '--port', 'http', '--speed', '0', '--functions', 'hot', '--seed'];
    expect(() => parseOptions(wrong)).toThrow(
      [
        'Unknown option --prot; did you mean --port?',
        'Unknown option 4566',
        '--port needs a whole number from 0 to 65535, not http',
        '--speed needs a number from 0.1 to 1000, not 0',
        '--functions needs warm or cold, not hot',
        '--seed needs a whole number from 0',
        USAGE,
      ].join('\n'),
    );
  });

  test('an option is not taken for the value of another', () => {
    expect(() => parseOptions(['--organization', '--seed', '3'])).toThrow('--organization needs a file, not --seed');
  });
});
