import { type Configuration, loadConfiguration } from '../lib/config';
import { readCloudAssembly } from './assembly/cloud-assembly';
import { deployStacks } from './assembly/deployment';
import { orderStacks } from './assembly/stack-order';
import type { BannerFacts } from './banner';
import type { Clock } from './clock';
import { requireFit } from './configuration-fit';
import { answerContract, CONTRACT_PREFIX, type LocalControls } from './contract';
import { controlsOf } from './contract/controls';
import type { HttpRequest, HttpResponse } from './gateway/protocol';
import { localUrls } from './local-urls';
import { DEFAULT_OPTIONS, type LocalOptions } from './options';
import { type PolicyReaderRole, SimulatedCloud } from './simulated-cloud';
import { UserMessage } from './user-message';

/** A local cloud that runs. */
export interface LocalCloud {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  readonly clock: Clock;
  /** What the `/_local` routes show and do, for tests in the same process. */
  readonly controls: LocalControls;
  readonly cloud: SimulatedCloud;
  readonly facts: BannerFacts;
  /** Ends everything; nothing of it keeps the process alive afterwards. */
  stop(): Promise<void>;
}

/**
 * Starts the whole solution: builds the organization, synthesizes the app (unless an assembly is given), deploys its
 * stacks and listens on 127.0.0.1. Rejects with an error whose message is for the user (`isForTheUser`) when options,
 * files, the port or the templates are wrong.
 */
export async function startLocalCloud(chosen: Partial<LocalOptions> = {}): Promise<LocalCloud> {
  const options = { ...DEFAULT_OPTIONS, ...chosen };
  const configuration = loadConfiguration(options.config);
  const { organization: organizationFile, speed, seed } = options;
  const { identityCenter: administration } = configuration;
  const roles = policyReaderOf(configuration);
  const cloud = new SimulatedCloud({ organizationFile, speed, seed, startMs: Date.now(), administration, ...roles });
  try {
    return await start(cloud, options, configuration);
  } catch (error) {
    await cloud.stop();
    throw error;
  }
}

async function start(cloud: SimulatedCloud, options: LocalOptions, configuration: Configuration): Promise<LocalCloud> {
  const startedAt = performance.now();
  requireFit(configuration, cloud.world);
  createCallerRoles(cloud, configuration);
  let controls: LocalControls | undefined;
  cloud.gateway.route(CONTRACT_PREFIX, (request) => answerLocally(controls, request));
  await listen(cloud, options.port);
  const assembly = readCloudAssembly(options.assembly ?? (await synthesizeFor(cloud, configuration)));
  for (const stack of assembly.stacks) cloud.assets.add(stack.assets);
  const deployed = await deployStacks(orderStacks(assembly.stacks, options.order), cloud.registry);
  if (options.functions === 'warm') await cloud.lambda.warm();
  const outputs = localUrls(deployed, cloud.url);
  controls = controlsOf(cloud, outputs);
  return {
    url: cloud.url,
    clock: cloud.clock,
    controls,
    cloud,
    facts: {
      url: cloud.url,
      speed: options.speed,
      outputs,
      notStarted: assembly.notStarted,
      warnings: configuration.warnings,
      target: configuration.target,
      identityCenter: configuration.identityCenter,
      instanceArn: cloud.world.settings.instanceArn,
      ...exampleLink(cloud),
      startSeconds: (performance.now() - startedAt) / 1_000,
    },
    stop: () => cloud.stop(),
  };
}

/** A link for the first permission set and group of the organization file, in every account. */
function exampleLink({ world: { file } }: SimulatedCloud): { readonly exampleLink?: string } {
  const permissionSet = file.permissionSets?.[0]?.permissionSetName;
  const group = file.groups?.[0]?.displayName;
  // A quotation mark would end the argument of the shell command that shows the link.
  if (permissionSet === undefined || group === undefined || group.includes("'")) return {};
  return { exampleLink: `root%all%${permissionSet}%${group.replaceAll('%', '%25')}%GROUP%ssofile` };
}

/** The folder of a new assembly, which is removed when the cloud stops. */
async function synthesizeFor(cloud: SimulatedCloud, configuration: Configuration): Promise<string> {
  // Loaded only here: the CDK takes a second, which whoever brings an assembly need not wait for.
  const { synthesize } = await import('./synthesis');
  const { directory, remove } = await synthesize(configuration);
  cloud.onStop(remove);
  return directory;
}

/** `name`, or `path/name`. */
function policyReaderOf({ policyReaderRoleName, target }: Configuration): { policyReader?: PolicyReaderRole } {
  if (policyReaderRoleName === undefined) return {};
  const at = policyReaderRoleName.lastIndexOf('/') + 1;
  const [path, name] = [`/${policyReaderRoleName.slice(0, at)}`, policyReaderRoleName.slice(at)];
  return { policyReader: { name, path, trustedAccountId: target.accountId } };
}

/** The caller roles of the configuration exist in the target account before anything is deployed. */
function createCallerRoles(cloud: SimulatedCloud, configuration: Configuration): void {
  const { linkCallerRoleArn, permissionSetCallerRoleArn } = configuration;
  for (const roleArn of new Set([linkCallerRoleArn, permissionSetCallerRoleArn])) {
    const [, accountId = '', path = '/', name = ''] =
      /^arn:[^:]+:iam::(\d{12}):role(\/(?:.*\/)?)([^/]+)$/.exec(roleArn) ?? [];
    if (cloud.iam.findRole(roleArn) === undefined) cloud.iam.createCallerRole({ accountId, path, name });
  }
}

async function listen(cloud: SimulatedCloud, port: number): Promise<void> {
  try {
    await cloud.listen(port);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    if (error.code === 'EADDRINUSE') {
      throw new UserMessage(`Port ${port} is in use. Stop what listens there, or choose another with --port.`);
    }
    if (error.code === 'EACCES') throw new UserMessage(`Port ${port} needs more rights. Choose another with --port.`);
    throw error;
  }
}

async function answerLocally(controls: LocalControls | undefined, request: HttpRequest): Promise<HttpResponse> {
  const { method, path, body } = request;
  const answer = controls
    ? await answerContract(controls, { method, path, body: body.toString('utf8') })
    : { statusCode: 503, body: { status: 'starting' } };
  return {
    statusCode: answer.statusCode,
    headers: { 'content-type': 'application/json' },
    body: `${JSON.stringify(answer.body)}\n`,
  };
}
