import { CfnEventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { bucketArn } from '../arns';
import type { FilesQueueName } from '../names';
import type { ArtefactsBucket, ArtefactsPrefix } from './artefacts-bucket';
import type { BundledFunction } from './bundled-function';
import type { Installation } from './installation';
import { Queue } from './queue';

/** AWS: more than ten messages at once need a batching window, which would delay the first. */
const BATCH_SIZE = 10;
/** Batches at the same time: intake leaves the account's concurrency to what follows from it. */
const CONCURRENT_BATCHES = 5;

export interface FileIntakeProps {
  readonly name: FilesQueueName;
  readonly prefix: ArtefactsPrefix;
  readonly bucket: ArtefactsBucket;
  /** Is invoked with what S3 says about files below the prefix. */
  readonly consumer: BundledFunction;
}

/** Brings every put and delete below a prefix of the bucket to a function, through a queue. */
export class FileIntake extends Construct {
  constructor(scope: Construct, id: string, installation: Installation, props: FileIntakeProps) {
    super(scope, id);
    const { consumer, bucket, prefix } = props;
    const queue = this.createQueue(installation, props);
    queue.allowReceiving(consumer.role, 'The function is invoked with the messages of this queue.');
    bucket.notify(queue, prefix);
    new CfnEventSourceMapping(this, 'Mapping', {
      functionName: consumer.functionName,
      eventSourceArn: queue.arn,
      batchSize: BATCH_SIZE,
      functionResponseTypes: ['ReportBatchItemFailures'],
      scalingConfig: { maximumConcurrency: CONCURRENT_BATCHES },
    });
  }

  private createQueue({ names, key, configuration }: Installation, { name, consumer }: FileIntakeProps): Queue {
    // The bucket by its name: the bucket is created after the policy that lets it send.
    const sourceArn = bucketArn(names.artefactsBucket());
    return new Queue(this, 'Queue', {
      queueName: names.filesQueue(name),
      deadLetterQueueName: names.filesDeadLetterQueue(name),
      key,
      consumerTimeoutSeconds: consumer.timeoutSeconds,
      sender: { service: 's3.amazonaws.com', sourceArn, accountId: configuration.target.accountId },
    });
  }
}
