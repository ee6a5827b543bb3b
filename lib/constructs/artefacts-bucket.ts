import { RemovalPolicy } from 'aws-cdk-lib';
import { CfnBucket, CfnBucketPolicy } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { bucketArn } from '../arns';
import { allow, type Grantee } from './allow';
import type { DataKey, KeyAction } from './data-key';
import type { Queue } from './queue';

/** The parts of the bucket. */
export type ArtefactsPrefix = 'links_data/' | 'permission_sets/' | 'plans/' | 'full-pass/' | 'imports/' | 'inventory/';

export interface ArtefactsBucketProps {
  readonly bucketName: string;
  readonly key: DataKey;
}

/** Days that plans are kept to explain changes, and earlier versions of documents to bring them back. */
const KEPT_DAYS = 365;
const ABANDONED_UPLOAD_DAYS = 7;
/** Results of queries hold names: they are read when they are there, and can be asked for again. */
const QUERY_RESULT_DAYS = 7;

/** Documents that are submitted as files, and plans. Never deleted with the stack. */
export class ArtefactsBucket extends Construct {
  readonly bucketName: string;
  readonly arn: string;
  private readonly bucket: CfnBucket;
  private readonly notifications: CfnBucket.QueueConfigurationProperty[] = [];

  constructor(
    scope: Construct,
    id: string,
    private readonly props: ArtefactsBucketProps,
  ) {
    super(scope, id);
    this.arn = bucketArn(props.bucketName);
    this.bucket = new CfnBucket(this, 'Resource', {
      bucketName: props.bucketName,
      versioningConfiguration: { status: 'Enabled' },
      bucketEncryption: {
        serverSideEncryptionConfiguration: [
          {
            bucketKeyEnabled: true,
            serverSideEncryptionByDefault: { sseAlgorithm: 'aws:kms', kmsMasterKeyId: props.key.arn },
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
      lifecycleConfiguration: { rules: lifecycleRules() },
    });
    this.bucket.applyRemovalPolicy(RemovalPolicy.RETAIN);
    this.bucketName = this.bucket.ref;
    new CfnBucketPolicy(this, 'Policy', {
      bucket: this.bucket.ref,
      policyDocument: { Version: '2012-10-17', Statement: [this.onlyTls()] },
    });
  }

  /** Tells the queue of every put and delete below the prefix. */
  notify(queue: Queue, prefix: ArtefactsPrefix): void {
    const filter = { s3Key: { rules: [{ name: 'prefix', value: prefix }] } };
    this.notifications.push(
      ...['s3:ObjectCreated:*', 's3:ObjectRemoved:*'].map((event) => ({ event, queue: queue.arn, filter })),
    );
    this.bucket.notificationConfiguration = { queueConfigurations: this.notifications };
    // AWS: S3 checks that it may send to the queue when the notification is set up.
    this.bucket.addResourceDependency(queue.policy);
  }

  allowReading(role: Grantee, prefix: ArtefactsPrefix, why: string): void {
    allow(role, ['s3:GetObject'], [this.objects(prefix)], why);
    this.allowKey(role, 'kms:Decrypt');
  }

  /** Lets a role read objects that may not exist. */
  allowReadingIfThere(role: Grantee, prefix: ArtefactsPrefix, why: string): void {
    this.allowLooking(role, prefix, why);
    this.allowKey(role, 'kms:Decrypt');
  }

  /** Lets a role see whether objects exist, and which version, without reading what they hold. */
  allowLooking(role: Grantee, prefix: ArtefactsPrefix, why: string): void {
    // AWS: HEAD needs the right to get the object, but no right to use its key.
    allow(role, ['s3:GetObject'], [this.objects(prefix)], why);
    // AWS: without the right to list, S3 answers 403 for an object that does not exist.
    allow(role, ['s3:ListBucket'], [this.arn], why);
  }

  allowWriting(role: Grantee, prefix: ArtefactsPrefix, why: string): void {
    allow(role, ['s3:PutObject'], [this.objects(prefix)], why);
    this.allowKey(role, 'kms:GenerateDataKey');
  }

  /** Lets a role of the users put, get, delete and list the files below one prefix, and nothing else. */
  allowSubmitting(role: Grantee, prefix: ArtefactsPrefix, why: string): void {
    allow(role, ['s3:PutObject', 's3:GetObject', 's3:DeleteObject'], [this.objects(prefix)], why);
    allow(role, ['s3:ListBucket'], [this.arn], why, { StringLike: { 's3:prefix': `${prefix}*` } });
    this.allowKey(role, 'kms:GenerateDataKey', 'kms:Decrypt');
  }

  private objects(prefix: ArtefactsPrefix): string {
    return `${this.arn}/${prefix}*`;
  }

  private allowKey(role: Grantee, ...actions: readonly KeyAction[]): void {
    this.props.key.allowThrough(role, 's3', actions, 'The bucket is encrypted with this key.');
  }

  private onlyTls() {
    return {
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:*',
      Resource: [this.bucket.attrArn, `${this.bucket.attrArn}/*`],
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    };
  }
}

function lifecycleRules(): CfnBucket.RuleProperty[] {
  return [
    { id: 'old-plans', status: 'Enabled', prefix: 'plans/', expirationInDays: KEPT_DAYS },
    { id: 'old-full-passes', status: 'Enabled', prefix: 'full-pass/', expirationInDays: KEPT_DAYS },
    { id: 'old-inventories', status: 'Enabled', prefix: 'inventory/', expirationInDays: KEPT_DAYS },
    {
      id: 'results-of-audit-queries',
      status: 'Enabled',
      prefix: 'audit-queries/',
      expirationInDays: QUERY_RESULT_DAYS,
      noncurrentVersionExpiration: { noncurrentDays: QUERY_RESULT_DAYS },
    },
    {
      id: 'earlier-versions',
      status: 'Enabled',
      noncurrentVersionExpiration: { noncurrentDays: KEPT_DAYS },
      abortIncompleteMultipartUpload: { daysAfterInitiation: ABANDONED_UPLOAD_DAYS },
    },
  ];
}
