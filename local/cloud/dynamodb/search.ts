import { ServiceFault } from '../service';
import {
  type AttributeValue,
  attributeOf,
  compareValues,
  type Item,
  parseItem,
  validationFault,
} from './attribute-value';
import { ConsumedCapacity, RETURN_CONSUMED_CAPACITY } from './capacity';
import { fulfils } from './condition';
import { projectItem } from './document-path';
import { type Expressions, parseExpressions } from './expressions';
import type { ItemCollection, Place, StoredItem } from './item-collection';
import type { Outcome } from './item-operations';
import { checkKey } from './key-check';
import { type KeyRange, readKeyCondition, type SortTest } from './key-condition';
import { orderingKey } from './ordering';
import { checkMembers, flag, oneOf, type Request, wholeNumber } from './request';
import type { SortedEntry } from './sorted-entries';
import type { Table } from './table';
import type { IndexDefinition } from './table-definition';

/** AWS: Query and Scan read at most 1 MB, before the filter. */
const MAX_PAGE_BYTES = 1024 * 1024;

const SEARCH_MEMBERS = [
  'TableName',
  'IndexName',
  'Select',
  'Limit',
  'ConsistentRead',
  'FilterExpression',
  'ProjectionExpression',
  'ExpressionAttributeNames',
  'ExpressionAttributeValues',
  'ExclusiveStartKey',
  'ReturnConsumedCapacity',
];

const SELECT = ['SPECIFIC_ATTRIBUTES', 'COUNT', 'ALL_ATTRIBUTES', 'ALL_PROJECTED_ATTRIBUTES'] as const;

/** What Query and Scan have in common, read and checked. */
interface Search {
  readonly table: Table;
  readonly index?: IndexDefinition;
  readonly entries: ItemCollection;
  readonly expressions: Expressions;
  readonly startKey?: Item;
  readonly limit: number;
  readonly countOnly: boolean;
  readonly consistent: boolean;
}

/** Query. */
export function query(request: Request, table: Table): Outcome {
  checkMembers('Query', request, [...SEARCH_MEMBERS, 'KeyConditionExpression', 'ScanIndexForward']);
  const search = readSearch(request, table);
  const { expressions, entries, startKey } = search;
  if (!expressions.keyCondition) {
    throw validationFault(
      'Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.',
    );
  }
  const range = readKeyCondition(expressions.keyCondition, entries.key, expressions.values);
  checkFilterKeys(search);
  if (startKey) checkStartWithin(startKey, range, entries);
  const forward = request.ScanIndexForward !== false;
  const found = rangeOf(search, range, forward);
  return answerPage(request, search, found);
}

/** Scan, perhaps one segment of a parallel scan. */
export function scan(request: Request, table: Table): Outcome {
  checkMembers('Scan', request, [...SEARCH_MEMBERS, 'Segment', 'TotalSegments']);
  const search = readSearch(request, table);
  const segment = wholeNumber(request, 'Segment', 0);
  const segments = wholeNumber(request, 'TotalSegments', 1);
  if ((segment === undefined) !== (segments === undefined)) {
    throw validationFault('The Segment and TotalSegments parameters must be given together');
  }
  if (segment !== undefined && segments !== undefined && segment >= segments) {
    throw validationFault(
      'The Segment parameter is zero-based and must be less than parameter TotalSegments: ' +
        `Segment: ${segment} is not less than TotalSegments: ${segments}`,
    );
  }
  const found = search.entries.all(startPlace(search), segment, segments);
  return answerPage(request, search, found);
}

function readSearch(request: Request, table: Table): Search {
  const expressions = parseExpressions(request);
  const index = readIndex(request, table);
  const consistent = flag(request, 'ConsistentRead');
  if (index && consistent) {
    throw validationFault('Consistent reads are not supported on global secondary indexes');
  }
  const select = oneOf(request, 'Select', SELECT);
  checkSelect(select, index, expressions);
  const entries = index ? index.entries : table.primary;
  const startKey = readStartKey(request, table, index?.definition, entries);
  return {
    table,
    entries,
    expressions,
    consistent,
    limit: wholeNumber(request, 'Limit', 1) ?? Number.POSITIVE_INFINITY,
    countOnly: select === 'COUNT',
    ...(index && { index: index.definition }),
    ...(startKey && { startKey }),
  };
}

