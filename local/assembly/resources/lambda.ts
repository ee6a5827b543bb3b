import type { Lambda } from '../../cloud/lambda/lambda';
import type { ResourceRegistry } from '../registry';

export function lambdaResources(lambda: Lambda): ResourceRegistry {
  return {
    'AWS::Lambda::Function': (input) => lambda.createFunction(input),
    'AWS::Lambda::Permission': (input) => lambda.createPermission(input),
    'AWS::Lambda::EventInvokeConfig': (input) => lambda.createEventInvokeConfig(input),
    'AWS::Lambda::EventSourceMapping': (input) => lambda.createEventSourceMapping(input),
  };
}
