import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { CfnBucket, CfnBucketPolicy } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { Location } from '../config/configuration';
import { REGION_SWITCH_NAMES } from '../region-switch-names';
import { stackProperties } from './stack-properties';

export interface RegionSwitchStackProps {
  readonly bootstrapQualifier: string;
  readonly location: Location;
}

/** Days that an earlier version of a file can be brought back, and uploads that were abandoned are kept. */
const KEPT_DAYS = 90;
const ABANDONED_UPLOAD_DAYS = 7;

/**
 * In the account from which Identity Center is administered, in one of the two Regions of a switch: the bucket for the
 * bundle. It goes with its stack, once `region-switch:destroy` has emptied it.
 */
export class RegionSwitchStack extends Stack {
  constructor(scope: Construct, id: string, { bootstrapQualifier, location }: RegionSwitchStackProps) {
    const description = 'Region switch of Identity Center: the bucket for what was discovered';
    super(scope, id, stackProperties({ bootstrapQualifier }, location, REGION_SWITCH_NAMES.stack, description));
    const bucket = this.createBucket(location);
    bucket.applyRemovalPolicy(RemovalPolicy.DESTROY);
    new CfnBucketPolicy(this, 'BucketPolicy', {
      bucket: bucket.ref,
      policyDocument: { Version: '2012-10-17', Statement: [onlyTls(bucket)] },
    });
  }

  private createBucket(location: Location): CfnBucket {
    return new CfnBucket(this, 'Bucket', {
      bucketName: REGION_SWITCH_NAMES.bucket(location),
      versioningConfiguration: { status: 'Enabled' },
      bucketEncryption: {
        serverSideEncryptionConfiguration: [{ serverSideEncryptionByDefault: { sseAlgorithm: 'AES256' } }],
      },
      ownershipControls: { rules: [{ objectOwnership: 'BucketOwnerEnforced' }] },
      publicAccessBlockConfiguration: {
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      },
      lifecycleConfiguration: {
        rules: [
          {
            id: 'earlier-versions',
            status: 'Enabled',
            noncurrentVersionExpiration: { noncurrentDays: KEPT_DAYS },
            abortIncompleteMultipartUpload: { daysAfterInitiation: ABANDONED_UPLOAD_DAYS },
          },
        ],
      },
    });
  }
}

function onlyTls(bucket: CfnBucket) {
  return {
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:*',
    Resource: [bucket.attrArn, `${bucket.attrArn}/*`],
    Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  };
}
