import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { differences, type SeenIds } from '../../support/documented-answer';
import type { Fence } from '../../support/markdown';

const PROJECT_ROOT = join(__dirname, '../../..');
const DEFAULT_URL = 'http://127.0.0.1:4566';
/** Between the outputs of two blocks. */
const MARK = '\u0001';
const PROGRAMS = ['curl', 'aws'] as const;

/** A block of a tour that was run. */
export interface TourStep {
  readonly command: Fence;
  /** What it printed. */
  readonly output: string;
  /** The block after it, if it shows what is answered. */
  readonly shown?: Fence;
}

export interface TourOptions {
  readonly fences: readonly Fence[];
  /** Where the local cloud is that takes the place of the one in the document. */
  readonly url: string;
  /** Whether programs of this machine are used where there are any; else the stand-ins of this folder. */
  readonly ownPrograms: boolean;
}

/**
 * Runs the `sh tour` and `js run` blocks of a document in one bash, as they are printed, and stops at the first command
 * that fails.
 */
export async function runTour({ fences, url, ownPrograms }: TourOptions): Promise<TourStep[]> {
  const commands = fences.filter(isCommand);
  const script = commands.map((fence) => shellOf(fence).replaceAll(DEFAULT_URL, url)).join(`\nprintf '${MARK}'\n`);
  const outputs = (await bash(script, ownPrograms)).split(MARK);
  return commands.map((command, index) => {
    const next = fences[fences.indexOf(command) + 1];
    const shown = next?.words.includes('answer') ? next : undefined;
    return { command, output: outputs[index] ?? '', ...(shown ? { shown } : {}) };
  });
}

/** Where what was printed is not what the document shows, each with the line of the commands. */
export function wrongAnswers(steps: readonly TourStep[]): string[] {
  const ids: SeenIds = new Map();
  return steps.flatMap(({ command, output, shown }) => {
    if (shown === undefined) return [];
    return differences(JSON.parse(shown.text), lastJson(output), ids).map((found) => `line ${command.line}: ${found}`);
  });
}

/** The last value that was printed as JSON, prettily or on one line, after whatever else. */
function lastJson(output: string): unknown {
  for (const { index } of output.matchAll(/[{[]/g)) {
    try {
      return JSON.parse(output.slice(index));
    } catch {
      // More follows than one value.
    }
  }
  return undefined;
}

function isCommand({ language, words }: Fence): boolean {
  return (language === 'sh' && words.includes('tour')) || (language === 'js' && words.includes('run'));
}

function shellOf({ language, text }: Fence): string {
  return language === 'sh'
    ? text
    : `'${process.execPath}' --input-type=module - <<'END_OF_EXAMPLE'\n${text}\nEND_OF_EXAMPLE`;
}

async function bash(script: string, ownPrograms: boolean): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'tour-'));
  try {
    const path = [standIns(folder, ownPrograms), process.env.PATH].join(delimiter);
    const child = spawn('bash', ['-e', '-c', script], {
      cwd: PROJECT_ROOT,
      env: { ...process.env, PATH: path, AWS_PAGER: '', AWS_CONFIG_FILE: '', AWS_SHARED_CREDENTIALS_FILE: '' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    let errors = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
    const code = await new Promise((resolve, reject) => child.on('close', resolve).on('error', reject));
    if (code !== 0) throw new Error(`The tour ended with ${code}:\n${output}\n${errors}`);
    return output;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A folder of programs that take the place of those that are missing, or of all. */
function standIns(folder: string, ownPrograms: boolean): string {
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  for (const name of PROGRAMS) {
    if (ownPrograms && isInstalled(name)) continue;
    const program = join(bin, name);
    const source = join(__dirname, 'stand-ins', `${name}.ts`);
    writeFileSync(program, `#!/bin/sh\nexec '${process.execPath}' --no-warnings --import tsx '${source}' "$@"\n`);
    chmodSync(program, 0o755);
  }
  return bin;
}

/** AWS: curl signs requests since 7.75. */
function isInstalled(name: string): boolean {
  const { status, stdout } = spawnSync(name, ['--version'], { encoding: 'utf8' });
  if (status !== 0) return false;
  if (name !== 'curl') return true;
  const [, major = '0', minor = '0'] = /^curl (\d+)\.(\d+)/.exec(stdout) ?? [];
  return Number(major) > 7 || (Number(major) === 7 && Number(minor) >= 75);
}
