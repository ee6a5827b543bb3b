import { type Item, parseItem, validationFault } from './attribute-value';
import { ConsumedCapacity, RETURN_CONSUMED_CAPACITY } from './capacity';
import { projectItem } from './document-path';
import { parseExpressions } from './expressions';
import type { Outcome } from './item-operations';
import { checkKey } from './key-check';
import { checkMembers, constraintFault, flag, isRequest, oneOf, type Request, requestList } from './request';
import type { Table } from './table';
import { checkWrite, commitWrite, consumedBytes, keyOfWrite, planWrite, readWrite, type Write } from './write';

/** AWS: "up to 16 MB of data, which can contain as many as 100 items". */
const MAX_GET_KEYS = 100;
const MAX_GET_BYTES = 16 * 1024 * 1024;
/** AWS: BatchWriteItem takes up to 25 put or delete requests. */
const MAX_WRITES = 25;

type FindTable = (name: unknown) => Table;

/** BatchGetItem: what does not fit into an answer comes back as UnprocessedKeys. */
export function batchGetItem(request: Request, findTable: FindTable): Outcome {
  checkMembers('BatchGetItem', request, ['RequestItems', 'ReturnConsumedCapacity']);
  const gets = requestItems(request).map(([name, entry]) => readGet(name, entry, findTable(name)));
  if (gets.reduce((count, { keys }) => count + keys.length, 0) > MAX_GET_KEYS) {
    throw validationFault('Too many items requested for the BatchGetItem call');
  }
  const consumed = new ConsumedCapacity();
  const responses: Record<string, Item[]> = {};
  const unprocessed: Record<string, unknown> = {};
  let bytes = 0;
  for (const get of gets) {
    const items: Item[] = [];
    const left: Item[] = [];
    for (const key of get.keys) {
      const found = get.table.stored(key);
      const size = found?.size ?? 0;
      if (bytes + size > MAX_GET_BYTES) {
        left.push(key);
        continue;
      }
      bytes += size;
      consumed.read(get.table, size, get.consistent);
      if (found) items.push(get.projected(found.item));
    }
    responses[get.name] = items;
    if (left.length > 0) unprocessed[get.name] = { ...get.entry, Keys: left };
  }
  const capacity = consumed.answer(oneOf(request, 'ReturnConsumedCapacity', RETURN_CONSUMED_CAPACITY));
  return {
    answer: {
      Responses: responses,
      UnprocessedKeys: unprocessed,
      ...(capacity && { ConsumedCapacity: capacity }),
    },
    consumed,
  };
}

interface TableGet {
  readonly name: string;
  readonly entry: Request;
  readonly table: Table;
  readonly keys: readonly Item[];
  readonly consistent: boolean;
  readonly projected: (item: Item) => Item;
}

function readGet(name: string, entry: unknown, table: Table): TableGet {
  if (!isRequest(entry)) throw constraintFault(null, `requestItems.${name}`, 'Member must not be null');
  const members = ['Keys', 'ConsistentRead', 'ProjectionExpression', 'ExpressionAttributeNames'];
  checkMembers('BatchGetItem', entry, members);
  const { projection } = parseExpressions(entry);
  const keys = requestList(entry, 'Keys', 1, MAX_GET_KEYS).map((key) => parseItem(key));
  for (const key of keys) checkKey(key, table.definition.key);
  if (new Set(keys.map((key) => table.identityOf(key))).size < keys.length) {
    throw validationFault('Provided list of item keys contains duplicates');
  }
  return {
    name,
    entry,
    table,
    keys,
    consistent: flag(entry, 'ConsistentRead'),
    projected: (item) => (projection ? projectItem(item, projection) : item),
  };
}

/** BatchWriteItem: puts and deletes without conditions; each is atomic, the batch is not. */
export function batchWriteItem(request: Request, findTable: FindTable): Outcome {
  checkMembers('BatchWriteItem', request, ['RequestItems', 'ReturnConsumedCapacity', 'ReturnItemCollectionMetrics']);
  const writes = requestItems(request).flatMap(([name, entries]) => readWrites(name, entries, findTable(name)));
  if (writes.length > MAX_WRITES) {
    throw validationFault('Too many items requested for the BatchWriteItem call');
  }
  for (const write of writes) checkWrite(write);
  const identities = writes.map(
    (write) => `${write.table.definition.arn} ${write.table.identityOf(keyOfWrite(write))}`,
  );
  if (new Set(identities).size < identities.length) {
    throw validationFault('Provided list of item keys contains duplicates');
  }
  const consumed = new ConsumedCapacity();
  for (const write of writes) {
    const planned = planWrite(write);
    commitWrite(planned);
    consumed.write(write.table, consumedBytes(planned));
  }
  const capacity = consumed.answer(oneOf(request, 'ReturnConsumedCapacity', RETURN_CONSUMED_CAPACITY));
  return { answer: { UnprocessedItems: {}, ...(capacity && { ConsumedCapacity: capacity }) }, consumed };
}

function readWrites(name: string, entries: unknown, table: Table): readonly Write[] {
  const requests = requestList({ [name]: entries }, name, 1, MAX_WRITES);
  return requests.map((entry) => {
    checkMembers('BatchWriteItem', entry, ['PutRequest', 'DeleteRequest']);
    const { PutRequest: put, DeleteRequest: remove } = entry;
    if (isRequest(put) && !isRequest(remove)) return readWrite('put', put, table);
    if (isRequest(remove) && !isRequest(put)) return readWrite('delete', remove, table);
    throw validationFault(
      'Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes',
    );
  });
}

function requestItems(request: Request): readonly [string, unknown][] {
  const items = request.RequestItems;
  if (!isRequest(items)) throw constraintFault(null, 'RequestItems', 'Member must not be null');
  const entries = Object.entries(items);
  if (entries.length > 0) return entries;
  throw constraintFault('{}', 'RequestItems', 'Member must have length greater than or equal to 1');
}