function readIndex(request: Request, table: Table): ReturnType<Table['index']> {
  const name = request.IndexName;
  if (name === undefined || name === null) return undefined;
  const index = table.index(String(name));
  if (index) return index;
  throw validationFault(`The table does not have the specified index: ${String(name)}`);
}

function checkSelect(
  select: (typeof SELECT)[number] | undefined,
  index: ReturnType<Table['index']>,
  { projection }: Expressions,
): void {
  if (projection && select !== undefined && select !== 'SPECIFIC_ATTRIBUTES') {
    throw validationFault(
      `Cannot specify the ProjectionExpression when choosing to get ${select === 'COUNT' ? 'only the Count' : select}`,
    );
  }
  if (!projection && select === 'SPECIFIC_ATTRIBUTES') {
    throw validationFault('Must specify the AttributesToGet or ProjectionExpression when choosing SPECIFIC_ATTRIBUTES');
  }
  if (select === 'ALL_PROJECTED_ATTRIBUTES' && !index) {
    throw validationFault('ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName');
  }
  if (select === 'ALL_ATTRIBUTES' && index && index.definition.projection !== 'ALL') {
    throw validationFault(
      'One or more parameter values were invalid: Select type ALL_ATTRIBUTES is not supported for global secondary ' +
        `index ${index.definition.name} because its projection type is not ALL`,
    );
  }
}

function readStartKey(
  request: Request,
  table: Table,
  index: IndexDefinition | undefined,
  entries: ItemCollection,
): Item | undefined {
  if (request.ExclusiveStartKey === undefined || request.ExclusiveStartKey === null) return undefined;
  const startKey = parseItem(request.ExclusiveStartKey);
  const expected = table.startKeyOf(startKey, index);
  if (Object.keys(expected).length !== Object.keys(startKey).length) {
    throw validationFault('The provided starting key is invalid');
  }
  try {
    checkKey(table.keyOf(startKey), table.definition.key);
    checkKey(pickKey(startKey, entries), entries.key);
  } catch (error) {
    if (!(error instanceof ServiceFault)) throw error;
    throw validationFault(`The provided starting key is invalid: ${error.message}`);
  }
  return startKey;
}

function pickKey(item: Item, { key }: ItemCollection): Item {
  const picked: Record<string, AttributeValue> = {};
  for (const attribute of key.sort ? [key.partition, key.sort] : [key.partition]) {
    const value = attributeOf(item, attribute.name);
    if (value) picked[attribute.name] = value;
  }
  return picked;
}

function checkFilterKeys({ expressions, entries }: Search): void {
  const { partition, sort } = entries.key;
  for (const name of [partition.name, sort?.name]) {
    if (name !== undefined && expressions.filterHeads?.has(name)) {
      throw validationFault(
        `Filter Expression can only contain non-primary key attributes: Primary key attribute: ${name}`,
      );
    }
  }
}

function checkStartWithin(startKey: Item, range: KeyRange, { key }: ItemCollection): void {
  const partition = attributeOf(startKey, key.partition.name);
  const sort = key.sort && attributeOf(startKey, key.sort.name);
  if (!partition || compareValues(partition, range.partition) !== 0) {
    throw validationFault('The provided starting key is outside query boundaries based on provided conditions');
  }
  if (sort && range.sort && !isWithin(orderingKey(sort), boundsOf(range.sort))) {
    throw validationFault('The provided starting key does not match the range key predicate');
  }
}

function startPlace({ table, entries, index, startKey }: Search): Place | undefined {
  return startKey && entries.placeOf(startKey, index ? table.identityOf(table.keyOf(startKey)) : '');
}

