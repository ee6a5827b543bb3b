import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { LineCounter, parseDocument } from 'yaml';
import schema from '../schemas/config.schema.json';
import { validateConfig } from '../schemas/generated/config';
import { validateRegionSwitch } from '../schemas/generated/region-switch';
import { likelySpelling } from '../schemas/likely-spelling';
import regionSwitchSchema from '../schemas/region-switch.schema.json';
import { schemaProblems } from '../schemas/schema-problems';
import { type Configuration, configurationOf } from './config/configuration';
import { type ReadingSchema, readDocument, yamlProblems } from './config/read-document';
import { brokenRegionRules, type RegionSwitch, regionSwitchOf } from './config/region-switch';
import { brokenRules, type DraftFile } from './config/rules';
import { WrongConfiguration } from './config/wrong-configuration';

export type { Configuration } from './config/configuration';
export type { RegionSwitch } from './config/region-switch';
export { WrongConfiguration } from './config/wrong-configuration';

/** The root of this repository. */
export const PROJECT_ROOT = resolve(__dirname, '..');

const REGION_SWITCH = 'region-switch';
/** Names that users of earlier installations give to `-c config=…`. */
const STAGE_OF_REGION_SWITCH = /^region-switch-(discover|deploy)$/i;

/**
 * Reads and checks a configuration: `config/<name>.yaml`, or a file given by its path.
 * Throws `WrongConfiguration` with every problem at once.
 */
export function loadConfiguration(nameOrFile: string, projectRoot = PROJECT_ROOT): Configuration {
  return loadFile(nameOrFile, projectRoot, parseConfiguration);
}

/**
 * Reads and checks a switch of Identity Center to another Region: `config/<name>.yaml`, or a file given by its path.
 * Throws `WrongConfiguration` with every problem at once.
 */
export function loadRegionSwitch(nameOrFile: string, projectRoot = PROJECT_ROOT): RegionSwitch {
  const name = STAGE_OF_REGION_SWITCH.test(nameOrFile) ? REGION_SWITCH : nameOrFile;
  return loadFile(name, projectRoot, parseRegionSwitch);
}

/** Whether a name or path of a file is about a switch of Region and not about an installation. */
export function isRegionSwitch(nameOrFile: string): boolean {
  return basename(nameOrFile).toLowerCase().startsWith(REGION_SWITCH);
}

function loadFile<Read>(nameOrFile: string, projectRoot: string, parse: (text: string, file: string) => Read): Read {
  const isFile = /[/\\.]/.test(nameOrFile);
  const file = isFile ? resolve(nameOrFile) : join(projectRoot, 'config', `${nameOrFile}.yaml`);
  const shown = isFile ? nameOrFile : `config/${nameOrFile}.yaml`;
  if (!existsSync(file))
    throw new WrongConfiguration(shown, [{ path: '', message: missingFile(nameOrFile, projectRoot) }]);
  return parse(readFileSync(file, 'utf8'), shown);
}

/** Checks the text of a configuration file; `file` is what messages call it. Throws `WrongConfiguration`. */
export function parseConfiguration(text: string, file: string): Configuration {
  const value = readText(text, file, schema);
  const isValid = validateConfig(value);
  const problems = [...schemaProblems(validateConfig.errors), ...brokenRules(sectionsOf(value))];
  if (!isValid || problems.length > 0) throw new WrongConfiguration(file, problems);
  return configurationOf(value, file);
}

/** Checks the text of a switch of Region; `file` is what messages call it. Throws `WrongConfiguration`. */
export function parseRegionSwitch(text: string, file: string): RegionSwitch {
  const value = readText(text, file, regionSwitchSchema);
  const isValid = validateRegionSwitch(value);
  const problems = [...schemaProblems(validateRegionSwitch.errors), ...brokenRegionRules(value)];
  if (!isValid || problems.length > 0) throw new WrongConfiguration(file, problems);
  return regionSwitchOf(value);
}

function readText(text: string, file: string, meaning: ReadingSchema): unknown {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { schema: 'core', lineCounter, prettyErrors: false });
  if (document.errors.length > 0) throw new WrongConfiguration(file, yamlProblems(document, lineCounter));
  return readDocument(document, meaning) ?? {};
}

/** The names of installations that `-c config=<name>` can be given. */
export function configurationNames(projectRoot = PROJECT_ROOT): string[] {
  const files = readdirSync(join(projectRoot, 'config')).filter((file) => file.endsWith('.yaml'));
  return files
    .map((file) => file.slice(0, -'.yaml'.length))
    .filter((name) => !name.endsWith('-organization') && !isRegionSwitch(name));
}

function missingFile(name: string, projectRoot: string): string {
  const names = configurationNames(projectRoot);
  const likely = likelySpelling(name, names);
  return `does not exist; ${likely ? `did you mean ${likely}?` : `there are: ${names.join(', ')}`}`;
}

/** Rules look into sections; what is no section is left to the schema. */
function sectionsOf(value: unknown): DraftFile {
  if (typeof value !== 'object' || value === null) return {};
  const isSection = (entry: unknown) => typeof entry === 'object' && entry !== null && !Array.isArray(entry);
  const { PipelineSettings, Parameters, ...others } = value as Record<string, unknown>;
  return {
    ...others,
    ...(isSection(PipelineSettings) ? { PipelineSettings } : {}),
    ...(isSection(Parameters) ? { Parameters } : {}),
  } as DraftFile;
}
