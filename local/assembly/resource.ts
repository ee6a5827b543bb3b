import { createHash } from 'node:crypto';

/** One resource of a template, with its intrinsics resolved, as a cloud model is asked to create it. */
export interface ResourceInput {
  readonly accountId: string;
  readonly region: string;
  readonly stackName: string;
  readonly logicalId: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** What a created resource yields: `ref` is the value of `Ref`, `attributes` the values of `Fn::GetAtt`. */
export interface ResourceOutput {
  readonly ref: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/**
 * What a cloud model knows of a resource type: properties (or dotted paths of nested ones) that change its behaviour,
 * and inert ones, each with the reason why the local cloud needs no behaviour for it.
 */
export interface KnownProperties {
  readonly implemented: readonly string[];
  readonly inert?: Readonly<Record<string, string>>;
}

/** The error by which the local cloud refuses what it does not implement: a property by its (dotted) name. */
export function propertyNotImplemented(resourceType: string, property: string): Error {
  return new Error(`${property} is not implemented by the local cloud: ${resourceType} property ${property}`);
}

/** Refuses, by name, the first property that is neither implemented nor inert. Absent (undefined) values are ignored. */
export function refuseUnknownProperties(
  resourceType: string,
  properties: Readonly<Record<string, unknown>>,
  known: KnownProperties,
  path = '',
): void {
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || known.implemented.includes(name)) continue;
    if (known.inert !== undefined && Object.hasOwn(known.inert, name)) continue;
    throw propertyNotImplemented(resourceType, `${path}${name}`);
  }
}

/** How long and of which letters the physical names of a service may be. */
export interface NameRules {
  /** Characters at most. */
  readonly maxLength: number;
  readonly lowerCase?: boolean;
}

/** Characters of the stable hash at the end of a generated name. */
const HASH_LENGTH = 8;

/**
 * The physical name of a resource: the explicit name if its template gives one, else
 * `<stack>-<logical id>-<8 hex digits of a stable hash>`, shortened from the middle to the limit of the service.
 */
export function physicalName(input: ResourceInput, explicit: unknown, rules: NameRules): string {
  if (typeof explicit === 'string' && explicit !== '') return explicit;
  const identity = [input.accountId, input.region, input.stackName, input.logicalId].join('/');
  const hash = createHash('sha256').update(identity).digest('hex').slice(0, HASH_LENGTH);
  const room = rules.maxLength - HASH_LENGTH - 2;
  const logicalId = input.logicalId.slice(0, Math.max(8, room - input.stackName.length));
  const stackName = input.stackName.slice(0, room - logicalId.length);
  const name = `${stackName}-${logicalId}-${hash}`;
  return rules.lowerCase === true ? name.toLowerCase() : name;
}

/** Reads a property that must be a string if it is present. */
export function optionalString(
  resourceType: string,
  properties: Readonly<Record<string, unknown>>,
  name: string,
): string | undefined {
  const value = properties[name];
  if (value === undefined || typeof value === 'string') return value;
  throw new Error(`${resourceType} property ${name} must be a string`);
}

/** Reads a property that must be a number if it is present; CloudFormation also accepts numbers written as strings. */
export function optionalNumber(
  resourceType: string,
  properties: Readonly<Record<string, unknown>>,
  name: string,
): number | undefined {
  const value = properties[name];
  if (value === undefined) return undefined;
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number === 'number' && Number.isFinite(number)) return number;
  throw new Error(`${resourceType} property ${name} must be a number`);
}

/** Reads a property that must be true or false if it is present; CloudFormation also accepts the words. */
export function optionalBoolean(
  resourceType: string,
  properties: Readonly<Record<string, unknown>>,
  name: string,
): boolean | undefined {
  const value = properties[name];
  if (value === undefined || typeof value === 'boolean') return value;
  if (value === 'true' || value === 'false') return value === 'true';
  throw new Error(`${resourceType} property ${name} must be true or false`);
}

/** Reads a property that must be an object if it is present. */
export function optionalRecord(
  resourceType: string,
  properties: Readonly<Record<string, unknown>>,
  name: string,
): Readonly<Record<string, unknown>> | undefined {
  const value = properties[name];
  if (value === undefined || isRecord(value)) return value;
  throw new Error(`${resourceType} property ${name} must be an object`);
}

/** Reads a property that must be a list of objects if it is present; absent is empty. */
export function recordList(
  resourceType: string,
  properties: Readonly<Record<string, unknown>>,
  name: string,
): readonly Readonly<Record<string, unknown>>[] {
  const value = properties[name] ?? [];
  if (Array.isArray(value) && value.every(isRecord)) return value;
  throw new Error(`${resourceType} property ${name} must be a list of objects`);
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