/** A sort test in terms of ordering keys; `low` and `high` are the same but for `between`. */
interface Bounds {
  readonly comparator: SortTest['comparator'];
  readonly low: string;
  readonly high: string;
}

function boundsOf(sort: SortTest): Bounds {
  const { comparator } = sort;
  if (comparator === 'between') return { comparator, low: orderingKey(sort.low), high: orderingKey(sort.high) };
  const bound = orderingKey(sort.value);
  return { comparator, low: bound, high: bound };
}

/** The entries of a partition that fulfil the sort test, in the asked direction, after the start key. */
function* rangeOf(search: Search, { partition, sort }: KeyRange, forward: boolean): Generator<StoredItem> {
  const after = startPlace(search)?.at;
  const bounds = sort && boundsOf(sort);
  const start = after ?? (bounds && firstPlace(bounds, forward));
  for (const stored of search.entries.ofPartition(partition, forward, start)) {
    if (after && stored.order === after.order && stored.tie === after.tie) continue;
    if (!bounds || isWithin(stored.order, bounds)) yield stored;
    else if (forward ? stored.order > bounds.high : stored.order < bounds.low) return;
  }
}

/** Sorts after every tie, and as a suffix after every continuation of a prefix. */
const LAST = '\uffff\uffff';

/** Where to enter the partition; only a place to begin: what does not fulfil the test is left out anyway. */
function firstPlace({ comparator, low, high }: Bounds, forward: boolean): SortedEntry | undefined {
  const isOpen = forward ? ['<', '<='].includes(comparator) : ['>', '>='].includes(comparator);
  if (isOpen) return undefined;
  if (forward) return { order: low, tie: '' };
  return { order: comparator === 'begins_with' ? `${high}${LAST}` : high, tie: LAST };
}

function isWithin(order: string, { comparator, low, high }: Bounds): boolean {
  switch (comparator) {
    case 'between':
      return order >= low && order <= high;
    case '=':
      return order === low;
    case '<':
      return order < high;
    case '<=':
      return order <= high;
    case '>':
      return order > low;
    case '>=':
      return order >= low;
    case 'begins_with':
      return order.startsWith(low);
  }
}

function answerPage(request: Request, search: Search, found: Iterable<StoredItem>): Outcome {
  const { table, index, expressions, limit, countOnly } = search;
  const page = readPage(found, limit);
  const { filter, projection, values } = expressions;
  const matching = filter ? page.items.filter((item) => fulfils(filter, item, values)) : page.items;
  const consumed = new ConsumedCapacity();
  consumed.read(table, page.bytes, search.consistent);
  const [capacity] = consumed.answer(oneOf(request, 'ReturnConsumedCapacity', RETURN_CONSUMED_CAPACITY)) ?? [];
  const last = page.items.at(-1);
  return {
    answer: {
      Count: matching.length,
      ScannedCount: page.items.length,
      ...(!countOnly && {
        Items: projection ? matching.map((item) => projectItem(item, projection)) : matching,
      }),
      ...(page.isCut && last && { LastEvaluatedKey: table.startKeyOf(last, index) }),
      ...(capacity && { ConsumedCapacity: capacity }),
    },
    consumed,
  };
}

interface Page {
  readonly items: readonly Item[];
  readonly bytes: number;
  /** Whether the reading stopped at a limit: AWS then gives a LastEvaluatedKey, even if nothing follows. */
  readonly isCut: boolean;
}

function readPage(found: Iterable<StoredItem>, limit: number): Page {
  const items: Item[] = [];
  let bytes = 0;
  for (const { item, size } of found) {
    if (items.length > 0 && bytes + size > MAX_PAGE_BYTES) return { items, bytes, isCut: true };
    items.push(item);
    bytes += size;
    if (items.length >= limit) return { items, bytes, isCut: true };
  }
  return { items, bytes, isCut: false };
}
