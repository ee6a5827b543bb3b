import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { PlanDocument } from '../domain/plan-document';
import { InvariantViolated } from '../ports/faults';
import type { PlanStore } from '../ports/plan-store';
import { naming } from './service-faults';

/** Plans as JSON objects under `plans/` of the artefacts bucket. */
export class S3PlanStore implements PlanStore {
  private readonly client = new S3Client({ maxAttempts: 5 });

  constructor(private readonly bucket: string) {}

  async save(key: string, document: PlanDocument): Promise<void> {
    const Body = JSON.stringify(document);
    await naming(
      this.client.send(new PutObjectCommand({ Bucket: this.bucket, Key: key, Body, ContentType: 'application/json' })),
    );
  }

  async load(key: string): Promise<PlanDocument> {
    const { Body } = await naming(this.client.send(new GetObjectCommand({ Bucket: this.bucket, Key: key })));
    if (!Body) throw new InvariantViolated(`Plan ${key} is empty.`);
    return JSON.parse(await Body.transformToString()) as PlanDocument;
  }
}
