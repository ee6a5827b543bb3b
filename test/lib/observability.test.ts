import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { measure } from '../../lambda/bells/measure';
import { readUnfinished } from '../../lambda/bells/unfinished';
import { PROJECT_ROOT } from '../../lib/config';
import { InMemoryStore } from '../support/in-memory-store';
import { silentMetrics } from '../support/silent-metrics';
import { inModes, local, printed, Synthesized } from './synthesized';

const synthesized = new Synthesized(local());
const filesOnly = new Synthesized(inModes({ links: 's3', permissionSets: 's3' }));
const operations = readFileSync(join(PROJECT_ROOT, 'docs', 'operations.md'), 'utf8');

const OWN_COUNTS = ['AssignmentsApplied', 'AssignmentsFailed', 'DriftsNoticed'];
const FOUND_BY_PASSES = ['MissingAssignments', 'UnmanagedAssignments'];

async function measuredNames(): Promise<string[]> {
  const names: string[] = [];
  const metrics = { ...silentMetrics, gauges: (values: object) => void names.push(...Object.keys(values)) };
  const store = new InMemoryStore();
  await measure({ store, clock: { now: () => 0 }, metrics }, await readUnfinished(store));
  return names;
}

/** The alarms by what their names end in. */
function alarmsOf(from: Synthesized) {
  const alarms = from.ofType('AWS::CloudWatch::Alarm').map(({ Properties }) => Properties);
  return new Map(alarms.map((alarm) => [String(alarm.AlarmName).replace('local-', ''), alarm]));
}

