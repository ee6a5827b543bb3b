import { readFileSync } from 'node:fs';
import type { ErrorObject } from 'ajv';
import { parse as parseYaml } from 'yaml';
import { type OrganizationFile, validateOrganization } from '../../schemas/generated/organization';
import { type SchemaProblem, schemaProblems } from '../../schemas/schema-problems';
import { organizationFileRules } from './organization-file-rules';

/** The organization file is wrong; the message lists every problem with its path and what to do. */
export class InvalidOrganizationFile extends Error {
  override readonly name = 'InvalidOrganizationFile';
  constructor(
    readonly file: string,
    readonly problems: readonly SchemaProblem[],
  ) {
    const lines = problems.map(({ path, message }) => `  ${path || '(the whole file)'}: ${message}`);
    super([`${file} is not a valid organization file:`, ...lines].join('\n'));
  }
}

/** Reads and checks an organization file, YAML or JSON. Throws `InvalidOrganizationFile`. */
export function readOrganizationFile(file: string): OrganizationFile {
  return parseOrganizationFile(file, documentIn(file, readText(file)));
}

/** Checks an organization document that is already parsed. Throws `InvalidOrganizationFile`. */
export function parseOrganizationFile(file: string, document: unknown): OrganizationFile {
  const isValid: boolean = validateOrganization(document);
  const errors = validateOrganization.errors ?? [];
  const problems = schemaProblems(errors);
  // What the schema found in single values does not keep the rules from being checked: all problems come at once.
  if (!errors.some(isStructural)) {
    const reported = new Set(problems.map(({ path }) => path));
    problems.push(...organizationFileRules(document as OrganizationFile).filter(({ path }) => !reported.has(path)));
  }
  if (!isValid || problems.length > 0) throw new InvalidOrganizationFile(file, problems);
  return document as OrganizationFile;
}

/** An object or list that is missing or something else: what is inside cannot be looked at. */
function isStructural({ keyword, instancePath, params }: ErrorObject): boolean {
  if (keyword === 'required') return instancePath === '';
  return keyword === 'type' && ['object', 'array'].includes(String(params.type));
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new InvalidOrganizationFile(file, [{ path: '', message: `cannot be read: ${reasonOf(error)}` }]);
  }
}

function documentIn(file: string, text: string): unknown {
  try {
    // JSON.parse is many times faster than a YAML parser, which matters for large organizations.
    return file.endsWith('.json') ? JSON.parse(text) : parseYaml(text);
  } catch (error) {
    throw new InvalidOrganizationFile(file, [{ path: '', message: `cannot be parsed: ${reasonOf(error)}` }]);
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
