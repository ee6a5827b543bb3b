import { ServiceFault } from '../service';
import { type AttributeValue, attributeOf, type Item, itemSize, parseItem, validationFault } from './attribute-value';
import { fulfils } from './condition';
import type { Path } from './expression-tree';
import { type Expressions, parseExpressions } from './expressions';
import type { StoredItem } from './item-collection';
import { checkIndexKeys, checkItemKeys, checkKey } from './key-check';
import { oneOf, type Request } from './request';
import type { Table } from './table';
import type { KeySchema, TableDefinition } from './table-definition';
import { updateItem } from './update';

export type WriteKind = 'put' | 'update' | 'delete' | 'check';

/** A write as asked for: checked as far as is possible without the item it meets. */
export interface Write {
  readonly kind: WriteKind;
  readonly table: Table;
  /** The primary key. */
  readonly key: Item;
  /** Of a put: the new item. */
  readonly item?: Item;
  readonly expressions: Expressions;
  /** ReturnValuesOnConditionCheckFailure = ALL_OLD. */
  readonly returnsItemOnFailure: boolean;
}

/** What a write will do: nothing has changed yet. */
export interface PlannedWrite {
  readonly write: Write;
  readonly old?: StoredItem;
  /** The item afterwards; absent if there will be none. */
  readonly next?: Item;
  /** Bytes of `next`. */
  readonly nextSize: number;
}

/** AWS: an item has at most 400 KB. */
const MAX_ITEM_BYTES = 400 * 1024;

/** Reads a put (`Item`), update, delete or condition check (`Key`). Throws a ValidationException. */
export function readWrite(kind: WriteKind, request: Request, table: Table): Write {
  const expressions = parseExpressions(request);
  const item = kind === 'put' ? parseItem(request.Item ?? {}) : undefined;
  const key = item ?? parseItem(request.Key ?? {});
  const onFailure = oneOf(request, 'ReturnValuesOnConditionCheckFailure', ['ALL_OLD', 'NONE']);
  if (kind === 'check' && !expressions.condition) {
    throw validationFault('The expression can not be empty: ConditionExpression must be specified');
  }
  return {
    kind,
    table,
    key,
    expressions,
    returnsItemOnFailure: onFailure === 'ALL_OLD',
    ...(item && { item }),
  };
}

/** Checks what depends on the table alone: keys and paths. Throws a ValidationException. */
export function checkWrite({ kind, table, key, item, expressions }: Write): void {
  const { definition } = table;
  if (item) checkItemKeys(item, definition);
  else checkKey(key, definition.key);
  if (kind === 'update') checkUpdatedPaths(expressions.updatedPaths ?? [], definition);
}

/** What the write would do now. Throws a ConditionalCheckFailedException or ValidationException. */
export function planWrite(write: Write): PlannedWrite {
  const { kind, table, expressions } = write;
  const old = table.stored(write.key);
  const { condition, values } = expressions;
  if (condition && !fulfils(condition, old?.item ?? {}, values)) {
    throw new ServiceFault('ConditionalCheckFailedException', 'The conditional request failed', 400, {
      ...(write.returnsItemOnFailure && old && { Item: old.item }),
    });
  }
  const next = nextItem(write, old?.item);
  const nextSize = next === undefined ? 0 : next === old?.item ? old.size : itemSize(next);
  if (kind === 'update' && next) checkIndexKeys(next, table.definition);
  if (nextSize > MAX_ITEM_BYTES) {
    throw validationFault(
      kind === 'put'
        ? 'Item size has exceeded the maximum allowed size'
        : 'Item size to update has exceeded the maximum allowed size',
    );
  }
  return { write, nextSize, ...(old && { old }), ...(next && { next }) };
}

/** Bytes that count for the capacity of the write: the larger of the item before and after. */
export function consumedBytes({ old, nextSize }: PlannedWrite): number {
  return Math.max(old?.size ?? 0, nextSize);
}

/** Does what was planned. */
export function commitWrite({ write, old, next, nextSize }: PlannedWrite): void {
  if (write.kind === 'check') return;
  if (next) write.table.put(next, nextSize);
  else if (old) write.table.delete(old.item);
}

function nextItem(write: Write, old: Item | undefined): Item | undefined {
  if (write.kind === 'put') return write.item;
  if (write.kind === 'delete') return undefined;
  if (write.kind === 'check') return old;
  const { update, values } = write.expressions;
  return updateItem(old ?? write.key, update ?? [], values);
}

/** AWS: key attributes cannot be updated, and neither they nor index keys have parts. */
function checkUpdatedPaths(paths: readonly Path[], table: TableDefinition): void {
  const keys = new Set(keyNames(table.key));
  const indexKeys = new Set(table.indexes.flatMap((index) => keyNames(index.key)));
  for (const [head, ...rest] of paths) {
    const name = String(head);
    if (keys.has(name)) {
      throw validationFault(
        `One or more parameter values were invalid: Cannot update attribute ${name}. This attribute is part of the key`,
      );
    }
    if (rest.length > 0 && indexKeys.has(name)) {
      throw validationFault(
        `Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: IndexKey: ${name}`,
      );
    }
  }
}

function keyNames({ partition, sort }: KeySchema): readonly string[] {
  return sort ? [partition.name, sort.name] : [partition.name];
}

/** The key attributes of an item, or the key itself. */
export function keyOfWrite({ table, key }: Write): Item {
  const attributes: Record<string, AttributeValue> = {};
  for (const name of keyNames(table.definition.key)) {
    const value = attributeOf(key, name);
    if (value) attributes[name] = value;
  }
  return attributes;
}