/** The section of each heading of the second level, by the anchor that a link has. */
function sections(): Map<string, string> {
  const parts = operations.split(/^## /m).slice(1);
  return new Map(
    parts.map((part) => {
      const [heading = ''] = part.split('\n');
      return [heading.toLowerCase().replaceAll(' ', '-'), part];
    }),
  );
}

describe('alarms', () => {
  const alarms = alarmsOf(synthesized);

  it('are these', () => {
    const severities = [...alarms].map(([key, { AlarmDescription }]) => [
      key,
      /^\[(\w+)\] /.exec(printed(AlarmDescription))?.[1],
    ]);
    expect(severities.sort()).toEqual([
      ['apply-assignments-failures', 'high'],
      ['archive-audit-errors', 'high'],
      ['audit-dead-letters', 'high'],
      ['audit-untold-dead-letters', 'high'],
      ['converge-permission-sets-failures', 'high'],
      ['events-dead-letters', 'high'],
      ['failed-assignments', 'medium'],
      ['full-pass-api-errors', 'high'],
      ['full-pass-failures', 'high'],
      ['held-plans', 'medium'],
      ['import-failures', 'medium'],
      ['link-api-errors', 'high'],
      ['link-files-dead-letters', 'high'],
      ['link-files-errors', 'high'],
      ['look-again-errors', 'high'],
      ['oldest-pending', 'high'],
      ['parked-slices', 'high'],
      ['permission-set-api-errors', 'high'],
      ['permission-set-files-dead-letters', 'high'],
      ['permission-set-files-errors', 'high'],
      ['plan-api-errors', 'high'],
      ['query-api-errors', 'high'],
      ['reconcile-failures', 'high'],
      ['ring-bells-errors', 'critical'],
      ['tell-audit-errors', 'high'],
      ['unconverged', 'critical'],
      ['unsent-notifications', 'high'],
      ['watch-organization-errors', 'high'],
    ]);
  });

  it('link a runbook that exists, and every runbook belongs to an alarm', () => {
    const linked = [...alarms.values()].map(
      ({ AlarmDescription }) => /docs\/operations\.md#([a-z-]+)$/.exec(printed(AlarmDescription))?.[1],
    );
    const runbooks = [...sections()].filter(([, text]) => text.includes('**Meaning.**'));
    expect(new Set(linked)).toEqual(new Set(runbooks.map(([anchor]) => anchor)));
    for (const [, text] of runbooks) {
      expect(text).toContain('**Investigation.**');
      expect(text).toContain('**Resolution.**');
    }
  });

  it('tell people, when they are raised and when they are over', () => {
    for (const { AlarmActions, OKActions } of alarms.values()) {
      expect(AlarmActions).toEqual([{ Ref: expect.stringMatching(/^NotificationsTopic/) }]);
      expect(OKActions).toEqual(AlarmActions);
    }
  });

  it('of the solution watch metrics that it writes, where it writes them', async () => {
    const written = [...(await measuredNames()), ...OWN_COUNTS, ...FOUND_BY_PASSES];
    const own = [...alarms.values()].filter(({ Namespace }) => Namespace === 'IdentityCenterExtensions/local');
    expect(own).toHaveLength(6);
    for (const { MetricName } of own) expect(written).toContain(MetricName);
    for (const { Properties } of synthesized.ofType('AWS::Lambda::Function')) {
      expect(JSON.stringify(Properties.Environment)).toContain(
        '"POWERTOOLS_METRICS_NAMESPACE":"IdentityCenterExtensions/local"',
      );
    }
  });

  it('only of silence is it known that it is a fault: the minute always measures', () => {
    const silent = [...alarms].filter(([, { TreatMissingData }]) => TreatMissingData === 'breaching');
    expect(silent.map(([key]) => key)).toEqual(['unconverged']);
  });

  it('exist for what exists: without an API for submissions there is no alarm of its functions', () => {
    const keys = [...alarmsOf(filesOnly).keys()];
    expect(keys).not.toContain('link-api-errors');
    expect(keys).toContain('link-files-errors');
    expect(keys).toHaveLength(alarms.size - 2);
  });

  it('may publish, and use the key for that, only as alarms of this installation', () => {
    const condition = {
      StringEquals: { 'aws:SourceAccount': '333333333333' },
      ArnLike: { 'aws:SourceArn': expect.anything() },
    };
    const statements = ['AWS::SNS::TopicPolicy', 'AWS::KMS::Key'].map((type) => {
      const { PolicyDocument, KeyPolicy } = synthesized.only(type);
      const { Statement } = (PolicyDocument ?? KeyPolicy) as {
        Statement: { Principal: { Service?: string }; Condition: { ArnLike: Record<string, unknown> } }[];
      };
      return Statement.filter(({ Principal }) => Principal.Service === 'cloudwatch.amazonaws.com');
    });
    for (const found of statements) {
      expect(found).toEqual([expect.objectContaining({ Effect: 'Allow', Condition: condition })]);
      const arn = 'arn:<AWS::Partition>:cloudwatch:eu-west-1:333333333333:alarm:local-*';
      expect(printed(found[0]?.Condition.ArnLike['aws:SourceArn'])).toBe(arn);
    }
  });
});

describe('dashboard', () => {
  it('shows every metric that the solution writes', async () => {
    const body = printed(synthesized.only('AWS::CloudWatch::Dashboard').DashboardBody);
    for (const name of [...(await measuredNames()), ...OWN_COUNTS, ...FOUND_BY_PASSES])
      expect(body).toContain(`"${name}"`);
  });
});

describe('saved queries', () => {
  const queriesOf = (from: Synthesized) =>
    from.ofType('AWS::Logs::QueryDefinition').map(({ Properties }) => Properties);

  it('exist for each flow, over logs that exist; together they reach the log of every function', () => {
    for (const [from, flows] of [
      [synthesized, 12],
      [filesOnly, 10],
    ] as const) {
      const queries = queriesOf(from);
      expect(queries).toHaveLength(flows);
      const groups = from
        .ofType('AWS::Lambda::Function')
        .map(({ Properties }) => `/aws/lambda/${Properties.FunctionName}`);
      const reached = new Set(queries.flatMap(({ LogGroupNames }) => LogGroupNames as string[]));
      expect([...reached].sort()).toEqual(groups.sort());
    }
  });

  it('are in the folder of the installation', () => {
    for (const { Name } of queriesOf(synthesized)) expect(Name).toMatch(/^local-identity-center-extensions\/[a-z-]+$/);
  });
});
