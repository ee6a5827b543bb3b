import type { Kms } from '../../cloud/kms';
import type { ResourceRegistry } from '../registry';

export function kmsResources(kms: Kms): ResourceRegistry {
  return {
    'AWS::KMS::Key': (input) => kms.createKey(input),
    'AWS::KMS::Alias': (input) => kms.createAlias(input),
  };
}
