import { parseConfiguration } from '../../lib/config';
import { partitionOf } from '../../lib/config/partition';
import {
  type EventSourceName,
  type FilesQueueName,
  type FunctionEntry,
  Names,
  type ReachedRole,
  type StateMachineName,
  type TableName,
} from '../../lib/names';
import { ENTRIES, localText } from './synthesized';

const LONGEST_ENVIRONMENT = 'abcdefghij-klmnopqrs';
const REGIONS = ['ap-southeast-1', 'us-gov-west-1', 'cn-northwest-1'];
const MACHINES: readonly StateMachineName[] = [
  'reconcile',
  'apply-assignments',
  'converge-permission-sets',
  'full-pass',
  'import',
];
const REACHED: readonly ReachedRole[] = [
  'organization-reader',
  'identity-center-reader',
  'assignment-writer',
  'permission-set-writer',
];
const SOURCES: readonly EventSourceName[] = ['organization', 'identity-center', 'management'];
const TABLES: readonly TableName[] = ['links', 'permission-sets', 'ledger', 'control', 'organization'];
const QUEUES: readonly FilesQueueName[] = ['link-files', 'permission-set-files'];

function namesIn(region: string, environment = LONGEST_ENVIRONMENT): Names {
  const partition = partitionOf(region) ?? 'aws';
  const text = localText(['eu-west-1', region], ['Environment: local', `Environment: ${environment}`]);
  return new Names(parseConfiguration(text.replaceAll('arn:aws:', `arn:${partition}:`), 'test'));
}

function rolesOf(names: Names): string[] {
  return [
    ...ENTRIES.map((entry) => names.functionRole(entry)),
    ...MACHINES.map((name) => names.stateMachineRole(name)),
    ...REACHED.map((role) => names.reachedRole(role)),
    ...SOURCES.map((source) => names.forwardingRole(source)),
    names.eventsRole(),
    names.pipelineSourceRole('ap-southeast-1'),
    names.fullPassRuleRole(),
  ];
}

describe('physical names', () => {
  it.each(REGIONS)('fit the limits of AWS with the longest environment in %s', (region) => {
    const names = namesIn(region);
    for (const role of rolesOf(names)) {
      expect(role.length).toBeLessThanOrEqual(64);
      expect(role).toMatch(/^[\w+=,.@-]+$/);
    }
    for (const entry of ENTRIES) expect(names.function(entry).length).toBeLessThanOrEqual(64);
    for (const queue of QUEUES) expect(names.filesDeadLetterQueue(queue).length).toBeLessThanOrEqual(80);
    for (const machine of MACHINES) expect(names.stateMachine(machine).length).toBeLessThanOrEqual(80);
    for (const rule of [names.lookAgainRule(), names.fullPassRule(), names.watchRule(), names.eventsRule()])
      expect(rule.length).toBeLessThanOrEqual(64);
    for (const source of SOURCES) {
      expect(names.forwardingRule(source, 'identity-center').length).toBeLessThanOrEqual(64);
      expect(names.forwardingDeadLetterQueue(source).length).toBeLessThanOrEqual(80);
    }
    expect(names.artefactsBucket()).toMatch(/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/);
    expect(names.artefactsBucket().length).toBeLessThanOrEqual(63);
  });

  it('of roles contain environment and Region and differ from each other', () => {
    const roles = rolesOf(namesIn('ap-southeast-1'));
    for (const role of roles) {
      expect(role.startsWith(`${LONGEST_ENVIRONMENT}-`)).toBe(true);
      expect(role).toMatch(/-(ap-southeast-1|us-east-1)$/);
    }
    expect(new Set(roles).size).toBe(roles.length);
  });

  it('of two environments differ everywhere', () => {
    const [one, other] = [namesIn('ap-southeast-1', 'one'), namesIn('ap-southeast-1', 'other')];
    const all = (names: Names) => [
      ...rolesOf(names),
      ...ENTRIES.map((entry: FunctionEntry) => names.function(entry)),
      ...MACHINES.map((name) => names.stateMachine(name)),
      names.stack('controller'),
      names.pipeline(),
      names.pipelineLogGroup(),
      names.pipelineSourceRule(),
      ...TABLES.map((name) => names.table(name)),
      names.artefactsBucket(),
      ...QUEUES.flatMap((name) => [names.filesQueue(name), names.filesDeadLetterQueue(name)]),
      names.notificationsTopic(),
      names.keyAlias(),
      names.metricsNamespace(),
      names.alarm('unconverged'),
      names.dashboard(),
      names.savedQuery('assignments'),
      names.api(),
      names.apiLogGroup(),
      names.minuteRule(),
      names.lookAgainRule(),
      names.watchRule(),
      names.fullPassRule(),
      names.eventBus(),
      names.eventsRule(),
      names.eventsDeadLetterQueue(),
      ...SOURCES.flatMap((source) => [
        names.forwardingRule(source, 'directory'),
        names.forwardingDeadLetterQueue(source),
      ]),
      names.callerPolicy('link'),
      names.callerPolicy('permission-set'),
      names.output('linkApi-endpointURL'),
    ];
    const others = new Set(all(other));
    expect(all(one).filter((name) => others.has(name))).toEqual([]);
  });

  it('of outputs are those that earlier users know', () => {
    const names = namesIn('ap-southeast-1', 'env');
    expect(names.output('linkApi-endpointURL')).toBe('env-linkApi-endpointURL');
    expect(names.output('permissionSetApi-endpointURL')).toBe('env-permissionSetApi-endpointURL');
    expect(names.output('account-assignments-location')).toBe('env-account-assignments-location');
    expect(names.output('permission-sets-location')).toBe('env-permission-sets-location');
  });
});
