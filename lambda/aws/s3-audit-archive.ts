import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { AuditArchive } from '../ports/audit-archive';
import { naming } from './service-faults';

/** The audit trail in its bucket, whose Object Lock keeps every version of every object. */
export class S3AuditArchive implements AuditArchive {
  constructor(
    private readonly bucket: string,
    private readonly client: Pick<S3Client, 'send'> = new S3Client({ maxAttempts: 5 }),
  ) {}

  async keep(key: string, text: string): Promise<void> {
    const object = { Bucket: this.bucket, Key: key, Body: text, ContentType: 'application/x-ndjson' };
    // AWS: an object under Object Lock has to bring a checksum, which the client adds.
    await naming(this.client.send(new PutObjectCommand(object)));
  }
}
