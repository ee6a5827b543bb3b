import { HeadObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { FileState, LinkFiles } from '../ports/link-files';
import { naming } from './service-faults';

/** Keys of the artefacts bucket, looked at by HEAD. */
export class S3LinkFiles implements LinkFiles {
  constructor(
    private readonly bucket: string,
    // A look that fails delays its file by the visibility time-out of the queue, which is minutes.
    private readonly client = new S3Client({ maxAttempts: 8 }),
  ) {}

  async look(key: string): Promise<FileState> {
    try {
      const head = await naming(this.client.send(new HeadObjectCommand({ Bucket: this.bucket, Key: key })));
      // AWS: `null` is the version id of an object that was put while versioning was off.
      return { exists: true, versionId: head.VersionId ?? 'null', contentBytes: head.ContentLength ?? 0 };
    } catch (error) {
      // AWS: 404 needs s3:ListBucket; without it S3 answers 403 for a key that does not exist.
      if (error instanceof Error && error.name === 'NotFound') return { exists: false };
      throw error;
    }
  }
}
