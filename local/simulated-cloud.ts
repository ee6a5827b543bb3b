import { readFileSync } from 'node:fs';
import { AssetDirectory } from './assembly/file-assets';
import { joinRegistries, type ResourceRegistry } from './assembly/registry';
import { isRecord } from './assembly/resource';
import { apiGatewayResources } from './assembly/resources/api-gateway';
import { cloudWatchResources } from './assembly/resources/cloud-watch';
import { dynamoDbResources } from './assembly/resources/dynamodb';
import { eventsResources } from './assembly/resources/events';
import { iamResources } from './assembly/resources/iam';
import { kmsResources } from './assembly/resources/kms';
import { lambdaResources } from './assembly/resources/lambda';
import { logsResources } from './assembly/resources/logs';
import { s3Resources } from './assembly/resources/s3';
import { snsResources } from './assembly/resources/sns';
import { sqsResources } from './assembly/resources/sqs';
import { stepFunctionsResources } from './assembly/resources/step-functions';
import { type Random, SimulatedClock, seededRandom } from './clock';
import { ApiGateway, EXECUTE_API_PREFIX } from './cloud/api-gateway';
import { CloudWatch } from './cloud/cloud-watch';
import { DynamoDb } from './cloud/dynamodb/dynamo-db';
import { EventBridge } from './cloud/event-bridge';
import { Iam } from './cloud/iam';
import type { OrganizationMembership } from './cloud/iam/membership';
import { Kms } from './cloud/kms';
import { Lambda } from './cloud/lambda/lambda';
import { Logs } from './cloud/logs';
import { S3 } from './cloud/s3';
import type { Authorizer } from './cloud/service';
import { Sns } from './cloud/sns';
import { Sqs } from './cloud/sqs';
import { StepFunctions } from './cloud/step-functions/step-functions';
import { Sts } from './cloud/sts';
import { WELCOME } from './contract';
import { destinationOf, envelopeOf } from './event-delivery';
import { Gateway } from './gateway/gateway';
import { S3Protocol } from './gateway/s3-protocol';
import { executionRoleCredentials, keyUse, membershipOf, roleAssumption } from './iam-connections';
import { splitRandom } from './world/latency';
import { World } from './world/world';
import type { WorldEvent } from './world/world-event';

/** A role of the same name in every account, and the account whose functions may assume it. */
export interface PolicyReaderRole {
  readonly name: string;
  /** Begins and ends with a slash. */
  readonly path: string;
  readonly trustedAccountId: string;
}

export interface SimulatedCloudOptions {
  readonly organizationFile: string;
  readonly speed: number;
  readonly seed: number;
  /** Simulated time at the start. */
  readonly startMs: number;
  /** From where Identity Center is administered, unless the organization file says so. */
  readonly administration?: { readonly accountId: string; readonly region: string };
  /** The role of `PolicyReaderRoleName`, which users have in every account. */
  readonly policyReader?: PolicyReaderRole;
}

/** Long rates and cron rules follow real time: see EventBridge. */
const REAL_MINUTE_MS = 60_000;

/** AWS: Organizations emits its events there. */
const ORGANIZATIONS_REGION = 'us-east-1';

/**
 * Every simulated service, connected with the others, behind one gateway. It is empty but for what the organization
 * file says: stacks are deployed into it by `registry`.
 */
export class SimulatedCloud {
  readonly clock: SimulatedClock;
  /** Files of the cloud assembly, known once it is read. */
  readonly assets = new AssetDirectory();
  readonly world: World;
  readonly iam: Iam;
  readonly kms: Kms;
  readonly logs: Logs;
  readonly cloudWatch: CloudWatch;
  readonly lambda: Lambda;
  readonly stepFunctions: StepFunctions;
  readonly dynamoDb: DynamoDb;
  readonly sqs: Sqs;
  readonly sns: Sns;
  readonly s3: S3;
  readonly eventBridge: EventBridge;
  readonly apiGateway: ApiGateway;
  readonly gateway: Gateway;
  readonly registry: ResourceRegistry;
  private readonly seeds: Random;
  private port = 0;
  private readonly stopActions: (() => void)[] = [];
  private readonly minutes: NodeJS.Timeout;

