import type { Resource } from './synthesized';

/**
 * Properties of resources that hold something: CloudFormation makes another, empty resource when one of them changes,
 * or refuses the change. Types that are not listed can be made anew without a loss.
 */
export const LASTING_PROPERTIES: Readonly<Record<string, readonly string[]>> = {
  // Callers know its address by its id.
  'AWS::ApiGateway::RestApi': [],
  'AWS::DynamoDB::Table': ['TableName', 'KeySchema', 'LocalSecondaryIndexes', 'ImportSourceSpecification'],
  'AWS::Events::EventBus': ['Name'],
  'AWS::KMS::Alias': ['AliasName'],
  'AWS::KMS::Key': ['KeySpec', 'KeyUsage', 'MultiRegion', 'Origin'],
  'AWS::S3::Bucket': ['BucketName', 'BucketNamePrefix', 'ObjectLockEnabled'],
  'AWS::SNS::Topic': ['TopicName', 'FifoTopic'],
  // People confirmed it.
  'AWS::SNS::Subscription': ['Endpoint', 'Protocol'],
  'AWS::SQS::Queue': ['QueueName', 'FifoQueue'],
  // Executions under way, and their history.
  'AWS::StepFunctions::StateMachine': ['StateMachineName', 'StateMachineType'],
};

/** One line for each resource that holds something: its logical id, its type, and what may not change. */
export function lastingResources(resources: Readonly<Record<string, Resource>>): string[] {
  return Object.entries(resources)
    .flatMap(([id, { Type, Properties }]) => {
      const lasting = LASTING_PROPERTIES[Type];
      if (lasting === undefined) return [];
      const values = lasting.flatMap((property) =>
        Properties?.[property] === undefined ? [] : [`${property}=${shortened(Properties[property])}`],
      );
      return [[id, Type.replace('AWS::', ''), ...values].join(' ')];
    })
    .sort();
}

function shortened(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value).replaceAll('"', '');
}
