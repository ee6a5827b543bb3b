import { GetObjectCommand, HeadObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { FileContent, FileState, ReadableFiles, SubmittedFiles } from '../ports/submitted-files';
import { naming } from './service-faults';

/** A look that fails delays its file by the visibility time-out of the queue, which is minutes. */
const newClient = () => new S3Client({ maxAttempts: 8 });

/** Keys of the artefacts bucket, looked at by HEAD. */
export class S3SubmittedFiles implements SubmittedFiles {
  constructor(
    private readonly bucket: string,
    private readonly client = newClient(),
  ) {}

  look(key: string): Promise<FileState> {
    return unlessMissing(async () => {
      const head = await naming(this.client.send(new HeadObjectCommand({ Bucket: this.bucket, Key: key })));
      return { exists: true, versionId: versionOf(head), contentBytes: head.ContentLength ?? 0 };
    });
  }
}

/** Keys of the artefacts bucket with what they hold. */
export class S3ReadableFiles implements ReadableFiles {
  constructor(
    private readonly bucket: string,
    private readonly client = newClient(),
  ) {}

  read(key: string, mostBytes: number): Promise<FileContent> {
    return unlessMissing(async () => {
      const output = await naming(this.client.send(new GetObjectCommand({ Bucket: this.bucket, Key: key })));
      const { ContentLength: contentBytes = 0, Body } = output;
      const versionId = versionOf(output);
      if (contentBytes > mostBytes) {
        (Body as { destroy?: () => void } | undefined)?.destroy?.();
        return { exists: true, versionId, contentBytes };
      }
      return { exists: true, versionId, text: (await Body?.transformToString('utf-8')) ?? '' };
    });
  }
}

/** AWS: `null` is the version id of an object that was put while versioning was off. */
function versionOf({ VersionId }: { readonly VersionId?: string | undefined }): string {
  return VersionId ?? 'null';
}

async function unlessMissing<T>(ask: () => Promise<T>): Promise<T | { exists: false }> {
  try {
    return await ask();
  } catch (error) {
    // AWS: 404 needs s3:ListBucket; without it S3 answers 403 for a key that does not exist.
    if (error instanceof Error && ['NotFound', 'NoSuchKey'].includes(error.name)) return { exists: false };
    throw error;
  }
}