  constructor(options: SimulatedCloudOptions) {
    this.seeds = seededRandom(options.seed);
    this.clock = new SimulatedClock(options.speed, options.startMs);
    const { clock } = this;
    // Identity Center and IAM ask each other: each gets the other as soon as somebody calls.
    const authorizer: Authorizer = { authorize: (request) => this.iam.authorize(request) };
    const onEvent = (event: WorldEvent) => this.eventBridge.deliver([envelopeOf(event)], event.accountId, event.region);
    const policies = {
      has: (accountId: string, policy: string) => this.iam.hasManagedPolicy(accountId, policy),
    };
    const { organizationFile, administration } = options;
    this.world = World.fromFile(organizationFile, {
      ...{ clock, random: this.newRandom(), authorizer, onEvent, policies },
      ...(administration ? { administration } : {}),
    });
    const organization = membershipOf(this.world);
    this.iam = new Iam({ clock, organization });
    this.kms = new Kms({ clock, random: this.newRandom(), authorizer: this.iam });
    this.logs = new Logs({
      ...{ clock, authorizer: this.iam, useKey: keyUse(this.kms) },
      onWritten: (destination, events) => this.cloudWatch.takeLog(destination, events),
    });
    this.dynamoDb = new DynamoDb({ clock, kms: this.kms });
    const queueOptions = { clock, authorizer: this.iam, kms: this.kms };
    this.sqs = new Sqs({ ...queueOptions, random: this.newRandom(), endpoint: () => this.url });
    this.sns = new Sns({ ...queueOptions, random: this.newRandom() });
    this.lambda = this.newLambda();
    this.stepFunctions = this.newStepFunctions();
    const { lambda, sqs, sns, stepFunctions } = this;
    this.cloudWatch = new CloudWatch({ clock, sns, services: { lambda, sqs, stepFunctions } });
    this.eventBridge = this.newEventBridge();
    this.s3 = new S3({
      ...queueOptions,
      random: this.newRandom(),
      userIdOf: (principal) => this.iam.userIdOf(principal),
    });
    this.apiGateway = this.newApiGateway();
    this.connect();
    this.gateway = this.newGateway(organization);
    this.registry = this.newRegistry();
    this.fillAccounts(options.policyReader);
    const startedAt = new Date();
    this.minutes = setInterval(() => this.eventBridge.minutePassed(new Date(), startedAt), REAL_MINUTE_MS);
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Listens on 127.0.0.1; port 0 takes a free one. Rejects with the system's error (`EADDRINUSE`). */
  async listen(port: number): Promise<void> {
    this.port = await this.gateway.listen(port);
  }

  /** What is to be tidied up when the cloud has stopped. */
  onStop(action: () => void): void {
    this.stopActions.push(action);
  }

  /** Ends everything that runs: connections, schedules, executions, workers, the clock. */
  async stop(): Promise<void> {
    clearInterval(this.minutes);
    this.eventBridge.stop();
    this.stepFunctions.stop();
    this.cloudWatch.stop();
    await Promise.all([this.lambda.stop(), this.gateway.close()]);
    this.clock.stop();
    for (const action of this.stopActions.splice(0)) action();
  }

  /** Delivers events as given; those that do not say where they happened reach the management account. */
  deliverEvents(events: readonly Readonly<Record<string, unknown>>[]): void {
    const otherwise = { accountId: this.world.managementAccountId, region: ORGANIZATIONS_REGION };
    for (const event of events) {
      const { accountId, region } = destinationOf(event, otherwise);
      this.eventBridge.deliver([event], accountId, region);
    }
  }

  private newLambda(): Lambda {
    return new Lambda({
      clock: this.clock,
      random: this.newRandom(),
      authorizer: this.iam,
      logs: this.logs,
      endpoint: () => this.url,
      assetPath: ({ Code }) => this.assets.pathOf(isRecord(Code) ? Code.S3Key : undefined),
      roleCredentials: executionRoleCredentials(this.iam),
      useKey: keyUse(this.kms),
    });
  }

  private newStepFunctions(): StepFunctions {
    return new StepFunctions({
      clock: this.clock,
      random: this.newRandom(),
      authorizer: this.iam,
      lambda: this.lambda,
      assumeRole: roleAssumption(this.iam),
      definitionAsset: ({ Key }) => readFileSync(this.assets.pathOf(Key), 'utf8'),
      realNow: () => performance.now(),
    });
  }

  private newEventBridge(): EventBridge {
    return new EventBridge({
      clock: this.clock,
      random: this.newRandom(),
      authorizer: this.iam,
      lambda: this.lambda,
      stepFunctions: this.stepFunctions,
      assumeRole: roleAssumption(this.iam),
      useKey: keyUse(this.kms),
    });
  }

  private newApiGateway(): ApiGateway {
    return new ApiGateway({
      clock: this.clock,
      iam: this.iam,
      invoke: (request) => this.lambda.invoke(request),
      authenticate: (request) => this.gateway.authenticator.authenticate(request),
    });
  }

  private newGateway(organization: OrganizationMembership): Gateway {
    const { iam, kms, logs, lambda, stepFunctions, dynamoDb, sqs, sns, s3, eventBridge } = this;
    const services = [iam, new Sts(iam), kms, logs, lambda, stepFunctions, dynamoDb, sqs, sns, s3, eventBridge];
    const gateway = new Gateway({
      clock: this.clock,
      random: this.newRandom(),
      iam,
      organization,
      services: [...services, this.cloudWatch, ...this.world.services],
      s3Protocol: new S3Protocol(),
      welcome: WELCOME,
    });
    gateway.route(EXECUTE_API_PREFIX, (request) => this.apiGateway.handle(request));
    return gateway;
  }

  private connect(): void {
    this.lambda.connect({ queues: this.sqs, streams: this.dynamoDb });
    this.eventBridge.connect({ queues: this.sqs });
    this.sns.connect({ sqs: this.sqs });
    this.s3.connect({ sqs: this.sqs });
  }

  private newRegistry(): ResourceRegistry {
    return joinRegistries(
      apiGatewayResources(this.apiGateway),
      cloudWatchResources(this.cloudWatch),
      dynamoDbResources(this.dynamoDb),
      eventsResources(this.eventBridge),
      iamResources(this.iam),
      kmsResources(this.kms),
      lambdaResources(this.lambda),
      logsResources(this.logs),
      s3Resources(this.s3),
      snsResources(this.sns),
      sqsResources(this.sqs),
      stepFunctionsResources(this.stepFunctions),
    );
  }

  /** What the organization file says about IAM in the accounts, and the role that the configuration expects in each. */
  private fillAccounts(reader: PolicyReaderRole | undefined): void {
    for (const { accountId, name, allow = [] } of this.world.roles) {
      const trusted = name === reader?.name ? [reader.trustedAccountId] : [];
      this.iam.createOtherRole({ accountId, name, allow, trusted });
    }
    for (const accountId of this.world.accountIds()) {
      for (const policy of this.world.policies.inAccount(accountId)) this.iam.addManagedPolicy(accountId, policy);
      if (reader) this.createPolicyReader(accountId, reader);
    }
  }

  private createPolicyReader(accountId: string, { name, path, trustedAccountId }: PolicyReaderRole): void {
    const isGiven = this.world.roles.some((role) => role.accountId === accountId && role.name === name);
    if (isGiven) return;
    this.iam.createOtherRole({ accountId, name, path, allow: ['iam:GetPolicy'], trusted: [trustedAccountId] });
  }

  /** A generator for one service, so that how often one draws never changes what another gets. */
  private newRandom(): Random {
    return splitRandom(this.seeds);
  }
}
