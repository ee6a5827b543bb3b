import { likelySpelling } from '../schemas/likely-spelling';

/** What `npm start` can be told. */
export interface LocalOptions {
  /** Port on 127.0.0.1; 0 takes a free one. */
  readonly port: number;
  /** Path of the organization file (YAML or JSON). */
  readonly organization: string;
  /** Name of a configuration (`config/<name>.yaml`), or path of its file. */
  readonly config: string;
  /** How much faster than real time everything runs that waits. */
  readonly speed: number;
  /** Start of the random numbers (latencies, faults, physical ids). */
  readonly seed: number;
  /** A synthesized cloud assembly to start instead of synthesizing one. */
  readonly assembly?: string;
  /** Stacks by the last part of their names, in the order in which they start. */
  readonly order: readonly string[];
  /** `warm`: one instance of every function is there from the start. `cold`: each starts when it is first invoked. */
  readonly functions: 'warm' | 'cold';
}

export const DEFAULT_OPTIONS: LocalOptions = {
  port: 4566,
  organization: 'config/local-organization.yaml',
  config: 'local',
  speed: 20,
  seed: 1,
  order: [],
  functions: 'warm',
};

interface OptionDefinition {
  readonly argument: string;
  readonly meaning: string;
  /** The part of the options that the text means, or undefined if it means nothing. */
  readonly parse: (text: string) => Partial<LocalOptions> | undefined;
  readonly expected: string;
}

const HIGHEST_PORT = 65_535;
/** Beyond this a clock tick of 4 ms is longer than the shortest timeouts that are simulated. */
const HIGHEST_SPEED = 1_000;

const DEFINITIONS: Readonly<Record<string, OptionDefinition>> = {
  '--port': {
    argument: 'N',
    meaning: 'port on 127.0.0.1 (default 4566; 0 takes a free one)',
    parse: (text) => numberBetween(text, 0, HIGHEST_PORT, true, (port) => ({ port })),
    expected: `a whole number from 0 to ${HIGHEST_PORT}`,
  },
  '--organization': {
    argument: 'FILE',
    meaning: 'organization file, YAML or JSON (default config/local-organization.yaml)',
    parse: (organization) => ({ organization }),
    expected: 'a file',
  },
  '--config': {
    argument: 'NAME|FILE',
    meaning: 'configuration: config/<NAME>.yaml, or a file (default local)',
    parse: (config) => ({ config }),
    expected: 'a name or a file',
  },
  '--speed': {
    argument: 'N',
    meaning: 'how many times faster than real time waiting goes (default 20)',
    parse: (text) => numberBetween(text, 0.1, HIGHEST_SPEED, false, (speed) => ({ speed })),
    expected: `a number from 0.1 to ${HIGHEST_SPEED}`,
  },
  '--seed': {
    argument: 'N',
    meaning: 'start of the random numbers (default 1)',
    parse: (text) => numberBetween(text, 0, Number.MAX_SAFE_INTEGER, true, (seed) => ({ seed })),
    expected: 'a whole number from 0',
  },
  '--assembly': {
    argument: 'DIRECTORY',
    meaning: 'start this synthesized cloud assembly instead of synthesizing one',
    parse: (assembly) => ({ assembly }),
    expected: 'a directory',
  },
  '--order': {
    argument: 'STACK,…',
    meaning: 'start the stacks in this order, for instance controller,organization',
    parse: (text) => ({ order: text.split(',').map((name) => name.trim()) }),
    expected: 'names separated by commas',
  },
  '--functions': {
    argument: 'warm|cold',
    meaning: 'start functions ahead, or each when it is first invoked (default warm)',
    parse: (functions) => (functions === 'warm' || functions === 'cold' ? { functions } : undefined),
    expected: 'warm or cold',
  },
};

/** The message that shows how the command is used. */
export const USAGE = [
  `Usage: npm start -- ${Object.entries(DEFINITIONS)
    .map(([name, { argument }]) => `[${name} ${argument}]`)
    .join(' ')}`,
  ...Object.entries(DEFINITIONS).map(
    ([name, { argument, meaning }]) => `  ${`${name} ${argument}`.padEnd(24)}${meaning}`,
  ),
].join('\n');

/** Wrong command line: the message lists every problem and then the options. */
export class WrongOptions extends Error {
  override readonly name = 'WrongOptions';
  constructor(problems: readonly string[]) {
    super([...problems, USAGE].join('\n'));
  }
}

/** Reads `--name value` and `--name=value`. Throws `WrongOptions` with every problem. */
export function parseOptions(args: readonly string[]): LocalOptions {
  const problems: string[] = [];
  let options = DEFAULT_OPTIONS;
  for (let index = 0; index < args.length; index++) {
    const [name = '', inline] = splitOnce(args[index] ?? '');
    const definition = Object.hasOwn(DEFINITIONS, name) ? DEFINITIONS[name] : undefined;
    if (!definition) {
      problems.push(unknownOption(args[index] ?? ''));
      continue;
    }
    const text = inline ?? args[++index];
    const parsed = text === undefined || text === '' || text.startsWith('--') ? undefined : definition.parse(text);
    if (parsed) options = { ...options, ...parsed };
    else problems.push(`${name} needs ${definition.expected}${text === undefined ? '' : `, not ${text}`}`);
  }
  if (problems.length > 0) throw new WrongOptions(problems);
  return options;
}

function unknownOption(argument: string): string {
  const likely = argument.startsWith('-')
    ? likelySpelling(argument.split('=')[0] ?? '', Object.keys(DEFINITIONS))
    : undefined;
  return `Unknown option ${argument}${likely === undefined ? '' : `; did you mean ${likely}?`}`;
}

function splitOnce(argument: string): [string, string?] {
  const equals = argument.indexOf('=');
  return equals < 0 ? [argument] : [argument.slice(0, equals), argument.slice(equals + 1)];
}

function numberBetween(
  text: string,
  lowest: number,
  highest: number,
  whole: boolean,
  build: (value: number) => Partial<LocalOptions>,
): Partial<LocalOptions> | undefined {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  const isFit = value >= lowest && value <= highest && (!whole || Number.isInteger(value));
  return isFit ? build(value) : undefined;
}
