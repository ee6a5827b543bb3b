import type { DynamoDb } from '../../cloud/dynamodb/dynamo-db';
import type { ResourceRegistry } from '../registry';

export function dynamoDbResources(dynamoDb: DynamoDb): ResourceRegistry {
  return { 'AWS::DynamoDB::Table': (input) => dynamoDb.createTable(input) };
}
