import { type AttributeValue, attributeOf, bytesOf, type Item, typeOf, validationFault } from './attribute-value';
import type { KeyAttribute, KeySchema, TableDefinition } from './table-definition';

/** AWS: partition keys have at most 2,048 bytes, sort keys 1,024. */
const MAX_PARTITION_KEY_BYTES = 2048;
const MAX_SORT_KEY_BYTES = 1024;

const INVALID = 'One or more parameter values were invalid:';
const NOT_VALID = 'One or more parameter values are not valid.';

/** Checks that `key` is exactly a primary key of the table. Throws a ValidationException. */
export function checkKey(key: Item, { partition, sort }: KeySchema): void {
  const names = Object.keys(key);
  const attributes = sort ? [partition, sort] : [partition];
  const fits = names.length === attributes.length && attributes.every((attribute) => hasType(key, attribute));
  if (!fits) throw validationFault('The provided key element does not match the schema');
  for (const attribute of attributes) checkKeyValue(key, attribute, attribute === partition);
}

/** Checks the keys (of the table and of its indexes) of an item that is about to be stored. */
export function checkItemKeys(item: Item, table: TableDefinition): void {
  const { partition, sort } = table.key;
  for (const attribute of sort ? [partition, sort] : [partition]) {
    const value = attributeOf(item, attribute.name);
    if (!value) throw validationFault(`${INVALID} Missing the key ${attribute.name} in the item`);
    if (typeOf(value) !== attribute.type) {
      throw validationFault(
        `${INVALID} Type mismatch for key ${attribute.name} expected: ${attribute.type} actual: ${typeOf(value)}`,
      );
    }
    checkKeyValue(item, attribute, attribute === partition);
  }
  checkIndexKeys(item, table);
}

/** An item without an index's key is not in the index; one with a wrong value for it is refused. */
export function checkIndexKeys(item: Item, table: TableDefinition): void {
  for (const index of table.indexes) {
    const { partition, sort } = index.key;
    for (const attribute of sort ? [partition, sort] : [partition]) {
      const value = attributeOf(item, attribute.name);
      if (!value) continue;
      if (typeOf(value) !== attribute.type) {
        throw validationFault(
          `${INVALID} Type mismatch for Index Key ${attribute.name} Expected: ${attribute.type} ` +
            `Actual: ${typeOf(value)} IndexName: ${index.name}`,
        );
      }
      if (isEmpty(value)) {
        throw validationFault(
          `${NOT_VALID} A value specified for a secondary index key is not supported. The AttributeValue for a key ` +
            `attribute cannot contain an empty ${kindOf(value)} value. IndexName: ${index.name}, IndexKey: ${attribute.name}`,
        );
      }
      checkSize(value, attribute === partition);
    }
  }
}

function checkKeyValue(item: Item, attribute: KeyAttribute, isPartition: boolean): void {
  const value = attributeOf(item, attribute.name);
  if (!value) return;
  if (isEmpty(value)) {
    throw validationFault(
      `${NOT_VALID} The AttributeValue for a key attribute cannot contain an empty ${kindOf(value)} value. ` +
        `Key: ${attribute.name}`,
    );
  }
  checkSize(value, isPartition);
}

function checkSize(value: AttributeValue, isPartition: boolean): void {
  const bytes = 'S' in value ? Buffer.byteLength(value.S) : 'B' in value ? bytesOf(value.B).length : 0;
  if (isPartition && bytes > MAX_PARTITION_KEY_BYTES) {
    throw validationFault(`${INVALID} Size of hashkey has exceeded the maximum size limit of2048 bytes`);
  }
  if (!isPartition && bytes > MAX_SORT_KEY_BYTES) {
    throw validationFault(`${INVALID} Aggregated size of all range keys has exceeded the size limit of 1024 bytes`);
  }
}

function hasType(item: Item, { name, type }: KeyAttribute): boolean {
  const value = attributeOf(item, name);
  return value !== undefined && typeOf(value) === type;
}

function isEmpty(value: AttributeValue): boolean {
  return ('S' in value && value.S === '') || ('B' in value && value.B === '');
}

function kindOf(value: AttributeValue): string {
  return 'B' in value ? 'binary' : 'string';
}
