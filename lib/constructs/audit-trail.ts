import { CfnEventBus, CfnEventBusPolicy, CfnRule } from 'aws-cdk-lib/aws-events';
import { CfnEventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { regionalArn, roleArn } from '../arns';
import type { FunctionEntry } from '../names';
import { allow } from './allow';
import { AuditBucket } from './audit-bucket';
import { AuditQueries } from './audit-queries';
import { BundledFunction } from './bundled-function';
import { AUDITED_TABLES, type ControllerData } from './controller-data';
import { DeadLetterQueue } from './dead-letter-queue';
import type { Installation } from './installation';
import { Queue } from './queue';

/** Whom the events of the bus come from; the function that tells them says the same. */
export const AUDIT_SOURCE = 'identity-center-extensions';

/** Changes of one table that are told at once, and for how long they are collected: nobody waits for the trail. */
const CHANGES_AT_ONCE = 500;
const CHANGES_WINDOW_SECONDS = 10;
/** AWS: a stream keeps a change for 24 hours. What cannot be told for so long leaves three times as long to see to it. */
const GIVEN_UP_AFTER_SECONDS = 6 * 3600;
const TELL_TIMEOUT_SECONDS = 60;

/** Events of one object, and for how long they are collected: few objects make queries fast. */
const EVENTS_AT_ONCE = 1_000;
const EVENTS_WINDOW_SECONDS = 120;
/** AWS: at least two. */
const CONCURRENT_BATCHES = 2;
const ARCHIVE_TIMEOUT_SECONDS = 60;

/** What of each table is told. The keys of other items begin otherwise. */
const FILTERS: Readonly<Record<(typeof AUDITED_TABLES)[number], unknown>> = {
  control: { sk: { S: ['REQUEST', 'PLAN'] } },
  ledger: { pk: { S: [{ prefix: 'arn:' }] } },
  'permission-sets': { sk: { S: ['CONVERGENCE'] } },
};

/** Tells everything that was committed on a bus of its own, and keeps what was told. */
export class AuditTrail extends Construct {
  constructor(
    scope: Construct,
    id: string,
    private readonly installation: Installation,
    private readonly data: ControllerData,
  ) {
    super(scope, id);
    const { names, key, configuration } = installation;
    const bus = this.createBus();
    this.createTeller(bus);
    const bucket = new AuditBucket(this, 'Bucket', {
      bucketName: names.auditBucket(),
      key,
      retention: configuration.audit,
      writerArn: this.roleOf('archive-audit'),
    });
    this.createRule(bus, this.createArchive(bucket));
    new AuditQueries(this, 'Queries', installation, { bucket, results: data.bucket });
  }

  /** Only one function puts events there, whatever rights others have. Whoever wants to hear adds a rule. */
  private createBus(): CfnEventBus {
    const bus = new CfnEventBus(this, 'Bus', {
      name: this.installation.names.auditBus(),
      description: 'Every accepted request, plan, change and outcome: who, what, why and the result',
    });
    new CfnEventBusPolicy(this, 'BusPolicy', {
      eventBusName: bus.ref,
      statementId: 'one-sender',
      statement: {
        Effect: 'Deny',
        Principal: '*',
        Action: 'events:PutEvents',
        Resource: this.busArn(),
        Condition: { ArnNotEquals: { 'aws:PrincipalArn': this.roleOf('tell-audit') } },
      },
    });
    return bus;
  }

  private createTeller(bus: CfnEventBus): void {
    const created = new BundledFunction(this, 'TellAudit', this.installation, {
      entry: 'tell-audit',
      purpose: 'Tells the audit bus what was committed',
      timeoutSeconds: TELL_TIMEOUT_SECONDS,
      memoryMegabytes: 512,
      environment: { AUDIT_BUS: bus.ref },
    });
    const { role } = created;
    allow(role, ['events:PutEvents'], [this.busArn()], 'What was committed is told.');
    const untold = new DeadLetterQueue(this, 'Untold', {
      queueName: this.installation.names.untoldDeadLetterQueue(),
    });
    allow(role, ['sqs:SendMessage'], [untold.arn], 'Where changes stand that could not be told is kept.');
    allow(
      role,
      ['dynamodb:ListStreams'],
      ['*'],
      'The function is invoked with changes of tables. AWS: this action has no resource that it could be limited to.',
    );
    for (const name of AUDITED_TABLES) this.follow(name, created, untold);
  }

  private follow(name: (typeof AUDITED_TABLES)[number], teller: BundledFunction, untold: DeadLetterQueue): void {
    const table = this.data.tables[name];
    table.allowFollowing(teller.role, 'The function is invoked with the changes of this table.');
    const pattern = JSON.stringify({ dynamodb: { Keys: FILTERS[name] } });
    new CfnEventSourceMapping(this, `Changes-${name}`, {
      functionName: teller.functionName,
      eventSourceArn: table.streamArn,
      startingPosition: 'TRIM_HORIZON',
      batchSize: CHANGES_AT_ONCE,
      maximumBatchingWindowInSeconds: CHANGES_WINDOW_SECONDS,
      maximumRecordAgeInSeconds: GIVEN_UP_AFTER_SECONDS,
      filterCriteria: { filters: [{ pattern }] },
      functionResponseTypes: ['ReportBatchItemFailures'],
      destinationConfig: { onFailure: { destination: untold.arn } },
    });
  }

  private createArchive(bucket: AuditBucket): Queue {
    const { names, configuration } = this.installation;
    const created = new BundledFunction(this, 'ArchiveAudit', this.installation, {
      entry: 'archive-audit',
      purpose: 'Keeps the events of the audit bus in the audit bucket',
      timeoutSeconds: ARCHIVE_TIMEOUT_SECONDS,
      memoryMegabytes: 512,
      environment: { AUDIT_BUCKET: bucket.bucketName },
    });
    bucket.allowWriting(created.role, 'What was told is kept.');
    const { accountId } = configuration.target;
    const queue = new Queue(this, 'Queue', {
      queueName: names.auditQueue(),
      deadLetterQueueName: names.auditDeadLetterQueue(),
      consumerTimeoutSeconds: ARCHIVE_TIMEOUT_SECONDS,
      windowSeconds: EVENTS_WINDOW_SECONDS,
      sender: { service: 'events.amazonaws.com', sourceArn: this.ruleArn(), accountId },
      takesUndelivered: true,
    });
    queue.allowReceiving(created.role, 'The function is invoked with the messages of this queue.');
    new CfnEventSourceMapping(this, 'Events', {
      functionName: created.functionName,
      eventSourceArn: queue.arn,
      batchSize: EVENTS_AT_ONCE,
      maximumBatchingWindowInSeconds: EVENTS_WINDOW_SECONDS,
      functionResponseTypes: ['ReportBatchItemFailures'],
      scalingConfig: { maximumConcurrency: CONCURRENT_BATCHES },
    });
    return queue;
  }

  private createRule(bus: CfnEventBus, queue: Queue): void {
    new CfnRule(this, 'Rule', {
      name: this.installation.names.auditRule(),
      eventBusName: bus.ref,
      description: 'Sends every event to the queue of the archive',
      eventPattern: { source: [AUDIT_SOURCE] },
      targets: [{ id: 'archive', arn: queue.arn, deadLetterConfig: { arn: queue.deadLetters.arn } }],
    });
  }

  private busArn(): string {
    const { names, configuration } = this.installation;
    return regionalArn('events', configuration.target, `event-bus/${names.auditBus()}`);
  }

  private ruleArn(): string {
    const { names, configuration } = this.installation;
    return regionalArn('events', configuration.target, `rule/${names.auditBus()}/${names.auditRule()}`);
  }

  private roleOf(entry: FunctionEntry): string {
    const { names, configuration } = this.installation;
    return roleArn(configuration.target.accountId, names.functionRole(entry));
  }
}
