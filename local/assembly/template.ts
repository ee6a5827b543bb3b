import { isRecord } from './resource';

/** A CloudFormation template, as far as the local cloud reads it. */
export interface Template {
  readonly Parameters: Readonly<Record<string, TemplateParameter>>;
  readonly Mappings: Readonly<Record<string, unknown>>;
  readonly Conditions: Readonly<Record<string, unknown>>;
  readonly Resources: Readonly<Record<string, TemplateResource>>;
  readonly Outputs: Readonly<Record<string, TemplateOutput>>;
}

export interface TemplateParameter {
  readonly Type: string;
  readonly Default?: unknown;
}

export interface TemplateResource {
  readonly Type: string;
  readonly Condition?: string;
  readonly DependsOn: readonly string[];
  readonly Properties: Readonly<Record<string, unknown>>;
}

export interface TemplateOutput {
  readonly Condition?: string;
  readonly Value: unknown;
  readonly exportName?: unknown;
}

const SECTIONS = ['Parameters', 'Mappings', 'Conditions', 'Resources', 'Outputs'];

/** Sections without behaviour: descriptions, and `Rules`, by which CDK checks the version of the bootstrap stack. */
const INERT_SECTIONS = ['AWSTemplateFormatVersion', 'Description', 'Metadata', 'Rules'];

const RESOURCE_KEYS = ['Type', 'Condition', 'DependsOn', 'Properties'];

/** What only matters when a stack is changed or deleted, which the local cloud never does. */
const INERT_RESOURCE_KEYS = ['DeletionPolicy', 'UpdateReplacePolicy', 'Metadata'];

/** Checks the outer shape of a template; throws one error with every section or resource key it does not know. */
export function parseTemplate(stackName: string, value: unknown): Template {
  if (!isRecord(value)) throw new Error(`${stackName}: the template must be an object`);
  const problems = unknownKeys(value, [...SECTIONS, ...INERT_SECTIONS]).map((key) => `${stackName}: section ${key}`);
  const resources = section(value, 'Resources');
  for (const [logicalId, resource] of Object.entries(resources)) {
    const keys = isRecord(resource)
      ? unknownKeys(resource, [...RESOURCE_KEYS, ...INERT_RESOURCE_KEYS])
      : ['(no object)'];
    problems.push(...keys.map((key) => `${stackName}/${logicalId}: resource attribute ${key}`));
  }
  if (problems.length > 0)
    throw new Error(problems.map((problem) => `${problem} is not implemented by the local cloud`).join('\n'));
  return {
    Parameters: section(value, 'Parameters') as Template['Parameters'],
    Mappings: section(value, 'Mappings'),
    Conditions: section(value, 'Conditions'),
    Resources: mapValues(resources, templateResource),
    Outputs: mapValues(section(value, 'Outputs'), templateOutput),
  };
}

function templateResource(resource: Readonly<Record<string, unknown>>): TemplateResource {
  const dependsOn = resource.DependsOn ?? [];
  return {
    Type: String(resource.Type),
    ...(typeof resource.Condition === 'string' ? { Condition: resource.Condition } : {}),
    DependsOn: (Array.isArray(dependsOn) ? dependsOn : [dependsOn]).map(String),
    Properties: isRecord(resource.Properties) ? resource.Properties : {},
  };
}

function templateOutput(output: Readonly<Record<string, unknown>>): TemplateOutput {
  return {
    ...(typeof output.Condition === 'string' ? { Condition: output.Condition } : {}),
    Value: output.Value,
    ...(isRecord(output.Export) ? { exportName: output.Export.Name } : {}),
  };
}

function section(template: Readonly<Record<string, unknown>>, name: string): Readonly<Record<string, unknown>> {
  const value = template[name];
  return isRecord(value) ? value : {};
}

function mapValues<T>(
  record: Readonly<Record<string, unknown>>,
  transform: (value: Readonly<Record<string, unknown>>) => T,
): Readonly<Record<string, T>> {
  return Object.fromEntries(
    Object.entries(record).map(([key, value]) => [key, transform(isRecord(value) ? value : {})]),
  );
}

function unknownKeys(value: Readonly<Record<string, unknown>>, known: readonly string[]): string[] {
  return Object.keys(value).filter((key) => !known.includes(key));
}
