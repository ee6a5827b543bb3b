import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { assetsOfManifest, type FileAsset } from './file-assets';
import { isRecord } from './resource';
import { parseTemplate, type Template } from './template';

/** One stack of a synthesized cloud assembly, ready to be started. */
export interface AssemblyStack {
  readonly stackName: string;
  readonly accountId: string;
  readonly region: string;
  readonly template: Template;
  /** The files that CDK would upload before it deploys the stack (bundled functions, state machine files). */
  readonly assets: readonly FileAsset[];
}

/** A synthesized CDK app: what starts locally, and what does not, with the reason. */
export interface CloudAssembly {
  readonly stacks: readonly AssemblyStack[];
  readonly notStarted: readonly { readonly stackName: string; readonly reason: string }[];
}

const NOT_STARTED = 'the pipeline is synthesized, not started';

interface Artifact {
  readonly type: string;
  readonly environment?: string;
  readonly dependencies?: readonly string[];
  readonly properties?: Readonly<Record<string, unknown>>;
}

/** `aws://<account>/<region>` as CDK writes it; `unknown-account` and `unknown-region` stand for environment-agnostic stacks. */
const ENVIRONMENT = /^aws:\/\/(\d{12})\/([a-z]{2}(?:-[a-z]+)+-\d)$/;

/**
 * Reads `manifest.json`, the templates and the asset manifests of a cloud assembly. Nested assemblies (the stages of a
 * pipeline) hold the same stacks once more and are not read. Throws with every stack that has no concrete environment.
 */
export function readCloudAssembly(directory: string): CloudAssembly {
  const artifacts = artifactsOf(directory);
  const stacks: AssemblyStack[] = [];
  const notStarted: { stackName: string; reason: string }[] = [];
  const problems: string[] = [];
  const ofPipelines = neededByPipelines(directory, artifacts);
  for (const [id, artifact] of Object.entries(artifacts)) {
    if (artifact.type !== 'aws:cloudformation:stack') continue;
    try {
      const stack = readStack(directory, id, artifact, artifacts);
      if (ofPipelines.has(id)) notStarted.push({ stackName: stack.stackName, reason: NOT_STARTED });
      else stacks.push(stack);
    } catch (error) {
      problems.push(error instanceof Error ? error.message : String(error));
    }
  }
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return { stacks, notStarted };
}

function artifactsOf(directory: string): Readonly<Record<string, Artifact>> {
  const manifest: unknown = readJson(join(directory, 'manifest.json'));
  if (!isRecord(manifest) || !isRecord(manifest.artifacts)) {
    throw new Error(`${join(directory, 'manifest.json')} is not the manifest of a cloud assembly`);
  }
  return manifest.artifacts as Readonly<Record<string, Artifact>>;
}

function readStack(
  directory: string,
  id: string,
  artifact: Artifact,
  artifacts: Readonly<Record<string, Artifact>>,
): AssemblyStack {
  const stackName = typeof artifact.properties?.stackName === 'string' ? artifact.properties.stackName : id;
  const environment = ENVIRONMENT.exec(artifact.environment ?? '');
  if (!environment)
    throw new Error(`${stackName}: the stack needs an account and a Region, not ${artifact.environment}`);
  const [, accountId = '', region = ''] = environment;
  const templateFile = artifact.properties?.templateFile;
  if (typeof templateFile !== 'string') throw new Error(`${stackName}: the manifest names no template file`);
  const template = parseTemplate(stackName, readJson(join(directory, templateFile)));
  return { stackName, accountId, region, template, assets: assetsOfStack(directory, artifact, artifacts) };
}

function assetsOfStack(
  directory: string,
  stack: Artifact,
  artifacts: Readonly<Record<string, Artifact>>,
): readonly FileAsset[] {
  return (stack.dependencies ?? []).flatMap((id) => {
    const artifact = artifacts[id];
    const file = artifact?.properties?.file;
    if (artifact?.type !== 'cdk:asset-manifest' || typeof file !== 'string') return [];
    return assetsOfManifest(directory, readJson(join(directory, file)));
  });
}

/**
 * Ids of the stacks of pipelines, and of those that they depend on: the buckets of other Regions. They need a source
 * repository and CodeBuild, which a laptop does not have: they are synthesized only.
 */
function neededByPipelines(directory: string, artifacts: Readonly<Record<string, Artifact>>): ReadonlySet<string> {
  const pipelines = Object.entries(artifacts).filter(
    ([, { type, properties }]) =>
      type === 'aws:cloudformation:stack' && isPipeline(join(directory, `${properties?.templateFile}`)),
  );
  return new Set(pipelines.flatMap(([id, { dependencies = [] }]) => [id, ...dependencies]));
}

function isPipeline(templateFile: string): boolean {
  const template: unknown = existsSync(templateFile) ? readJson(templateFile) : undefined;
  if (!isRecord(template) || !isRecord(template.Resources)) return false;
  return Object.values(template.Resources).some(
    (resource) => isRecord(resource) && resource.Type === 'AWS::CodePipeline::Pipeline',
  );
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}
