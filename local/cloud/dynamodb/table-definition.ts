import {
  isRecord,
  optionalBoolean,
  optionalRecord,
  optionalString,
  physicalName,
  propertyNotImplemented,
  type ResourceInput,
  recordList,
  refuseUnknownProperties,
} from '../../assembly/resource';
import { arn } from '../service';

export type KeyType = 'S' | 'N' | 'B';

export interface KeyAttribute {
  readonly name: string;
  readonly type: KeyType;
}

export interface KeySchema {
  readonly partition: KeyAttribute;
  readonly sort?: KeyAttribute;
}

export interface IndexDefinition {
  readonly name: string;
  readonly key: KeySchema;
  readonly projection: 'ALL' | 'KEYS_ONLY' | 'INCLUDE';
  readonly nonKeyAttributes: readonly string[];
}

export interface TableDefinition {
  readonly name: string;
  readonly arn: string;
  readonly key: KeySchema;
  readonly indexes: readonly IndexDefinition[];
  /** Attribute (number, epoch seconds) after which an item may disappear. */
  readonly timeToLiveAttribute?: string;
  /** Customer managed key whose use is charged to the callers. */
  readonly keyArn?: string;
  /** It has a stream of its changes, with both images. */
  readonly hasStream: boolean;
}

const TYPE = 'AWS::DynamoDB::Table';

const TABLE_PROPERTIES = {
  implemented: [
    'TableName',
    'KeySchema',
    'AttributeDefinitions',
    'BillingMode',
    'GlobalSecondaryIndexes',
    'SSESpecification',
    'StreamSpecification',
    'TimeToLiveSpecification',
  ],
  inert: {
    PointInTimeRecoverySpecification: 'nothing restores a table here',
    DeletionProtectionEnabled: 'nothing deletes a table here',
    Tags: 'no policy in use reads tags of tables',
    TableClass: 'changes prices only',
    ContributorInsightsSpecification: 'observation only',
  },
};

/** AWS: table names have 3 to 255 characters. */
const NAME_RULES = { maxLength: 255 };

/** Reads an AWS::DynamoDB::Table. Throws on what is wrong or not implemented, by name. */
export function readTableDefinition(input: ResourceInput): TableDefinition {
  const { properties } = input;
  refuseUnknownProperties(TYPE, properties, TABLE_PROPERTIES);
  if (properties.BillingMode !== 'PAY_PER_REQUEST') {
    throw propertyNotImplemented(TYPE, `BillingMode ${String(properties.BillingMode ?? 'PROVISIONED')}`);
  }
  const types = readAttributeTypes(properties);
  const name = physicalName(input, optionalString(TYPE, properties, 'TableName'), NAME_RULES);
  const key = readKeySchema(properties, types);
  const indexes = recordList(TYPE, properties, 'GlobalSecondaryIndexes').map((index) => readIndex(index, types));
  checkAttributesUsed(types, key, indexes);
  const timeToLiveAttribute = readTimeToLive(properties);
  const keyArn = readKey(properties);
  return {
    name,
    arn: arn('dynamodb', input.region, input.accountId, `table/${name}`),
    key,
    indexes,
    hasStream: readStream(properties),
    ...(timeToLiveAttribute !== undefined && { timeToLiveAttribute }),
    ...(keyArn !== undefined && { keyArn }),
  };
}

function readAttributeTypes(properties: Readonly<Record<string, unknown>>): ReadonlyMap<string, KeyType> {
  const types = new Map<string, KeyType>();
  for (const { AttributeName: name, AttributeType: type } of recordList(TYPE, properties, 'AttributeDefinitions')) {
    if (typeof name !== 'string' || (type !== 'S' && type !== 'N' && type !== 'B')) {
      throw new Error(`${TYPE} property AttributeDefinitions has a wrong entry`);
    }
    types.set(name, type);
  }
  return types;
}

