import { DeleteObjectCommand, ListObjectsV2Command, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { Credentials, LocalCloud } from './local-cloud';

/** The `links_data/` prefix of a running cloud, or another one, with the rights of whoever uses it. */
export class LinkBucket {
  private constructor(
    private readonly client: S3Client,
    readonly name: string,
    private readonly prefix: string,
  ) {}

  /** Where the output says. */
  static async of(
    cloud: LocalCloud,
    as?: Credentials,
    of: 'account-assignments' | 'permission-sets' = 'account-assignments',
  ): Promise<LinkBucket> {
    const location = await cloud.outputNamed(`local-${of}-location`);
    const [, name = '', prefix = ''] = /^s3:\/\/([^/]+)\/(.*)$/.exec(location) ?? [];
    return LinkBucket.at(cloud, { name, prefix }, as);
  }

  static at(cloud: LocalCloud, { name, prefix }: { name: string; prefix: string }, as?: Credentials): LinkBucket {
    return new LinkBucket(cloud.s3(as), name, prefix);
  }

  /** Puts an empty file, or one with content. `text` is the text form of a link. */
  async put(text: string, content = ''): Promise<void> {
    const Key = `${this.prefix}${text}`;
    await this.client.send(new PutObjectCommand({ Bucket: this.name, Key, Body: Buffer.from(content) }));
  }

  async delete(text: string): Promise<void> {
    await this.client.send(new DeleteObjectCommand({ Bucket: this.name, Key: `${this.prefix}${text}` }));
  }

  /** Names of the files, without the prefix. */
  async list(): Promise<string[]> {
    const { Contents = [] } = await this.client.send(
      new ListObjectsV2Command({ Bucket: this.name, Prefix: this.prefix }),
    );
    return Contents.map(({ Key = '' }) => Key.slice(this.prefix.length)).sort();
  }
}
