import {
  BatchGetItemCommand,
  type BatchGetItemCommandOutput,
  DynamoDBClient,
  GetItemCommand,
  QueryCommand,
  ScanCommand,
  type TransactionCanceledException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { Throttled, Unavailable } from '../ports/faults';
import type {
  IndexQuery,
  Item,
  Key,
  Page,
  PageKey,
  PartitionQuery,
  Store,
  TableName,
  TransactOutcome,
  Write,
} from '../ports/store';
import { transactItem } from './dynamodb-expressions';

/** Physical names of the tables this function may use. */
export type TableNames = Readonly<Partial<Record<TableName, string | undefined>>>;

type Attributes = NonNullable<BatchGetItemCommandOutput['Responses']>[string][number];

/** AWS: BatchGetItem reads up to 100 items. */
const MOST_GETS = 100;
/** A transaction that meets another one on an item is tried again this often, waiting up to 50 ms × 2^attempt. */
const MOST_CONFLICTS = 10;

/** The Store port on DynamoDB. */
export class DynamoDbStore implements Store {
  constructor(
    private readonly tables: TableNames,
    // Throttling passes: the SDK waits and tries again, up to about half a minute in all.
    private readonly client = new DynamoDBClient({ maxAttempts: 8 }),
    private readonly pause: (milliseconds: number) => Promise<void> = sleep,
  ) {}

  async get(key: Key): Promise<Item | undefined> {
    const { Item } = await answered(
      this.client.send(
        new GetItemCommand({ TableName: this.nameOf(key.table), Key: keyOf(key), ConsistentRead: true }),
      ),
    );
    return Item && itemOf(Item);
  }

  async getMany(keys: readonly Key[]): Promise<Item[]> {
    const items: Item[] = [];
    for (let start = 0; start < keys.length; start += MOST_GETS) {
      items.push(...(await this.getBatch(keys.slice(start, start + MOST_GETS))));
    }
    return items;
  }

  async query({ table, pk, sortPrefix, descending, limit, after }: PartitionQuery): Promise<Page<Item>> {
    const output = await answered(
      this.client.send(
        new QueryCommand({
          TableName: this.nameOf(table),
          ConsistentRead: true,
          KeyConditionExpression: sortPrefix ? 'pk = :pk AND begins_with(sk, :sk)' : 'pk = :pk',
          ExpressionAttributeValues: marshall({ ':pk': pk, ...(sortPrefix ? { ':sk': sortPrefix } : {}) }),
          ...(descending ? { ScanIndexForward: false } : {}),
          ...paging(limit, after),
        }),
      ),
    );
    return pageOf(output);
  }

  async queryIndex({ table, index, partition, limit, after }: IndexQuery): Promise<Page<Item>> {
    const output = await answered(
      this.client.send(
        new QueryCommand({
          TableName: this.nameOf(table),
          IndexName: index,
          KeyConditionExpression: '#partition = :partition',
          ExpressionAttributeNames: { '#partition': partition.name },
          ExpressionAttributeValues: marshall({ ':partition': partition.value }),
          ...paging(limit, after),
        }),
      ),
    );
    return pageOf(output);
  }

  async scan({ table, limit, after }: { table: TableName; limit?: number; after?: PageKey }): Promise<Page<Item>> {
    const output = await answered(
      this.client.send(
        new ScanCommand({ TableName: this.nameOf(table), ConsistentRead: true, ...paging(limit, after) }),
      ),
    );
    return pageOf(output);
  }

  async transact(writes: readonly Write[]): Promise<TransactOutcome> {
    const TransactItems = writes.map((write) => transactItem(this.nameOf(write.at.table), write));
    for (let attempt = 0; ; attempt += 1) {
      const outcome = await this.tryTransact(TransactItems);
      if (outcome !== 'conflict') return outcome;
      if (attempt === MOST_CONFLICTS) throw new Throttled('DynamoDB transactions keep meeting on the same items.');
      await this.pause(50 * 2 ** Math.min(attempt, 5) * Math.random());
    }
  }

  private async tryTransact(TransactItems: TransactWriteItem[]): Promise<TransactOutcome | 'conflict'> {
    try {
      await this.client.send(new TransactWriteItemsCommand({ TransactItems }));
      return { applied: true };
    } catch (fault) {
      if (!isCancelled(fault)) throw named(fault);
      const codes = (fault.CancellationReasons ?? []).map(({ Code }) => Code ?? 'None');
      const failed = codes.flatMap((code, index) => (code === 'ConditionalCheckFailed' ? [index] : []));
      if (failed.length > 0) return { applied: false, failed };
      if (codes.some((code) => PASSING.has(code))) return 'conflict';
      throw fault;
    }
  }

  private async getBatch(keys: readonly Key[]): Promise<Item[]> {
    const [first] = keys;
    if (!first) return [];
    const table = this.nameOf(first.table);
    const items: Item[] = [];
    let Keys: Attributes[] = keys.map(keyOf);
    for (let attempt = 0; Keys.length > 0; attempt += 1) {
      if (attempt === MOST_CONFLICTS) throw new Throttled('DynamoDB leaves keys of a batch unprocessed.');
      if (attempt > 0) await this.pause(50 * 2 ** attempt * Math.random());
      const output = await answered(
        this.client.send(new BatchGetItemCommand({ RequestItems: { [table]: { Keys, ConsistentRead: true } } })),
      );
      items.push(...(output.Responses?.[table] ?? []).map(itemOf));
      Keys = output.UnprocessedKeys?.[table]?.Keys ?? [];
    }
    return items;
  }

  private nameOf(table: TableName): string {
    const name = this.tables[table];
    if (!name) throw new Error(`This function has no ${table} table.`);
    return name;
  }
}

/** Reasons of a cancelled transaction that pass by themselves. */
const PASSING = new Set(['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded']);

function keyOf({ pk, sk }: Key) {
  return marshall({ pk, sk });
}

function itemOf(attributes: Attributes): Item {
  return unmarshall(attributes) as Item;
}

function paging(limit: number | undefined, after: PageKey | undefined) {
  return {
    ...(limit === undefined ? {} : { Limit: limit }),
    ...(after === undefined ? {} : { ExclusiveStartKey: marshall(after) }),
  };
}

function pageOf(output: { Items?: Attributes[] | undefined; LastEvaluatedKey?: Attributes | undefined }): Page<Item> {
  const items = (output.Items ?? []).map(itemOf);
  return output.LastEvaluatedKey ? { items, next: unmarshall(output.LastEvaluatedKey) as PageKey } : { items };
}

function isCancelled(fault: unknown): fault is TransactionCanceledException {
  return fault instanceof Error && fault.name === 'TransactionCanceledException';
}

async function answered<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (fault) {
    throw named(fault);
  }
}

function named(fault: unknown): unknown {
  const name = fault instanceof Error ? fault.name : '';
  if (/Throttl|ThroughputExceeded|RequestLimit/.test(name)) return new Throttled('DynamoDB', { cause: fault });
  if (/InternalServer|ServiceUnavailable/.test(name)) return new Unavailable('DynamoDB', { cause: fault });
  return fault;
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
