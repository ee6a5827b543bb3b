import type { ResourceInput, ResourceOutput } from '../../assembly/resource';
import type { Clock } from '../../clock';
import type { KeyUse } from '../key-use';
import type { Streams } from '../lambda/surroundings';
import { type Call, notImplemented, type Principal, ServiceFault, type SimulatedService } from '../service';
import { validationFault } from './attribute-value';
import { batchGetItem, batchWriteItem } from './batch-operations';
import { getItem, type Outcome, writeItem } from './item-operations';
import { checkMembers, isRequest, type Request, wholeNumber } from './request';
import { query, scan } from './search';
import { Table } from './table';
import { type Location, TableCatalog } from './table-catalog';
import { type IndexDefinition, type KeySchema, readTableDefinition, type TableDefinition } from './table-definition';
import { type Follower, TableStream } from './table-stream';
import { Transactions, transactGetItems } from './transaction';

/** AWS: ListTables answers with at most 100 names. */
const MAX_TABLE_NAMES = 100;

export interface DynamoDbOptions {
  readonly clock: Clock;
  /** Charges the callers for tables with a customer managed key; without it nothing is charged. */
  readonly kms?: KeyUse;
}

/**
 * DynamoDB in memory. Values are as on the wire (binaries base64). Every operation runs at one moment, so that
 * transactions are atomic and reads always consistent; an index is up to date at once.
 */
export class DynamoDb implements SimulatedService, Streams {
  readonly signingName = 'dynamodb';
  private readonly catalog = new TableCatalog();
  private readonly transactions: Transactions;
  private readonly consumed = { read: 0, write: 0 };

  constructor(private readonly options: DynamoDbOptions) {
    this.transactions = new Transactions(options.clock);
  }

  /** Creates an AWS::DynamoDB::Table. `Ref` is its name; attributes `Arn` and, if it has a stream, `StreamArn`. */
  createTable(input: ResourceInput): ResourceOutput {
    const { clock } = this.options;
    const definition = readTableDefinition(input);
    const stream = definition.hasStream ? new TableStream(definition.arn, clock) : undefined;
    this.catalog.add(input, new Table(definition, clock.now(), stream));
    const attributes = { Arn: definition.arn, ...(stream && { StreamArn: stream.arn }) };
    return { ref: definition.name, attributes };
  }

  follow(streamArn: string, follower: Follower): () => void {
    const stream = this.catalog.ofStream(streamArn).stream;
    if (stream) return stream.follow(follower);
    throw new ServiceFault('ResourceNotFoundException', `Requested resource not found: Stream: ${streamArn} not found`);
  }

  /** AWS: whoever reads a stream uses the key of its table. */
  chargeReader(streamArn: string, principal: Principal): void {
    this.chargeKey(this.catalog.ofStream(streamArn), principal);
  }

  /** Read and write request units that all calls together have consumed. */
  usage(): { readonly read: number; readonly write: number } {
    return { ...this.consumed };
  }

  async handle(call: Call): Promise<unknown> {
    const request: Request = isRequest(call.input) ? call.input : {};
    const location = { accountId: call.principal.accountId, region: call.region };
    if (call.operation === 'ListTables') return this.listTables(request, location);
    if (call.operation === 'DescribeTable') return this.describeTable(request, location);
    const { answer, consumed } = this.run(call, request, location);
    const { read, write } = consumed.total;
    this.consumed.read += read;
    this.consumed.write += write;
    return answer;
  }

  private run(call: Call, request: Request, location: Location): Outcome {
    const findTable = (name: unknown) => this.openTable(call, location, name);
    const table = () => findTable(request.TableName);
    switch (call.operation) {
      case 'GetItem':
        return getItem(request, table());
      case 'PutItem':
        return writeItem('put', request, table());
      case 'UpdateItem':
        return writeItem('update', request, table());
      case 'DeleteItem':
        return writeItem('delete', request, table());
      case 'Query':
        return query(request, table());
      case 'Scan':
        return scan(request, table());
      case 'BatchGetItem':
        return batchGetItem(request, findTable);
      case 'BatchWriteItem':
        return batchWriteItem(request, findTable);
      case 'TransactWriteItems':
        return this.transactions.write(request, `${location.accountId}/${location.region}`, once(findTable));
      case 'TransactGetItems':
        return transactGetItems(request, once(findTable));
      default:
        throw notImplemented('dynamodb', call.operation);
    }
  }

