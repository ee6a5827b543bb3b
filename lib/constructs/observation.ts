import { CfnDashboard } from 'aws-cdk-lib/aws-cloudwatch';
import { CfnQueryDefinition } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { regionalArn } from '../arns';
import type { FunctionEntry } from '../names';
import { MACHINES } from './alarms';
import type { Installation } from './installation';

/** A way that something takes through the solution: who asks for it in what words finds its log lines. */
interface Flow {
  readonly key: string;
  readonly entries: readonly FunctionEntry[];
}

const PLANNER: readonly FunctionEntry[] = [
  'note-and-begin',
  'refresh-organization',
  'expand-scopes',
  'judge-plan',
  'commit-plan',
  'step-down',
];

const FLOWS: readonly Flow[] = [
  { key: 'links-by-api', entries: ['link-api', ...PLANNER, 'apply-assignments'] },
  { key: 'links-by-file', entries: ['link-files', ...PLANNER, 'apply-assignments'] },
  { key: 'permission-sets-by-api', entries: ['permission-set-api', 'converge-permission-sets', 'look-again'] },
  { key: 'permission-sets-by-file', entries: ['permission-set-files', 'converge-permission-sets', 'look-again'] },
  { key: 'events-and-organization', entries: ['note-and-begin', 'refresh-organization', 'watch-organization'] },
  { key: 'assignments', entries: ['apply-assignments'] },
  { key: 'held-plans', entries: ['judge-plan', 'plan-api', 'commit-plan'] },
  { key: 'full-pass', entries: ['full-pass', 'full-pass-api'] },
  { key: 'import', entries: ['import'] },
  { key: 'bells-and-messages', entries: ['ring-bells'] },
  { key: 'questions', entries: ['query-api'] },
  { key: 'audit-trail', entries: ['tell-audit', 'archive-audit'] },
];

/** Lines that somebody wrote, the newest first, with the fields that most flows have. */
const LINES = [
  'fields @timestamp, service, level, message, requestId, linkId, permissionSetName, accountId, reason, error.message',
  'filter ispresent(message)',
  'sort @timestamp desc',
  'limit 200',
].join('\n| ');

/** What people look at: a dashboard, and a saved query of the logs for each flow. */
export class Observation extends Construct {
  constructor(
    scope: Construct,
    id: string,
    private readonly installation: Installation,
  ) {
    super(scope, id);
    const { names } = installation;
    for (const flow of FLOWS) this.saveQuery(flow);
    new CfnDashboard(this, 'Dashboard', {
      dashboardName: names.dashboard(),
      dashboardBody: JSON.stringify({ widgets: this.widgets() }),
    });
  }

  private saveQuery({ key, entries }: Flow): void {
    const { names } = this.installation;
    const present = entries.filter((entry) => this.exists(entry));
    // A flow whose first function does not exist cannot be taken.
    if (present[0] !== entries[0]) return;
    new CfnQueryDefinition(this, `Query-${key}`, {
      name: names.savedQuery(key),
      logGroupNames: present.map((entry) => names.functionLogGroup(entry)),
      queryString: LINES,
    });
  }

  private exists(entry: FunctionEntry): boolean {
    const { linksProvisioningMode: links, permissionSetProvisioningMode: permissionSets } =
      this.installation.configuration;
    if (entry === 'link-api') return links !== 's3';
    if (entry === 'link-files') return links !== 'api';
    if (entry === 'permission-set-api') return permissionSets !== 's3';
    return entry !== 'permission-set-files' || permissionSets !== 'api';
  }

  private widgets() {
    const { names, configuration } = this.installation;
    const own = names.metricsNamespace();
    const metrics = (...list: readonly string[]) => list.map((name) => [own, name]);
    const runs = (metric: string) =>
      MACHINES.map((name) => [
        'AWS/States',
        metric,
        'StateMachineArn',
        regionalArn('states', configuration.target, `stateMachine:${names.stateMachine(name)}`),
      ]);
    return [
      this.graph(0, 'Seconds without convergence', 'Maximum', metrics('UnconvergedSeconds', 'OldestDirtySeconds')),
      this.graph(1, 'To do', 'Maximum', metrics('DirtySlices', 'PendingGrants', 'PendingRevocations')),
      this.graph(2, 'Under way', 'Maximum', metrics('OutstandingOperations')),
      this.graph(3, 'Waits for a person', 'Maximum', [
        ...metrics('WaitingLinks', 'HeldPlans', 'HeldAssignments', 'ParkedSlices', 'UnsentNotifications'),
      ]),
      this.graph(4, 'Outcomes', 'Sum', metrics('AssignmentsApplied', 'AssignmentsFailed', 'DriftsNoticed')),
      this.graph(5, 'Failed runs', 'Sum', runs('ExecutionsFailed')),
      this.graph(6, 'Found by full passes', 'Maximum', metrics('MissingAssignments', 'UnmanagedAssignments')),
    ];
  }

  private graph(index: number, title: string, stat: string, metrics: readonly (readonly string[])[]) {
    const [width, height] = [12, 6];
    const { region } = this.installation.configuration.target;
    return {
      type: 'metric',
      x: (index % 2) * width,
      y: Math.floor(index / 2) * height,
      width,
      height,
      properties: { title, region, stat, period: 300, view: 'timeSeries', metrics },
    };
  }
}
