import { RemovalPolicy } from 'aws-cdk-lib';
import { CfnTable } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import { allow, type Grantee } from './allow';
import type { DataKey } from './data-key';

/** A global secondary index; its attributes are strings. */
export interface TableIndex {
  readonly name: string;
  readonly partitionKey: string;
  readonly sortKey?: string;
  readonly projection: 'ALL' | 'KEYS_ONLY';
}

export interface TableProps {
  readonly tableName: string;
  readonly key: DataKey;
  readonly indexes?: readonly TableIndex[];
  /** Whether its changes can be read, each as the item before and after it. */
  readonly stream?: boolean;
}

/**
 * What a function does with the items of a table.
 * AWS: a transaction needs the rights of the single actions it consists of.
 */
export type ItemAction =
  | 'GetItem'
  | 'BatchGetItem'
  | 'Query'
  | 'Scan'
  | 'PutItem'
  | 'UpdateItem'
  | 'DeleteItem'
  | 'ConditionCheckItem';

/** A table with the keys `pk` and `sk`. Its items are the controller's memory: it is never deleted with the stack. */
export class Table extends Construct {
  readonly arn: string;
  readonly tableName: string;
  /** Of no use for a table without a stream. */
  readonly streamArn: string;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: TableProps,
  ) {
    super(scope, id);
    const table = new CfnTable(this, 'Resource', {
      tableName: props.tableName,
      billingMode: 'PAY_PER_REQUEST',
      keySchema: keySchema('pk', 'sk'),
      attributeDefinitions: this.keyAttributes().map((attributeName) => ({ attributeName, attributeType: 'S' })),
      ...this.indexes(),
      ...(props.stream ? { streamSpecification: { streamViewType: 'NEW_AND_OLD_IMAGES' } } : {}),
      sseSpecification: { sseEnabled: true, sseType: 'KMS', kmsMasterKeyId: props.key.arn },
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      timeToLiveSpecification: { attributeName: 'expiresAt', enabled: true },
      deletionProtectionEnabled: true,
    });
    table.applyRemovalPolicy(RemovalPolicy.RETAIN);
    this.arn = table.attrArn;
    this.streamArn = table.attrStreamArn;
    this.tableName = table.ref;
  }

  /** Lets a role work with items, and use the key through DynamoDB as that needs. */
  allowItems(role: Grantee, actions: readonly ItemAction[], why: string): void {
    allow(role, actions.map(dynamodb), [this.arn], why);
    this.allowKey(role);
  }

  allowIndexes(role: Grantee, names: readonly string[], why: string): void {
    allow(
      role,
      [dynamodb('Query')],
      names.map((name) => `${this.arn}/index/${name}`),
      why,
    );
    this.allowKey(role);
  }

  /** Lets a function be invoked with the changes of the table. */
  allowFollowing(role: Grantee, why: string): void {
    allow(role, ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'], [this.streamArn], why);
    this.allowKey(role);
  }

  private allowKey(role: Grantee): void {
    // AWS: DynamoDB decrypts the table's key with the rights of whoever reads or writes the table.
    this.props.key.allowThrough(role, 'dynamodb', ['kms:Decrypt'], 'The tables are encrypted with this key.');
  }

  private keyAttributes(): string[] {
    const keys = (this.props.indexes ?? []).flatMap(({ partitionKey, sortKey }) =>
      [partitionKey, sortKey ?? []].flat(),
    );
    return [...new Set(['pk', 'sk', ...keys])];
  }

  private indexes() {
    const { indexes } = this.props;
    if (indexes === undefined) return {};
    return {
      globalSecondaryIndexes: indexes.map(({ name, partitionKey, sortKey, projection }) => ({
        indexName: name,
        keySchema: keySchema(partitionKey, sortKey),
        projection: { projectionType: projection },
      })),
    };
  }
}

function keySchema(partitionKey: string, sortKey: string | undefined) {
  const partition = { attributeName: partitionKey, keyType: 'HASH' };
  return sortKey === undefined ? [partition] : [partition, { attributeName: sortKey, keyType: 'RANGE' }];
}

function dynamodb(action: ItemAction): string {
  return `dynamodb:${action}`;
}
