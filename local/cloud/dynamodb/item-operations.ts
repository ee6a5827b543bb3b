import { type Item, parseItem, validationFault } from './attribute-value';
import { ConsumedCapacity, RETURN_CONSUMED_CAPACITY } from './capacity';
import { projectItem } from './document-path';
import { parseExpressions } from './expressions';
import { checkKey } from './key-check';
import { checkMembers, flag, oneOf, type Request } from './request';
import type { Table } from './table';
import {
  checkWrite,
  commitWrite,
  consumedBytes,
  type PlannedWrite,
  planWrite,
  readWrite,
  type WriteKind,
} from './write';

/** The answer of an operation and what it consumed. */
export interface Outcome {
  readonly answer: Record<string, unknown>;
  readonly consumed: ConsumedCapacity;
}

const EXPRESSION_PARAMETERS = ['ExpressionAttributeNames', 'ExpressionAttributeValues'];
const WRITE_MEMBERS = [
  'TableName',
  'ConditionExpression',
  ...EXPRESSION_PARAMETERS,
  'ReturnValues',
  'ReturnValuesOnConditionCheckFailure',
  'ReturnConsumedCapacity',
  'ReturnItemCollectionMetrics',
];

const OPERATIONS: Readonly<Record<Exclude<WriteKind, 'check'>, { name: string; members: readonly string[] }>> = {
  put: { name: 'PutItem', members: [...WRITE_MEMBERS, 'Item'] },
  update: { name: 'UpdateItem', members: [...WRITE_MEMBERS, 'Key', 'UpdateExpression'] },
  delete: { name: 'DeleteItem', members: [...WRITE_MEMBERS, 'Key'] },
};

const RETURN_VALUES = ['ALL_NEW', 'UPDATED_OLD', 'ALL_OLD', 'NONE', 'UPDATED_NEW'] as const;

/** PutItem, UpdateItem and DeleteItem. */
export function writeItem(kind: Exclude<WriteKind, 'check'>, request: Request, table: Table): Outcome {
  const { name, members } = OPERATIONS[kind];
  checkMembers(name, request, members);
  const returnValues = oneOf(request, 'ReturnValues', RETURN_VALUES) ?? 'NONE';
  const returnCapacity = oneOf(request, 'ReturnConsumedCapacity', RETURN_CONSUMED_CAPACITY);
  if (kind !== 'update' && returnValues !== 'ALL_OLD' && returnValues !== 'NONE') {
    throw validationFault('Return values set to invalid value');
  }
  const write = readWrite(kind, request, table);
  checkWrite(write);
  const planned = planWrite(write);
  commitWrite(planned);
  const consumed = new ConsumedCapacity();
  consumed.write(table, consumedBytes(planned));
  const attributes = returned(planned, returnValues);
  const [capacity] = consumed.answer(returnCapacity) ?? [];
  return {
    answer: { ...(attributes && { Attributes: attributes }), ...(capacity && { ConsumedCapacity: capacity }) },
    consumed,
  };
}

/** AWS: nothing is returned of an item that did not exist, or of paths that it does not have. */
function returned({ write, old, next }: PlannedWrite, returnValues: string): Item | undefined {
  const paths = write.expressions.updatedPaths ?? [];
  if (returnValues === 'ALL_OLD') return old?.item;
  if (returnValues === 'ALL_NEW') return next;
  if (returnValues === 'UPDATED_OLD') return old && nonEmpty(projectItem(old.item, paths));
  if (returnValues === 'UPDATED_NEW') return next && nonEmpty(projectItem(next, paths));
  return undefined;
}

function nonEmpty(item: Item): Item | undefined {
  return Object.keys(item).length > 0 ? item : undefined;
}

const READ_MEMBERS = ['Key', 'ProjectionExpression', 'ExpressionAttributeNames', 'TableName'];

/** GetItem. */
export function getItem(request: Request, table: Table): Outcome {
  checkMembers('GetItem', request, [...READ_MEMBERS, 'ConsistentRead', 'ReturnConsumedCapacity']);
  const consumed = new ConsumedCapacity();
  const item = readItem(request, table, flag(request, 'ConsistentRead'), consumed);
  const returnCapacity = oneOf(request, 'ReturnConsumedCapacity', RETURN_CONSUMED_CAPACITY);
  const [capacity] = consumed.answer(returnCapacity) ?? [];
  return { answer: { ...(item && { Item: item }), ...(capacity && { ConsumedCapacity: capacity }) }, consumed };
}

/** Reads the item of a request that has `Key` and perhaps a projection. */
export function readItem(
  request: Request,
  table: Table,
  consistent: boolean,
  consumed: ConsumedCapacity,
): Item | undefined {
  const { projection } = parseExpressions(request);
  const key = parseItem(request.Key ?? {});
  checkKey(key, table.definition.key);
  const found = table.stored(key);
  consumed.read(table, found?.size ?? 0, consistent);
  return found && projection ? projectItem(found.item, projection) : found?.item;
}
