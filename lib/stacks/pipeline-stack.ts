import { RemovalPolicy, Stack, Stage } from 'aws-cdk-lib';
import { BuildSpec, ComputeType, LinuxBuildImage } from 'aws-cdk-lib/aws-codebuild';
import { PipelineType } from 'aws-cdk-lib/aws-codepipeline';
import { PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { CodePipeline, type IFileSetProducer, ShellStep } from 'aws-cdk-lib/pipelines';
import type { Construct } from 'constructs';
import manifest from '../../package.json';
import type { Pipeline, PipelineSource } from '../config/configuration';
import { createPipelineSource } from '../constructs/pipeline-source';
import { preflightStep } from '../constructs/preflight-step';
import { Names } from '../names';
import { tagApplication } from './application-tags';
import { createPart, PARTS, type PartOptions } from './parts';
import { stackProperties } from './stack-properties';

/** CodeBuild: the Node.js that the tests and the synthesis run on. */
const NODE_VERSION = '22';

/** npm: the program with which CDK Pipelines uploads templates and bundles; reads what the pinned `aws-cdk` writes. */
const CDK_ASSETS_VERSION = '4.7.3';

export interface PipelineStackProps extends PartOptions {
  readonly pipeline: Pipeline;
}

/**
 * In the deployment account: takes the source, runs the tests, synthesizes, updates itself, and deploys the stacks
 * account by account. What does so is written by CDK Pipelines, its roles included.
 */
export class PipelineStack extends Stack {
  constructor(scope: Construct, id: string, { pipeline, ...part }: PipelineStackProps) {
    const { configuration } = part;
    const names = new Names(configuration);
    const description = 'Identity center controller: tests and deploys what is in the source';
    super(scope, id, stackProperties(configuration, pipeline.location, names.stack('pipeline'), description));
    const source = createPipelineSource(this, pipeline, names);
    const codePipeline = this.createPipeline(pipeline, source, names);
    const preflight = { configuration, pipeline, source };
    for (const name of PARTS) {
      const stage = new Stage(this, name);
      createPart(name, stage, part);
      tagApplication(stage, configuration);
      codePipeline.addStage(stage, {
        pre: name === PARTS[0] ? [preflightStep('Preflight', { ...preflight, isDeployed: false })] : [],
        post: name === PARTS.at(-1) ? [preflightStep('Verification', { ...preflight, isDeployed: true })] : [],
      });
    }
    // What CDK Pipelines writes has to be there before its findings are acknowledged.
    codePipeline.buildPipeline();
    allowUsingConnection(codePipeline, pipeline.source);
  }

  private createPipeline(pipeline: Pipeline, source: IFileSetProducer, names: Names): CodePipeline {
    return new CodePipeline(this, 'Pipeline', {
      pipelineName: names.pipeline(),
      pipelineType: PipelineType.V2,
      synth: new ShellStep('TestAndSynth', {
        input: source,
        installCommands: ['npm ci'],
        commands: ['npm run lint', 'npm run types', 'npm run licences', 'npm test', pipeline.synthCommand],
        primaryOutputDirectory: 'cdk.out',
        // The types of the CDK are not written for exactOptionalPropertyTypes.
      }) as IFileSetProducer,
      selfMutation: true,
      crossAccountKeys: true,
      enableKeyRotation: true,
      // One project uploads everything: AWS allows 50 actions in a stage, and there are as many uploads as functions.
      publishAssetsInParallel: false,
      cliVersion: manifest.devDependencies['aws-cdk'],
      cdkAssetsCliVersion: CDK_ASSETS_VERSION,
      codeBuildDefaults: {
        logging: { cloudWatch: { logGroup: this.createLogGroup(names) } },
        buildEnvironment: { buildImage: LinuxBuildImage.STANDARD_7_0, privileged: false },
        partialBuildSpec: BuildSpec.fromObject({
          phases: { install: { 'runtime-versions': { nodejs: NODE_VERSION } } },
        }),
      },
      synthCodeBuildDefaults: { buildEnvironment: { computeType: ComputeType.MEDIUM } },
    });
  }

  private createLogGroup(names: Names): LogGroup {
    return new LogGroup(this, 'Log', {
      logGroupName: names.pipelineLogGroup(),
      retention: RetentionDays.THREE_MONTHS,
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }
}

/** AWS: a connection is used with an action of the service in its ARN; the CDK allows that of the former name only. */
function allowUsingConnection({ pipeline }: CodePipeline, source: PipelineSource): void {
  if (source.type !== 'CODESTAR' || !source.connectionArn.includes(':codeconnections:')) return;
  const statement = new PolicyStatement({
    actions: ['codeconnections:UseConnection'],
    resources: [source.connectionArn],
  });
  const roles = pipeline.node
    .findChild('Source')
    .node.findAll()
    .filter((found) => found instanceof Role);
  for (const role of roles) role.addToPrincipalPolicy(statement);
}
