import { type Configuration, loadConfiguration } from '../../lib/config';
import { Names } from '../../lib/names';
import { type Api, SignedApi } from './signed-api';

/** Runs a command of the operator; what goes wrong is told in words. */
export function run(main: (args: readonly string[]) => Promise<void>): void {
  main(process.argv.slice(2)).catch((error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}

/** The only positional argument: which configuration, `env` if it is not said. */
export function configurationNamed(positionals: readonly string[]): Configuration {
  const [name = 'env', ...others] = positionals;
  if (others.length > 0) throw new Error(`Expected one configuration, got ${positionals.join(', ')}.`);
  return loadConfiguration(name);
}

/** The API of an installation; `url` is the value of `--api`, `profile` whose credentials are used. */
export function apiOf(configuration: Configuration, url: string | undefined, profile?: string): Api {
  const { region } = configuration.target;
  if (url === undefined || !URL.canParse(url)) {
    const names = new Names(configuration);
    const got = url === undefined ? '' : `, got ${url}`;
    throw new Error(
      `--api: expected the URL of the REST API${got}. It is an output of the stack of the controller: ` +
        `aws cloudformation describe-stacks --region ${region} --stack-name ${names.stack('controller')} ` +
        `--query "Stacks[0].Outputs[?ends_with(OutputKey, 'linkApiendpointURL')].OutputValue" --output text`,
    );
  }
  return new SignedApi(url, region, profile);
}

/** AWS: more than 20 requests per second to Identity Center are throttled, those of the solution and of people included. */
const MOST_REQUESTS_PER_SECOND = 20;

/** How fast a command reads Identity Center: the value of `--requests-per-second`. */
export function requestsPerSecondOf(text: string): number {
  const asked = Number(text);
  if (asked > 0 && asked <= MOST_REQUESTS_PER_SECOND) return asked;
  throw new Error(`--requests-per-second: expected more than 0 and at most ${MOST_REQUESTS_PER_SECOND}, got ${text}.`);
}
