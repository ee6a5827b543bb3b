import { Construct } from 'constructs';
import { regionalArn } from '../arns';
import type { FunctionEntry, StateMachineName } from '../names';
import { Alarm, type AlarmProps } from './alarm';
import type { Installation } from './installation';

const HOUR_SECONDS = 3_600;
/** Longer than everything takes in an organization of 10,000 accounts after one link to all of them. */
const UNCONVERGED_SECONDS = 12 * HOUR_SECONDS;
/** A queue brings what failed again after six minutes or more: three faults in five minutes would never be seen. */
const QUEUE_PERIOD_SECONDS = HOUR_SECONDS / 2;
const FED_BY_QUEUES: readonly FunctionEntry[] = ['link-files', 'permission-set-files', 'archive-audit'];

export const MACHINES: readonly StateMachineName[] = [
  'reconcile',
  'apply-assignments',
  'converge-permission-sets',
  'full-pass',
  'import',
];

/** Functions that no state machine calls, so that only their own errors tell. */
function ownFunctions({ configuration }: Installation): FunctionEntry[] {
  const { linksProvisioningMode: links, permissionSetProvisioningMode: permissionSets } = configuration;
  return [
    'ring-bells',
    'query-api',
    'plan-api',
    'full-pass-api',
    'look-again',
    'watch-organization',
    'tell-audit',
    'archive-audit',
    ...(links === 's3' ? [] : (['link-api'] as const)),
    ...(links === 'api' ? [] : (['link-files'] as const)),
    ...(permissionSets === 's3' ? [] : (['permission-set-api'] as const)),
    ...(permissionSets === 'api' ? [] : (['permission-set-files'] as const)),
  ];
}

/** Every alarm of the controller. */
export class Alarms extends Construct {
  constructor(scope: Construct, id: string, installation: Installation, topicArn: string) {
    super(scope, id);
    const { names } = installation;
    const all = [
      ...deadLetters(installation),
      ...ownFunctions(installation).map((entry) => functionAlarm(installation, entry)),
      ...MACHINES.map((name) => machineAlarm(installation, name)),
      ...outcomes(names.metricsNamespace()),
    ];
    for (const props of all) new Alarm(this, idOf(props.key), { names, topicArn }, props);
  }
}

function idOf(key: string): string {
  return key.replace(/(^|-)([a-z])/g, (_, __, letter: string) => letter.toUpperCase());
}

function deadLetters({ names, configuration }: Installation): AlarmProps[] {
  const { linksProvisioningMode: links, permissionSetProvisioningMode: permissionSets } = configuration;
  const queues = [
    ['events', names.eventsDeadLetterQueue()],
    ['audit', names.auditDeadLetterQueue(), 'the-audit-trail-has-a-gap'],
    ['audit-untold', names.untoldDeadLetterQueue(), 'the-audit-trail-has-a-gap'],
    ...(links === 'api' ? [] : [['link-files', names.filesDeadLetterQueue('link-files')]]),
    ...(permissionSets === 'api' ? [] : [['permission-set-files', names.filesDeadLetterQueue('permission-set-files')]]),
  ] as [string, string, string?][];
  return queues.map(([what, queueName, runbook = 'dead-letters']) => ({
    key: `${what}-dead-letters`,
    severity: 'high',
    meaning: `What could not be delivered lies in the queue ${queueName}.`,
    runbook,
    metric: {
      namespace: 'AWS/SQS',
      names: ['ApproximateNumberOfMessagesVisible'],
      dimensions: { QueueName: queueName },
      statistic: 'Maximum',
    },
    threshold: 0,
  }));
}

function functionAlarm({ names }: Installation, entry: FunctionEntry): AlarmProps {
  const FunctionName = names.function(entry);
  return {
    key: `${entry}-errors`,
    severity: entry === 'ring-bells' ? 'critical' : 'high',
    meaning: `The function ${FunctionName} failed or was throttled.`,
    runbook: 'a-function-fails',
    metric: { namespace: 'AWS/Lambda', names: ['Errors', 'Throttles'], dimensions: { FunctionName }, statistic: 'Sum' },
    // One fault is made up for: by the next minute, by the queue, or by whoever called.
    threshold: 2,
    ...(FED_BY_QUEUES.includes(entry) ? { periodSeconds: QUEUE_PERIOD_SECONDS } : {}),
  };
}

function machineAlarm({ names, configuration }: Installation, machine: StateMachineName): AlarmProps {
  const StateMachineArn = regionalArn('states', configuration.target, `stateMachine:${names.stateMachine(machine)}`);
  return {
    key: `${machine}-failures`,
    severity: machine === 'import' ? 'medium' : 'high',
    meaning: `Runs of the state machine ${names.stateMachine(machine)} failed.`,
    runbook: 'a-state-machine-fails',
    metric: {
      namespace: 'AWS/States',
      names: ['ExecutionsFailed', 'ExecutionsTimedOut', 'ExecutionsAborted'],
      dimensions: { StateMachineArn },
      statistic: 'Sum',
    },
    threshold: 0,
  };
}

function outcomes(namespace: string): AlarmProps[] {
  const gauge = (name: string) => ({ namespace, names: [name], statistic: 'Maximum' }) as const;
  return [
    {
      key: 'unconverged',
      severity: 'critical',
      meaning: 'Something has been due for twelve hours without a break, or nothing is measured any more.',
      runbook: 'nothing-comes-to-its-end',
      metric: gauge('UnconvergedSeconds'),
      threshold: UNCONVERGED_SECONDS,
      periods: 3,
      silenceIsFault: true,
    },
    {
      key: 'oldest-pending',
      severity: 'high',
      meaning: 'Something that was submitted or has changed has not been looked at for an hour.',
      runbook: 'the-oldest-waits-too-long',
      metric: gauge('OldestDirtySeconds'),
      threshold: HOUR_SECONDS,
      periods: 2,
    },
    {
      key: 'parked-slices',
      severity: 'high',
      meaning: 'Something could not be planned and was set aside.',
      runbook: 'something-was-set-aside',
      metric: gauge('ParkedSlices'),
      threshold: 0,
    },
    {
      key: 'failed-assignments',
      severity: 'medium',
      meaning: 'Identity Center refused assignments.',
      runbook: 'assignments-fail',
      metric: { namespace, names: ['AssignmentsFailed'], statistic: 'Sum' },
      threshold: 0,
    },
    {
      key: 'held-plans',
      severity: 'medium',
      meaning: 'A plan would remove so much that it waits for a decision.',
      runbook: 'a-plan-is-held',
      metric: gauge('HeldPlans'),
      threshold: 0,
    },
    {
      key: 'unsent-notifications',
      severity: 'high',
      meaning: 'Messages for people have not been sent for a quarter of an hour.',
      runbook: 'messages-are-not-sent',
      metric: gauge('UnsentNotifications'),
      threshold: 0,
      periods: 3,
    },
  ];
}
