import { RemovalPolicy } from 'aws-cdk-lib';
import { CfnBucket, CfnBucketPolicy } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { bucketArn } from '../arns';
import type { Configuration } from '../config/configuration';
import { allow, type Grantee } from './allow';
import type { DataKey } from './data-key';

/** Where the trail is in its bucket. */
export const AUDIT_PREFIX = 'audit/';

export interface AuditBucketProps {
  readonly bucketName: string;
  readonly key: DataKey;
  readonly retention: Configuration['audit'];
  /** ARN of the only role that may write. */
  readonly writerArn: string;
}

/** The audit trail: what was written once cannot be changed or deleted before its time. Never deleted with the stack. */
export class AuditBucket extends Construct {
  readonly bucketName: string;
  readonly arn: string;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: AuditBucketProps,
  ) {
    super(scope, id);
    this.arn = bucketArn(props.bucketName);
    const bucket = this.createBucket();
    this.bucketName = bucket.ref;
    new CfnBucketPolicy(this, 'Policy', {
      bucket: bucket.ref,
      policyDocument: { Version: '2012-10-17', Statement: this.statements(bucket.attrArn) },
    });
  }

  allowWriting(role: Grantee, why: string): void {
    allow(role, ['s3:PutObject'], [`${this.arn}/${AUDIT_PREFIX}*`], why);
    this.props.key.allowThrough(role, 's3', ['kms:GenerateDataKey'], 'The bucket is encrypted with this key.');
  }

  private createBucket(): CfnBucket {
    const { bucketName, key, retention } = this.props;
    const { retentionMode: mode, retentionYears: years } = retention;
    const bucket = new CfnBucket(this, 'Resource', {
      bucketName,
      versioningConfiguration: { status: 'Enabled' },
      objectLockEnabled: true,
      objectLockConfiguration: { objectLockEnabled: 'Enabled', rule: { defaultRetention: { mode, years } } },
      bucketEncryption: {
        serverSideEncryptionConfiguration: [
          {
            bucketKeyEnabled: true,
            serverSideEncryptionByDefault: { sseAlgorithm: 'aws:kms', kmsMasterKeyId: key.arn },
          },
        ],
      },
      ownershipControls: { rules: [{ objectOwnership: 'BucketOwnerEnforced' }] },
      publicAccessBlockConfiguration: {
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      },
    });
    bucket.applyRemovalPolicy(RemovalPolicy.RETAIN);
    return bucket;
  }

  /** Whatever else anybody may do: one role writes, and nobody touches the time for which an object is kept. */
  private statements(arn: string) {
    const deny = { Effect: 'Deny', Principal: '*' };
    const objects = `${arn}/*`;
    const isOther = { ArnNotEquals: { 'aws:PrincipalArn': this.props.writerArn } };
    return [
      { ...deny, Action: 's3:*', Resource: [arn, objects], Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
      { ...deny, Action: 's3:PutObject', Resource: objects, Condition: isOther },
      {
        ...deny,
        Action: ['s3:BypassGovernanceRetention', 's3:PutObjectLegalHold', 's3:PutObjectRetention'],
        Resource: objects,
      },
    ];
  }
}
