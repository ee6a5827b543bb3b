import type { Clock, Random } from '../../clock';
import type { KeyUse } from '../key-use';
import { randomHex } from '../lambda/random-id';
import { type Call, notImplemented, type Principal, ServiceFault } from '../service';
import { readCopySource } from './access';
import type { Bucket } from './bucket';
import type { EventSender } from './event-sender';
import { checkNotLocked, retentionOf } from './object-lock';
import { etagOf, type ObjectDescription, type ObjectVersion, type StoredObject } from './object-version';
import { checkReadConditions, checkWriteConditions } from './preconditions';
import { checkContentMd5, checkPutParameters, readBody, readDescription, readKey } from './put-request';
import { invalidArgument, noSuchKey, noSuchVersion } from './s3-fault';

export interface ObjectOperationsOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly kms: KeyUse | undefined;
  readonly events: EventSender;
  readonly findBucket: (name: unknown) => Bucket;
  /** Throws unless the caller may list the bucket. AWS: who may not, learns 403 instead of 404 of a missing key. */
  readonly checkMayList: (call: Call, bucket: Bucket) => void;
}

type Input = Readonly<Record<string, unknown>>;
type Output = Record<string, unknown>;

/** The operations on the objects of a bucket. */
export class ObjectOperations {
  constructor(private readonly options: ObjectOperationsOptions) {}

  run(call: Call, bucket: Bucket, input: Input): unknown {
    switch (call.operation) {
      case 'PutObject':
        return this.putObject(call, bucket, input);
      case 'CopyObject':
        return this.copyObject(call, bucket, input);
      case 'DeleteObject':
        return this.deleteObject(call, bucket, readKey(input), input);
      case 'DeleteObjects':
        return this.deleteObjects(call, bucket, input);
      default:
        return this.getObject(call, bucket, input);
    }
  }

  private putObject(call: Call, bucket: Bucket, input: Input): Output {
    checkPutParameters('PutObject', input);
    const key = readKey(input);
    const body = readBody(input.Body);
    checkContentMd5(input, body);
    checkWriteConditions(input, key, bucket.current(key));
    return this.store(call, bucket, key, 'ObjectCreated:Put', body, readDescription(input), input);
  }

  private copyObject(call: Call, bucket: Bucket, input: Input): Output {
    checkPutParameters('CopyObject', input);
    const key = readKey(input);
    const source = readCopySource(input.CopySource);
    const from = this.options.findBucket(source.bucket);
    const original = this.require(call, from, source.key, source.versionId);
    this.charge(from, source.key, original.keyArn, 'kms:Decrypt', call.principal);
    const replaces = input.MetadataDirective === 'REPLACE';
    if (!replaces && from === bucket && source.key === key && source.versionId === undefined) {
      throw new ServiceFault(
        'InvalidRequest',
        "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
      );
    }
    const description = replaces ? readDescription(input) : original.description;
    const stored = this.store(call, bucket, key, 'ObjectCreated:Copy', original.body, description, input);
    const { ETag, ...rest } = stored;
    return { ...rest, CopyObjectResult: { ETag, LastModified: new Date(this.options.clock.now()) } };
  }

  private store(
    call: Call,
    bucket: Bucket,
    key: string,
    eventName: string,
    body: Buffer,
    description: ObjectDescription,
    input: Input,
  ): Output {
    const { versioning } = bucket.definition;
    const retention = retentionOf(bucket.definition.retention, input, this.options.clock.now());
    const keyArn = this.keyFor(bucket, input);
    this.charge(bucket, key, keyArn, 'kms:GenerateDataKey', call.principal);
    const versionId = this.newVersionId(bucket);
    const version: StoredObject = {
      isDeleteMarker: false,
      versionId,
      lastModified: this.options.clock.now(),
      body,
      etag: etagOf(body, keyArn, versionId === 'null' ? randomHex(this.options.random, 16) : versionId),
      description,
      ...(keyArn !== undefined && { keyArn }),
      ...(retention && { retention }),
    };
    bucket.add(key, version);
    this.options.events.announce(call.principal, bucket, key, eventName, version);
    return {
      ETag: version.etag,
      ...(versioning !== undefined && { VersionId: version.versionId }),
      ...encryptionOf(bucket, version),
      ...description.checksums,
    };
  }

  private getObject(call: Call, bucket: Bucket, input: Input): Output {
    if (input.PartNumber !== undefined) throw notImplemented('s3', `${call.operation} parameter PartNumber`);
    const key = readKey(input);
    const object = this.require(call, bucket, key, optional(input.VersionId));
    checkReadConditions(input, object);
    const isHead = call.operation === 'HeadObject';
    if (!isHead) this.charge(bucket, key, object.keyArn, 'kms:Decrypt', call.principal);
    const { checksums, Metadata, ...description } = object.description;
    const part = readRange(input.Range, object.body.length);
    const body = part ? object.body.subarray(part.first, part.last + 1) : object.body;
    return {
      ...(!isHead && { Body: body }),
      ContentLength: body.length,
      ETag: object.etag,
      LastModified: new Date(object.lastModified),
      AcceptRanges: 'bytes',
      ...description,
      Metadata,
      ...(bucket.definition.versioning !== undefined && { VersionId: object.versionId }),
      ...(part && { ContentRange: `bytes ${part.first}-${part.last}/${object.body.length}` }),
      ...encryptionOf(bucket, object),
      ...(object.retention && {
        ObjectLockMode: object.retention.mode,
        ObjectLockRetainUntilDate: new Date(object.retention.until).toISOString(),
      }),
      ...(input.ChecksumMode === 'ENABLED' && !part && checksums),
    };
  }

