import type { Iam } from '../../cloud/iam';
import type { ResourceRegistry } from '../registry';

export function iamResources(iam: Iam): ResourceRegistry {
  return {
    'AWS::IAM::Role': (input) => iam.createRole(input),
    'AWS::IAM::Policy': (input) => iam.createPolicy(input),
  };
}
