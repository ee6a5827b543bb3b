import { validateExpressions } from 'dynalite/validations/index.js';
import { ServiceFault } from '../service';
import { type AttributeValue, type Item, parseAttributeValue, typeOf, validationFault } from './attribute-value';
import {
  type Condition,
  type Path,
  readCondition,
  readUpdateSections,
  type UpdateSection,
  type ValueMarkers,
} from './expression-tree';

/** The expressions of one request, parsed. Values stand for placeholders, to be found in `values`. */
export interface Expressions {
  readonly update?: readonly UpdateSection[];
  /** Top-level and nested paths that the update expression names, for UPDATED_OLD and UPDATED_NEW. */
  readonly updatedPaths?: readonly Path[];
  readonly condition?: Condition;
  readonly keyCondition?: Condition;
  readonly filter?: Condition;
  /** Names of the attributes that the filter looks at (first elements of its paths). */
  readonly filterHeads?: ReadonlySet<string>;
  readonly projection?: readonly Path[];
  readonly values: Item;
}

/** The members of a request that carry expressions. */
export interface ExpressionRequest {
  readonly UpdateExpression?: unknown;
  readonly ConditionExpression?: unknown;
  readonly KeyConditionExpression?: unknown;
  readonly FilterExpression?: unknown;
  readonly ProjectionExpression?: unknown;
  readonly ExpressionAttributeNames?: unknown;
  readonly ExpressionAttributeValues?: unknown;
}

const EXPRESSION_MEMBERS = [
  'UpdateExpression',
  'ConditionExpression',
  'KeyConditionExpression',
  'FilterExpression',
  'ProjectionExpression',
] as const;

/** Parsing takes longer than anything else here, and a program has few different expressions. */
const CACHE_ENTRIES = 1000;
const cache = new Map<string, Omit<Expressions, 'values'>>();

/** Parses the expressions of a request. Throws a ValidationException with AWS's message. */
export function parseExpressions(request: ExpressionRequest): Expressions {
  const present = EXPRESSION_MEMBERS.filter((member) => request[member] !== undefined);
  checkPresence(request, present);
  if (present.length === 0) return { values: {} };
  const values = parseValues(request.ExpressionAttributeValues);
  const key = cacheKey(request, present, values);
  const known = cache.get(key);
  if (known) return { ...known, values };
  const parsed = parse(request, present, values);
  if (cache.size >= CACHE_ENTRIES) cache.clear();
  cache.set(key, parsed);
  return { ...parsed, values };
}

function checkPresence(request: ExpressionRequest, present: readonly string[]): void {
  if (request.ExpressionAttributeNames !== undefined && present.length === 0) {
    throw validationFault('ExpressionAttributeNames can only be specified when using expressions');
  }
  const withValues = present.filter((member) => member !== 'ProjectionExpression');
  if (request.ExpressionAttributeValues !== undefined && withValues.length === 0) {
    throw validationFault('ExpressionAttributeValues can only be specified when using expressions');
  }
}

function parseValues(raw: unknown): Item {
  if (raw === undefined) return {};
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) {
    throw new ServiceFault('SerializationException', 'Start of structure or map found where not expected');
  }
  const values: Record<string, AttributeValue> = {};
  for (const [name, value] of Object.entries(raw)) {
    try {
      values[name] = parseAttributeValue(value);
    } catch (error) {
      if (!(error instanceof ServiceFault) || error.code !== 'ValidationException') throw error;
      throw validationFault(`ExpressionAttributeValues contains invalid value: ${error.message} for key ${name}`);
    }
  }
  return values;
}

/** The grammar looks at the types of values; at the values themselves only for the two functions named here. */
function cacheKey(request: ExpressionRequest, present: readonly (keyof ExpressionRequest)[], values: Item): string {
  const texts = present.map((member) => [member, request[member]]);
  const looksAtValues = /between|attribute_type/i.test(JSON.stringify(texts));
  const shape = Object.entries(values).map(([name, value]) => [name, looksAtValues ? value : typeOf(value)]);
  const hasValues = request.ExpressionAttributeValues !== undefined;
  return JSON.stringify([texts, request.ExpressionAttributeNames, hasValues, shape]);
}

interface ParsedByGrammar {
  readonly _updates?: { readonly sections: readonly unknown[]; readonly paths: readonly Path[] };
  readonly _condition?: { readonly expression: unknown };
  readonly _keyCondition?: { readonly expression: unknown };
  readonly _filter?: { readonly expression: unknown; readonly pathHeads: Readonly<Record<string, true>> };
  readonly _projection?: { readonly paths: readonly Path[] };
}

function parse(
  request: ExpressionRequest,
  present: readonly (keyof ExpressionRequest)[],
  values: Item,
): Omit<Expressions, 'values'> {
  const { markers, attributeValues } = mark(values);
  const data: Record<string, unknown> = Object.fromEntries(present.map((member) => [member, request[member]]));
  if (request.ExpressionAttributeNames !== undefined) data.ExpressionAttributeNames = namesOf(request);
  if (request.ExpressionAttributeValues !== undefined) data.ExpressionAttributeValues = attributeValues;
  const problem = validateExpressions(data);
  if (problem !== undefined) throw validationFault(problem);
  const parsed = data as ParsedByGrammar;
  return {
    ...(parsed._updates && {
      update: readUpdateSections(parsed._updates.sections, markers),
      updatedPaths: parsed._updates.paths,
    }),
    ...(parsed._condition && { condition: readCondition(parsed._condition.expression, markers) }),
    ...(parsed._keyCondition && { keyCondition: readCondition(parsed._keyCondition.expression, markers) }),
    ...(parsed._filter && {
      filter: readCondition(parsed._filter.expression, markers),
      filterHeads: new Set(Object.keys(parsed._filter.pathHeads)),
    }),
    ...(parsed._projection && { projection: parsed._projection.paths }),
  };
}

/** The grammar puts value objects into its tree as they are: a copy of each tells which placeholder it came from. */
function mark(values: Item): { markers: ValueMarkers; attributeValues: Record<string, unknown> } {
  const markers = new Map<unknown, string>();
  const attributeValues: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(values)) {
    const copy = structuredClone(value);
    markers.set(copy, name);
    attributeValues[name] = copy;
  }
  return { markers, attributeValues };
}

function namesOf(request: ExpressionRequest): Record<string, string> {
  const names = request.ExpressionAttributeNames;
  if (typeof names !== 'object' || names === null || Array.isArray(names)) {
    throw new ServiceFault('SerializationException', 'Start of structure or map found where not expected');
  }
  return { ...names } as Record<string, string>;
}
