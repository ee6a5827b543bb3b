import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PROJECT_ROOT = join(__dirname, '../../..');

/** `config/local.yaml` with other parameters, or with more keys, synthesized into an assembly of its own. */
export class OtherConfiguration {
  private constructor(private readonly folder: string) {}

  /** Of the functions it takes the bundles that the shared assembly was made of: bundling them again could disturb others. */
  static of(
    parameters: Readonly<Record<string, string | boolean>>,
    more: Readonly<Record<string, unknown>> = {},
    /** A switch of Region whose buckets are to be there, too. */
    regionSwitch?: string,
  ): OtherConfiguration {
    const other = new OtherConfiguration(mkdtempSync(join(tmpdir(), 'e2e-configuration-')));
    writeFileSync(other.file, `${withParameters(parameters)}\n${keysOf(more)}`);
    const program = join(__dirname, 'synthesize-other.ts');
    const given = [other.assembly, other.file, ...(regionSwitch === undefined ? [] : [regionSwitch])];
    const result = spawnSync(process.execPath, ['--import', 'tsx', program, ...given], {
      cwd: PROJECT_ROOT,
      encoding: 'utf8',
    });
    if (result.status !== 0) throw new Error(`${other.file} does not synthesize:\n${result.stdout}${result.stderr}`);
    return other;
  }

  /** Arguments of `npm start`. */
  get arguments(): readonly string[] {
    return ['--config', this.file, '--assembly', this.assembly];
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  get file(): string {
    return join(this.folder, 'other.yaml');
  }

  private get assembly(): string {
    return join(this.folder, 'assembly');
  }
}

/** The text is changed line by line: reading and printing it would turn account 000000000000 into a number. */
function withParameters(parameters: Readonly<Record<string, string | boolean>>): string {
  let text = readFileSync(join(PROJECT_ROOT, 'config/local.yaml'), 'utf8');
  for (const [name, value] of Object.entries(parameters)) {
    const line = new RegExp(`^( +${name}:).*$`, 'm');
    if (!line.test(text)) throw new Error(`config/local.yaml has no ${name}.`);
    text = text.replace(line, `$1 ${value}`);
  }
  return text;
}

/** JSON is YAML, too. */
function keysOf(more: Readonly<Record<string, unknown>>): string {
  return Object.entries(more)
    .map(([name, value]) => `${name}: ${JSON.stringify(value)}\n`)
    .join('');
}
