import { ServiceFault } from '../service';
import { constraintFault } from './request';
import type { Table } from './table';

/** Account and Region that a call works in. */
export interface Location {
  readonly accountId: string;
  readonly region: string;
}

const TABLE_ARN = /^arn:[\w-]+:dynamodb:([\w-]+):(\d{12}):table\/([\w.-]+)$/;
const TABLE_NAME = /^[\w.-]{3,255}$/;

/** All tables, found by account, Region and name, or by their ARN in place of the name. */
export class TableCatalog {
  private readonly tables = new Map<string, Table>();

  add(location: Location, table: Table): void {
    const key = keyOf(location, table.definition.name);
    if (this.tables.has(key)) throw new Error(`AWS::DynamoDB::Table ${table.definition.name} already exists`);
    this.tables.set(key, table);
  }

  /** Throws a ValidationException for what cannot be a name, a ResourceNotFoundException if there is no such table. */
  find(location: Location, name: unknown): Table {
    const table = this.tables.get(resolve(location, name));
    if (table) return table;
    throw new ServiceFault('ResourceNotFoundException', 'Requested resource not found');
  }

  /** The table of a stream. Throws a ResourceNotFoundException if there is none. */
  ofStream(streamArn: string): Table {
    const [, , , region = '', accountId = ''] = streamArn.split(':');
    return this.find({ accountId, region }, streamArn.split('/stream/')[0]);
  }

  /** Names of the tables there, in order. */
  names(location: Location): readonly string[] {
    const prefix = keyOf(location, '');
    return [...this.tables.keys()]
      .filter((key) => key.startsWith(prefix))
      .map((key) => key.slice(prefix.length))
      .sort();
  }

  all(): readonly Table[] {
    return [...this.tables.values()];
  }
}

/** The ARN of the table that a call names. */
export function tableArn({ accountId, region }: Location, name: unknown): string {
  const text = String(name);
  return TABLE_ARN.test(text) ? text : `arn:aws:dynamodb:${region}:${accountId}:table/${text}`;
}

function resolve(location: Location, name: unknown): string {
  if (typeof name !== 'string') throw constraintFault(null, 'TableName', 'Member must not be null');
  const [, region, accountId, tableName] = TABLE_ARN.exec(name) ?? [];
  if (region && accountId && tableName) return keyOf({ accountId, region }, tableName);
  if (!TABLE_NAME.test(name)) {
    throw constraintFault(name, 'TableName', 'Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+');
  }
  return keyOf(location, name);
}

function keyOf({ accountId, region }: Location, name: string): string {
  return `${accountId}/${region}/${name}`;
}