  private deleteObject(call: Call, bucket: Bucket, key: string, input: Input): Output {
    if (input.BypassGovernanceRetention !== undefined) {
      throw notImplemented('s3', `${call.operation} parameter BypassGovernanceRetention`);
    }
    const versionId = optional(input.VersionId);
    if (versionId !== undefined) return this.deleteVersion(call, bucket, key, versionId);
    if (bucket.definition.versioning === undefined) {
      if (!bucket.current(key)) return {};
      bucket.remove(key, 'null');
      this.options.events.announce(call.principal, bucket, key, 'ObjectRemoved:Delete');
      return {};
    }
    const marker: ObjectVersion = {
      isDeleteMarker: true,
      versionId: this.newVersionId(bucket),
      lastModified: this.options.clock.now(),
    };
    bucket.add(key, marker);
    this.options.events.announce(call.principal, bucket, key, 'ObjectRemoved:DeleteMarkerCreated', marker);
    return { DeleteMarker: true, VersionId: marker.versionId };
  }

  private deleteVersion(call: Call, bucket: Bucket, key: string, versionId: string): Output {
    const version = bucket.version(key, versionId);
    if (version) {
      if (!version.isDeleteMarker) checkNotLocked(version.retention, this.options.clock.now());
      bucket.remove(key, versionId);
      this.options.events.announce(call.principal, bucket, key, 'ObjectRemoved:Delete', version);
    }
    return { VersionId: versionId, ...(version?.isDeleteMarker === true && { DeleteMarker: true }) };
  }

  private deleteObjects(call: Call, bucket: Bucket, input: Input): Output {
    const { Objects: objects, Quiet: quiet } = (input.Delete ?? {}) as Input;
    // AWS: "a list of up to 1,000 keys".
    if (!Array.isArray(objects) || objects.length === 0 || objects.length > 1000) {
      throw new ServiceFault(
        'MalformedXML',
        'The XML you provided was not well-formed or did not validate against our published schema',
      );
    }
    const Deleted: Output[] = [];
    const Errors: Output[] = [];
    for (const object of objects as readonly Input[]) {
      const named = { Key: object.Key, ...(object.VersionId !== undefined && { VersionId: object.VersionId }) };
      try {
        const { DeleteMarker, VersionId } = this.deleteObject(call, bucket, readKey(object), object);
        Deleted.push({ ...named, ...(DeleteMarker === true && { DeleteMarker, DeleteMarkerVersionId: VersionId }) });
      } catch (error) {
        // AWS: what cannot be deleted is named, the rest is deleted.
        if (!(error instanceof ServiceFault) || error.code !== 'AccessDenied') throw error;
        Errors.push({ ...named, Code: error.code, Message: error.message });
      }
    }
    return { ...(quiet !== true && { Deleted }), ...(Errors.length > 0 && { Errors }) };
  }

  /** The object that a read is about; a delete marker counts as none. */
  private require(call: Call, bucket: Bucket, key: string, versionId?: string): StoredObject {
    const version = bucket.version(key, versionId);
    if (version && !version.isDeleteMarker) return version;
    if (version && versionId !== undefined) {
      throw new ServiceFault('MethodNotAllowed', 'The specified method is not allowed against this resource.', 405, {
        Method: call.operation === 'HeadObject' ? 'HEAD' : 'GET',
        ResourceType: 'DeleteMarker',
      });
    }
    this.options.checkMayList(call, bucket);
    if (versionId !== undefined) throw noSuchVersion(key, versionId);
    throw noSuchKey(key);
  }

  /** The key that a new object is encrypted with: the one that is asked for, else the bucket's. */
  private keyFor(bucket: Bucket, input: Input): string | undefined {
    if (input.ServerSideEncryption === 'AES256') return undefined;
    if (input.ServerSideEncryption === undefined || input.SSEKMSKeyId === undefined) return bucket.definition.keyArn;
    return String(input.SSEKMSKeyId);
  }

  private charge(
    bucket: Bucket,
    key: string,
    keyArn: string | undefined,
    action: 'kms:Decrypt' | 'kms:GenerateDataKey',
    principal: Principal,
  ): void {
    if (keyArn === undefined) return;
    const { arn, region, bucketKey } = bucket.definition;
    // AWS: with a bucket key the encryption context is the bucket, else the object.
    const context = { 'kms:encryptioncontext:aws:s3:arn': bucketKey ? arn : `${arn}/${key}` };
    this.options.kms?.use(keyArn, action, principal, `s3.${region}.amazonaws.com`, context);
  }

  private newVersionId(bucket: Bucket): string {
    return bucket.definition.versioning === 'Enabled' ? randomHex(this.options.random, 32) : 'null';
  }
}

/** AWS: everything is encrypted, with keys of S3 if nothing else is said. */
function encryptionOf(bucket: Bucket, { keyArn }: StoredObject): Output {
  if (keyArn === undefined) return { ServerSideEncryption: 'AES256' };
  return {
    ServerSideEncryption: 'aws:kms',
    SSEKMSKeyId: keyArn,
    ...(bucket.definition.bucketKey && { BucketKeyEnabled: true }),
  };
}

/** The bytes of `bytes=first-last`, `bytes=first-` or `bytes=-count`. Throws `InvalidRange`. */
function readRange(range: unknown, size: number): { readonly first: number; readonly last: number } | undefined {
  const [, from = '', to = ''] = /^bytes=(\d*)-(\d*)$/.exec(String(range ?? '')) ?? [];
  if (from === '' && to === '') return undefined;
  const first = from === '' ? Math.max(0, size - Number(to)) : Number(from);
  const last = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1);
  if (first <= last) return { first, last };
  throw new ServiceFault('InvalidRange', 'The requested range is not satisfiable', 416, { ActualObjectSize: size });
}

function optional(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'string' && value !== '') return value;
  throw invalidArgument('Version id cannot be the empty string');
}