function readKeySchema(properties: Readonly<Record<string, unknown>>, types: ReadonlyMap<string, KeyType>): KeySchema {
  const [partition, sort, ...others] = recordList(TYPE, properties, 'KeySchema').map((element, index) => {
    const name = element.AttributeName;
    const type = typeof name === 'string' ? types.get(name) : undefined;
    if (typeof name !== 'string' || !type || element.KeyType !== (index === 0 ? 'HASH' : 'RANGE')) {
      throw new Error(`${TYPE} property KeySchema does not fit its AttributeDefinitions`);
    }
    return { name, type };
  });
  if (!partition || others.length > 0) throw new Error(`${TYPE} property KeySchema must have one or two elements`);
  return { partition, ...(sort && { sort }) };
}

function readIndex(
  properties: Readonly<Record<string, unknown>>,
  types: ReadonlyMap<string, KeyType>,
): IndexDefinition {
  refuseUnknownProperties(
    TYPE,
    properties,
    { implemented: ['IndexName', 'KeySchema', 'Projection'] },
    'GlobalSecondaryIndexes.',
  );
  const name = optionalString(TYPE, properties, 'IndexName');
  const projection = optionalRecord(TYPE, properties, 'Projection') ?? {};
  const kind = projection.ProjectionType;
  if (name === undefined || (kind !== 'ALL' && kind !== 'KEYS_ONLY' && kind !== 'INCLUDE')) {
    throw new Error(`${TYPE} property GlobalSecondaryIndexes needs IndexName and Projection.ProjectionType`);
  }
  const nonKeyAttributes = projection.NonKeyAttributes ?? [];
  if (!Array.isArray(nonKeyAttributes) || nonKeyAttributes.length > 0 !== (kind === 'INCLUDE')) {
    throw new Error(`${TYPE} property GlobalSecondaryIndexes.Projection.NonKeyAttributes belongs to INCLUDE only`);
  }
  return {
    name,
    key: readKeySchema(properties, types),
    projection: kind,
    nonKeyAttributes: nonKeyAttributes.map(String),
  };
}

/** AWS: "Some AttributeDefinitions are not used": every defined attribute must be a key of the table or an index. */
function checkAttributesUsed(
  types: ReadonlyMap<string, KeyType>,
  key: KeySchema,
  indexes: readonly IndexDefinition[],
): void {
  const used = new Set(
    [key, ...indexes.map((index) => index.key)].flatMap(({ partition, sort }) => [partition.name, sort?.name]),
  );
  for (const name of types.keys()) {
    if (!used.has(name)) {
      throw new Error(`${TYPE}: Some AttributeDefinitions are not used. AttributeDefinitions: ${name}`);
    }
  }
}

function readTimeToLive(properties: Readonly<Record<string, unknown>>): string | undefined {
  const specification = optionalRecord(TYPE, properties, 'TimeToLiveSpecification');
  if (!specification || optionalBoolean(TYPE, specification, 'Enabled') !== true) return undefined;
  return optionalString(TYPE, specification, 'AttributeName');
}

function readStream(properties: Readonly<Record<string, unknown>>): boolean {
  const specification = optionalRecord(TYPE, properties, 'StreamSpecification');
  if (!specification) return false;
  refuseUnknownProperties(TYPE, specification, { implemented: ['StreamViewType'] }, 'StreamSpecification.');
  const view = String(specification.StreamViewType);
  if (view !== 'NEW_AND_OLD_IMAGES') throw propertyNotImplemented(TYPE, `StreamSpecification.StreamViewType ${view}`);
  return true;
}

/** Without a customer managed key nothing is charged: AWS owned keys need no rights of the caller. */
function readKey(properties: Readonly<Record<string, unknown>>): string | undefined {
  const specification = optionalRecord(TYPE, properties, 'SSESpecification');
  if (!isRecord(specification) || optionalBoolean(TYPE, specification, 'SSEEnabled') !== true) return undefined;
  return optionalString(TYPE, specification, 'KMSMasterKeyId');
}
