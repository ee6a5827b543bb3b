import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { DocumentStore } from '../ports/document-store';
import { InvariantViolated } from '../ports/faults';
import { naming } from './service-faults';

/** Documents as JSON objects in the artefacts bucket. */
export class S3DocumentStore<T> implements DocumentStore<T> {
  private readonly client = new S3Client({ maxAttempts: 5 });

  constructor(private readonly bucket: string) {}

  async save(key: string, document: T): Promise<void> {
    const Body = JSON.stringify(document);
    await naming(
      this.client.send(new PutObjectCommand({ Bucket: this.bucket, Key: key, Body, ContentType: 'application/json' })),
    );
  }

  async load(key: string): Promise<T> {
    const { Body } = await naming(this.client.send(new GetObjectCommand({ Bucket: this.bucket, Key: key })));
    if (!Body) throw new InvariantViolated(`The document ${key} is empty.`);
    return JSON.parse(await Body.transformToString()) as T;
  }
}
