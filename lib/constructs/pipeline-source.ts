import { Repository } from 'aws-cdk-lib/aws-codecommit';
import { S3Trigger } from 'aws-cdk-lib/aws-codepipeline-actions';
import { CfnRule } from 'aws-cdk-lib/aws-events';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { CodePipelineSource, type IFileSetProducer } from 'aws-cdk-lib/pipelines';
import type { Construct } from 'constructs';
import { regionalArn } from '../arns';
import type { Pipeline, PipelineSource } from '../config/configuration';
import type { Names } from '../names';
import { AccessRole } from './access-role';
import { allow } from './allow';

/** Where a pipeline takes its source from; each kind starts the pipeline when the source changes. */
export function createPipelineSource(scope: Construct, pipeline: Pipeline, names: Names): IFileSetProducer {
  // The types of the CDK are not written for exactOptionalPropertyTypes.
  return sourceOf(scope, pipeline, names) as IFileSetProducer;
}

function sourceOf(scope: Construct, pipeline: Pipeline, names: Names): CodePipelineSource {
  const { source } = pipeline;
  switch (source.type) {
    case 'CODESTAR':
      return CodePipelineSource.connection(source.repository, source.branch, { connectionArn: source.connectionArn });
    case 'CODECOMMIT': {
      const repository = Repository.fromRepositoryArn(scope, 'SourceRepository', source.repositoryArn);
      return CodePipelineSource.codeCommit(repository, source.branch);
    }
    case 'S3': {
      startWhenUploaded(scope, pipeline, source, names);
      const bucket = Bucket.fromBucketName(scope, 'SourceBucket', source.bucket);
      // CDK: its own triggers are polling, and a trail that records every write to the bucket.
      return CodePipelineSource.s3(bucket, source.key, { trigger: S3Trigger.NONE });
    }
  }
}

/** Starts the pipeline when the bucket tells EventBridge that the archive was uploaded. */
function startWhenUploaded(
  scope: Construct,
  { location }: Pipeline,
  { bucket, key }: Extract<PipelineSource, { type: 'S3' }>,
  names: Names,
): void {
  const pipelineArn = regionalArn('codepipeline', location, names.pipeline());
  const role = new AccessRole(scope, 'SourceUploadedRole', {
    roleName: names.pipelineSourceRole(location.region),
    purpose: 'Starts the pipeline when its source was uploaded',
    trust: {
      principal: { Service: 'events.amazonaws.com' },
      conditions: {
        ArnEquals: { 'aws:SourceArn': regionalArn('events', location, `rule/${names.pipelineSourceRule()}`) },
        StringEquals: { 'aws:SourceAccount': location.accountId },
      },
    },
  });
  allow(role, ['codepipeline:StartPipelineExecution'], [pipelineArn], 'An upload of the source starts the pipeline.');
  new CfnRule(scope, 'SourceUploaded', {
    name: names.pipelineSourceRule(),
    description: 'Starts the pipeline when its source was uploaded',
    eventPattern: {
      source: ['aws.s3'],
      account: [location.accountId],
      'detail-type': ['Object Created'],
      detail: { bucket: { name: [bucket] }, object: { key: [key] } },
    },
    targets: [{ id: 'Pipeline', arn: pipelineArn, roleArn: role.arn }],
  });
}
