import { type ResourceInput, type ResourceOutput, refuseUnknownProperties } from '../assembly/resource';
import type { Clock, Random } from '../clock';
import type { AccessNeed } from '../gateway/access/access';
import type { KeyUse } from './key-use';
import type { ResourceAuthorizer } from './resource-authorizer';
import { s3Access } from './s3/access';
import { Bucket } from './s3/bucket';
import { readBucketDefinition } from './s3/bucket-definition';
import { EventSender, type NotificationFaults, type UndeliveredEvent } from './s3/event-sender';
import { listObjects, listObjectsV2, listObjectVersions } from './s3/listing';
import { ObjectOperations } from './s3/object-operations';
import { noSuchBucket } from './s3/s3-fault';
import {
  type Call,
  notImplemented,
  type PolicyDocument,
  type Principal,
  ServiceFault,
  type SimulatedService,
} from './service';
import type { Sqs } from './sqs';

export interface S3Options {
  readonly clock: Clock;
  readonly random: Random;
  readonly authorizer: ResourceAuthorizer;
  /** Charges callers for objects encrypted with a customer managed key; without it nothing is charged. */
  readonly kms?: KeyUse;
  /** Unique id of a caller, as in `aws:userid`; default: derived from the ARN. */
  readonly userIdOf?: (principal: Principal) => string;
}

type Input = Readonly<Record<string, unknown>>;
type Output = Record<string, unknown>;

const POLICY = 'AWS::S3::BucketPolicy';

/** S3 buckets in memory. Inputs and outputs are those of the SDK, `Body` being a Buffer. */
export class S3 implements SimulatedService {
  readonly signingName = 's3';
  private readonly buckets = new Map<string, Bucket>();
  private readonly events: EventSender;
  private readonly objects: ObjectOperations;

  constructor(private readonly options: S3Options) {
    this.events = new EventSender(options);
    this.objects = new ObjectOperations({
      clock: options.clock,
      random: options.random,
      kms: options.kms,
      events: this.events,
      findBucket: (name) => this.find(name),
      checkMayList: (call, bucket) => this.checkMayList(call, bucket),
    });
  }

  /** Events that no queue took. */
  get undelivered(): readonly UndeliveredEvent[] {
    return this.events.undelivered;
  }

  /** Probabilities of duplicated and overtaken event notifications. */
  get faults(): NotificationFaults {
    return this.events.faults;
  }

  /** Event notifications that have not reached their queues yet. */
  inFlight(): number {
    return this.events.inFlight;
  }

  /** Where event notifications go; before the first bucket that has some. */
  connect({ sqs }: { readonly sqs: Sqs }): void {
    this.events.sqs = sqs;
  }

  /** Creates an AWS::S3::Bucket. AWS: refused unless every queue of its notifications accepts a test message. */
  createBucket(input: ResourceInput): ResourceOutput {
    const definition = readBucketDefinition(input);
    const { name, arn, region } = definition;
    if (this.buckets.has(name)) throw new Error(`AWS::S3::Bucket ${name} already exists`);
    const bucket = new Bucket(definition, this.options.clock.now());
    this.events.test(bucket);
    this.buckets.set(name, bucket);
    return {
      ref: name,
      attributes: {
        Arn: arn,
        DomainName: `${name}.s3.amazonaws.com`,
        RegionalDomainName: `${name}.s3.${region}.amazonaws.com`,
        DualStackDomainName: `${name}.s3.dualstack.${region}.amazonaws.com`,
      },
    };
  }

  /** Creates an AWS::S3::BucketPolicy. */
  createBucketPolicy(input: ResourceInput): ResourceOutput {
    const { properties, stackName, logicalId } = input;
    refuseUnknownProperties(POLICY, properties, { implemented: ['Bucket', 'PolicyDocument'] });
    const label = `${stackName}/${logicalId}`;
    this.find(properties.Bucket).policy = this.options.authorizer.checkResourcePolicy(properties.PolicyDocument, label);
    return { ref: `${stackName}-${logicalId}`, attributes: {} };
  }

  /** The policies of a bucket, by its ARN or the ARN of an object, for the authorization of calls. */
  resourcePoliciesOf(resourceArn: string): readonly PolicyDocument[] {
    const policy = this.buckets.get(bucketNameIn(resourceArn))?.policy;
    return policy ? [policy] : [];
  }

  /** The rights that a call needs. */
  access = (call: Call): readonly AccessNeed[] =>
    s3Access(call).map(({ action, resource, context }) => {
      const owner = this.buckets.get(bucketNameIn(resource))?.definition.accountId;
      return {
        action,
        resources: [resource],
        ...(context && { context }),
        ...(owner !== undefined && { resourceAccountId: owner }),
      };
    });

  async handle(call: Call): Promise<unknown> {
    const input: Input = call.input ?? {};
    if (call.operation === 'ListBuckets') return this.listBuckets(call);
    const bucket = this.find(input.Bucket);
    const { accountId } = bucket.definition;
    if (input.ExpectedBucketOwner !== undefined && input.ExpectedBucketOwner !== accountId) {
      throw new ServiceFault('AccessDenied', 'Access Denied', 403);
    }
    return OBJECT_OPERATIONS.has(call.operation)
      ? this.objects.run(call, bucket, input)
      : this.onBucket(call, bucket, input);
  }

  private onBucket(call: Call, bucket: Bucket, input: Input): unknown {
    const { region, versioning } = bucket.definition;
    switch (call.operation) {
      case 'HeadBucket':
        return { BucketRegion: region };
      case 'GetBucketLocation':
        // AWS: buckets in us-east-1 have no location constraint.
        return region === 'us-east-1' ? {} : { LocationConstraint: region };
      case 'GetBucketVersioning':
        return versioning ? { Status: versioning } : {};
      case 'GetBucketPolicy':
        if (bucket.policy) return { Policy: JSON.stringify(bucket.policy) };
        throw new ServiceFault('NoSuchBucketPolicy', 'The bucket policy does not exist', 404);
      case 'ListObjects':
        return listObjects(bucket, input);
      case 'ListObjectsV2':
        return listObjectsV2(bucket, input);
      case 'ListObjectVersions':
        return listObjectVersions(bucket, input);
      default:
        throw notImplemented('s3', call.operation);
    }
  }

  private checkMayList(call: Call, bucket: Bucket): void {
    const { arn, accountId } = bucket.definition;
    this.options.authorizer.authorize({
      principal: call.principal,
      action: 's3:ListBucket',
      resources: [arn],
      resourcePolicies: this.resourcePoliciesOf(arn),
      resourceAccountId: accountId,
    });
  }

  private listBuckets(call: Call): Output {
    const own = [...this.buckets.values()].filter((bucket) => bucket.definition.accountId === call.principal.accountId);
    return {
      Buckets: own.map(({ definition: { name, arn, region }, createdAt }) => ({
        Name: name,
        CreationDate: new Date(createdAt),
        BucketRegion: region,
        BucketArn: arn,
      })),
      Owner: { ID: call.principal.accountId },
    };
  }

  private find(name: unknown): Bucket {
    const bucket = typeof name === 'string' ? this.buckets.get(name) : undefined;
    if (bucket) return bucket;
    throw noSuchBucket(String(name));
  }
}

const OBJECT_OPERATIONS: ReadonlySet<string> = new Set([
  'PutObject',
  'GetObject',
  'HeadObject',
  'DeleteObject',
  'DeleteObjects',
  'CopyObject',
]);

function bucketNameIn(resourceArn: string): string {
  return resourceArn.replace(/^arn:[\w-]+:s3:::/, '').split('/')[0] ?? '';
}
