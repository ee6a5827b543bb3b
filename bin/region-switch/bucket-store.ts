import {
  DeleteObjectsCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  type ObjectIdentifier,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { allPages } from '../../lambda/aws/all-pages';
import type { Location } from '../../lib/config/configuration';
import { REGION_SWITCH_NAMES } from '../../lib/region-switch-names';
import type { BundleStore } from './bundle-store';

/** AWS: most objects that one call removes. */
const MOST_REMOVED = 1_000;

/** The bucket of a switch in one of its Regions, with the caller's credentials. */
export class BucketStore implements BundleStore {
  readonly name: string;
  private readonly bucket: string;
  private readonly client: S3Client;

  constructor(location: Location, profile?: string) {
    this.bucket = REGION_SWITCH_NAMES.bucket(location);
    this.name = `s3://${this.bucket}`;
    const { region } = location;
    this.client = new S3Client({ region, maxAttempts: 8, ...(profile === undefined ? {} : { profile }) });
  }

  async list(prefix: string): Promise<readonly string[]> {
    return this.told(
      allPages(async ({ NextToken }) => {
        const { Contents = [], NextContinuationToken } = await this.client.send(
          new ListObjectsV2Command({
            Bucket: this.bucket,
            Prefix: prefix,
            ...(NextToken ? { ContinuationToken: NextToken } : {}),
          }),
        );
        return { entries: Contents.map(({ Key = '' }) => Key), NextToken: NextContinuationToken };
      }),
    );
  }

  async read(key: string): Promise<string | undefined> {
    try {
      const { Body } = await this.client.send(new GetObjectCommand({ Bucket: this.bucket, Key: key }));
      return (await Body?.transformToString()) ?? '';
    } catch (fault) {
      if (isNamed(fault, 'NoSuchKey') || isNamed(fault, 'NoSuchBucket')) return undefined;
      throw this.toldOf(fault);
    }
  }

  async write(key: string, content: string): Promise<void> {
    const object = { Bucket: this.bucket, Key: key, Body: content, ContentLength: Buffer.byteLength(content) };
    await this.told(this.client.send(new PutObjectCommand(object)));
  }

  async remove(keys: readonly string[]): Promise<void> {
    await this.removeObjects(keys.map((Key) => ({ Key })));
  }

  async empty(): Promise<void> {
    for (;;) {
      const found = await this.versions();
      if (found.length === 0) return;
      await this.removeObjects(found);
    }
  }

  /** A page of them; nothing of a bucket that is gone. */
  private async versions(): Promise<readonly ObjectIdentifier[]> {
    try {
      const command = new ListObjectVersionsCommand({ Bucket: this.bucket });
      const { Versions = [], DeleteMarkers = [] } = await this.client.send(command);
      return [...Versions, ...DeleteMarkers].map(({ Key = '', VersionId }) => ({ Key, VersionId }));
    } catch (fault) {
      if (isNamed(fault, 'NoSuchBucket')) return [];
      throw this.toldOf(fault);
    }
  }

  private async removeObjects(objects: readonly ObjectIdentifier[]): Promise<void> {
    for (let start = 0; start < objects.length; start += MOST_REMOVED) {
      const Delete = { Objects: objects.slice(start, start + MOST_REMOVED), Quiet: true };
      const { Errors = [] } = await this.told(
        this.client.send(new DeleteObjectsCommand({ Bucket: this.bucket, Delete })),
      );
      const [refused] = Errors;
      if (refused) throw new Error(`${this.name}/${refused.Key} cannot be removed: ${refused.Message}`);
    }
  }

  private told<T>(call: Promise<T>): Promise<T> {
    return call.catch((fault: unknown) => {
      throw this.toldOf(fault);
    });
  }

  /** With the bucket and what to do, which the services do not say. */
  private toldOf(fault: unknown): unknown {
    if (!(fault instanceof Error)) return fault;
    const remedy = isNamed(fault, 'NoSuchBucket') ? ': run region-switch:discover, which creates it' : '';
    return new Error(`${this.name}: ${fault.message || fault.name}${remedy}`, { cause: fault });
  }
}

function isNamed(fault: unknown, name: string): boolean {
  return fault instanceof Error && fault.name === name;
}