  /** AWS: on each data call DynamoDB uses the table's key with the rights of the caller. */
  private openTable(call: Call, location: Location, name: unknown): Table {
    const table = this.catalog.find(location, name);
    this.chargeKey(table, call.principal);
    table.sweep(this.options.clock.now());
    return table;
  }

  private chargeKey({ definition: { keyArn, name, arn } }: Table, principal: Principal): void {
    if (keyArn === undefined) return;
    const [, , , region, accountId] = arn.split(':');
    this.options.kms?.use(keyArn, 'kms:Decrypt', principal, `dynamodb.${region}.amazonaws.com`, {
      'kms:encryptioncontext:aws:dynamodb:tablename': name,
      'kms:encryptioncontext:aws:dynamodb:subscriberid': accountId ?? '',
    });
  }

  private listTables(request: Request, location: Location): unknown {
    checkMembers('ListTables', request, ['ExclusiveStartTableName', 'Limit']);
    const start = request.ExclusiveStartTableName;
    const limit = wholeNumber(request, 'Limit', 1) ?? MAX_TABLE_NAMES;
    if (limit > MAX_TABLE_NAMES) throw validationFault(`Limit must be at most ${MAX_TABLE_NAMES}`);
    const names = this.catalog.names(location).filter((name) => typeof start !== 'string' || name > start);
    const page = names.slice(0, limit);
    const last = page.at(-1);
    return {
      TableNames: page,
      ...(names.length > page.length && last !== undefined && { LastEvaluatedTableName: last }),
    };
  }

  private describeTable(request: Request, location: Location): unknown {
    checkMembers('DescribeTable', request, ['TableName']);
    try {
      return { Table: describe(this.catalog.find(location, request.TableName)) };
    } catch (error) {
      if (!(error instanceof ServiceFault) || error.code !== 'ResourceNotFoundException') throw error;
      const name = String(request.TableName);
      throw new ServiceFault(error.code, `Requested resource not found: Table: ${name} not found`);
    }
  }
}

/** Opens each table once per call, so that its key is charged once. */
function once(findTable: (name: unknown) => Table): (name: unknown) => Table {
  const found = new Map<unknown, Table>();
  return (name) => {
    const table = found.get(name) ?? findTable(name);
    found.set(name, table);
    return table;
  };
}

function describe(table: Table): Record<string, unknown> {
  const { definition, stream } = table;
  return {
    TableName: definition.name,
    TableArn: definition.arn,
    TableStatus: 'ACTIVE',
    CreationDateTime: table.createdAt / 1000,
    ItemCount: table.itemCount,
    KeySchema: keySchema(definition.key),
    AttributeDefinitions: attributeDefinitions(definition),
    BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
    ...(definition.indexes.length > 0 && { GlobalSecondaryIndexes: definition.indexes.map(describeIndex(definition)) }),
    ...(definition.keyArn !== undefined && {
      SSEDescription: { Status: 'ENABLED', SSEType: 'KMS', KMSMasterKeyArn: definition.keyArn },
    }),
    ...(stream && {
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
      LatestStreamArn: stream.arn,
      LatestStreamLabel: stream.label,
    }),
  };
}

function describeIndex(table: TableDefinition): (index: IndexDefinition) => Record<string, unknown> {
  return (index) => ({
    IndexName: index.name,
    IndexArn: `${table.arn}/index/${index.name}`,
    IndexStatus: 'ACTIVE',
    KeySchema: keySchema(index.key),
    Projection: {
      ProjectionType: index.projection,
      ...(index.projection === 'INCLUDE' && { NonKeyAttributes: index.nonKeyAttributes }),
    },
  });
}

function keySchema({ partition, sort }: KeySchema): readonly Record<string, string>[] {
  return [
    { AttributeName: partition.name, KeyType: 'HASH' },
    ...(sort ? [{ AttributeName: sort.name, KeyType: 'RANGE' }] : []),
  ];
}

function attributeDefinitions(table: TableDefinition): readonly Record<string, string>[] {
  const types = new Map<string, string>();
  for (const { key } of [table, ...table.indexes]) {
    types.set(key.partition.name, key.partition.type);
    if (key.sort) types.set(key.sort.name, key.sort.type);
  }
  return [...types].map(([AttributeName, AttributeType]) => ({ AttributeName, AttributeType }));
}
