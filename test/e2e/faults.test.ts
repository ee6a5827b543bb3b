import { Executions } from './support/executions';
import { LinkStorm } from './support/link-storm';
import { LocalCloud } from './support/local-cloud';
import { observedAssignments, unfinishedItems } from './support/observed';
import { defaultOrganization, Oracle } from './support/oracle';
import { until } from './support/until';

const LINK = 'root%all%SecurityAuditor-ps%team-DataScientists%GROUP%ssofile';
const OTHER_LINK = 'ou_id%ou-ab12-workloads%Billing-ps%heidi%USER%ssofile';

describe('faults', () => {
  const oracle = new Oracle(defaultOrganization());
  const declared = new Set<string>();
  let cloud: LocalCloud;
  let executions: Executions;
  beforeAll(async () => {
    cloud = await LocalCloud.start({ speed: 60 });
    executions = new Executions(cloud);
  });
  afterAll(() => cloud?.stop());
  afterEach(() => cloud.local('POST', 'faults', {}));

  async function expectConverged(): Promise<void> {
    await cloud.settle();
    expect(await unfinishedItems(cloud)).toEqual([]);
    expect(await observedAssignments(cloud)).toEqual(oracle.expected([...declared]));
  }

  async function expectCompleted(requestIds: readonly string[]): Promise<void> {
    const answers = await Promise.all(requestIds.map((id) => cloud.api('GET', `/requests/${id}`)));
    const others = answers.filter(({ body }) => body.status !== 'COMPLETED' || body.failed > 0);
    expect(others.map(({ body }) => body)).toEqual([]);
  }

  test.each([
    { seed: 1, faults: { lambdaCrash: 0.2 } },
    { seed: 2, faults: { throttle: 0.3 } },
    { seed: 3, faults: { serverError: 0.1 } },
    { seed: 4, faults: { lambdaCrash: 0.2, throttle: 0.3, serverError: 0.1 } },
    { seed: 5, faults: { lambdaCrash: 0.4, latencyFactor: 2 } },
  ])('what links mean is reached through $faults', async ({ seed, faults }) => {
    const storm = new LinkStorm(cloud, seed, declared);
    await cloud.local('POST', 'faults', faults);
    await storm.blow(3);
    await cloud.local('POST', 'faults', {});
    await expectConverged();
    await expectCompleted(storm.requestIds);
  });

  test('rings doubled at any time change nothing', async () => {
    const storm = new LinkStorm(cloud, 6, declared);
    await Promise.all([storm.blow(3), executions.ring(3), executions.ring(3)]);
    await executions.ring(4);
    await expectConverged();
    await expectCompleted(storm.requestIds);
    await executions.ring(3);
    await expectConverged();
  });

  test('functions that are dead fail visibly, and the minute schedule takes up what they left', async () => {
    await cloud.local('POST', 'faults', { latencyFactor: 100 });
    const { requestId } = await cloud.link('create', LINK);
    declared.add(LINK);
    // Each call takes long: the planner has only begun.
    await cloud.local('POST', 'faults', { lambdaCrash: 1 });
    await executions.start('reconcile');
    await until(async () => !(await executions.isRunning('reconcile')));
    const [failed] = await executions.list('reconcile', 'FAILED');
    expect(failed).toMatchObject({ status: 'FAILED', error: 'Runtime.ExitError' });
    await cloud.local('POST', 'faults', {});
    // Nobody else does anything: settling fires the schedule of every minute until nothing is left.
    await expectConverged();
    await expectCompleted([requestId]);
  });

  test('work whose executions were stopped is taken up again', async () => {
    const { requestId } = await cloud.link('create', OTHER_LINK);
    declared.add(OTHER_LINK);
    await until(() => executions.isRunning('apply-assignments'));
    await executions.stopAll();
    await executions.ring(1);
    await expectConverged();
    await expectCompleted([requestId]);
  });
});
