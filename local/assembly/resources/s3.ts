import type { S3 } from '../../cloud/s3';
import type { ResourceRegistry } from '../registry';

export function s3Resources(s3: S3): ResourceRegistry {
  return {
    'AWS::S3::Bucket': (input) => s3.createBucket(input),
    'AWS::S3::BucketPolicy': (input) => s3.createBucketPolicy(input),
  };
}
