import { LocalCloud, MANAGEMENT } from './support/local-cloud';
import { observedAssignments } from './support/observed';
import { Oracle, type OrganizationEntries } from './support/oracle';

/** AWS: operations on account assignments that may be in progress at once. */
const MOST_OUTSTANDING = 15;
/** The bar: calls to Identity Center for each assignment that is created or deleted, planning included. */
const MOST_CALLS_PER_ASSIGNMENT = 3.5;

/** Between two looks at what is under way. */
const LOOK_MS = 100;

const NUMBERS = [1, 2, 3, 4, 5, 6];
const FILE = organizationOfSixty();
const COVERED = 59;

/** 60 accounts, those of the configuration among them; six permission sets and six groups. */
function organizationOfSixty(): OrganizationEntries {
  const others = Array.from({ length: 56 }, (_, index) => `7000000000${String(index).padStart(2, '0')}`);
  const accounts = [MANAGEMENT, '222222222222', '333333333333', '000000000000', ...others];
  return {
    organization: { managementAccountId: MANAGEMENT },
    root: {
      accounts: accounts.map((id) => ({ id, name: `account-${id}`, email: `${id}@example.com` })),
    },
    groups: NUMBERS.map((number) => ({ displayName: `group-${number}` })),
    permissionSets: NUMBERS.map((number) => ({ permissionSetName: `permission-set-${number}` })),
  };
}

function rootLink(permissionSet: number, group: number): string {
  return `root%all%permission-set-${permissionSet}%group-${group}%GROUP%ssofile`;
}

describe('limits of the service', () => {
  const oracle = new Oracle(FILE);
  let cloud: LocalCloud;
  beforeAll(async () => {
    cloud = await LocalCloud.start({ organization: FILE, speed: 40 });
  });
  afterAll(() => cloud?.stop());

  /** Calls to Identity Center that were made with a role, by name. */
  async function serviceCalls(): Promise<number> {
    const { body } = await cloud.local('GET', 'metrics');
    const byRole = Object.entries<Record<string, number>>(body.callsByRole).filter(([caller]) =>
      caller.includes(':role/'),
    );
    const counts = byRole.flatMap(([, calls]) => Object.entries(calls).filter(([name]) => name.startsWith('sso:')));
    return counts.reduce((sum, [, count]) => sum + count, 0);
  }

  const first = NUMBERS.map((number) => rootLink(number, number));
  const second = NUMBERS.slice(0, 4).map((number) => rootLink(number, (number % 6) + 1));

  test('many links over 60 accounts: at most 15 operations at once, none throttled, few calls', async () => {
    await Promise.all(first.map((link) => cloud.link('create', link)));
    await cloud.settle();
    const { body } = await cloud.local('GET', 'metrics');
    expect(body.outstandingOperations.maximum).toBeLessThanOrEqual(MOST_OUTSTANDING);
    // The limit was reached, so that keeping it means something.
    expect(body.outstandingOperations.maximum).toBeGreaterThan(MOST_OUTSTANDING - 3);
    expect(body.throttledCalls).toEqual({});
    const applied = first.length * COVERED;
    expect(body.calls['sso:CreateAccountAssignment']).toBe(applied);
    expect((await serviceCalls()) / applied).toBeLessThanOrEqual(MOST_CALLS_PER_ASSIGNMENT);
    expect(await observedAssignments(cloud)).toEqual(oracle.expected(first));
  });

  test('revocations come before a backlog of grants', async () => {
    const [leaving = '', ...staying] = first;
    const grants = await Promise.all(second.map((link) => cloud.link('create', link)));
    await progress(grants, ({ completed }) => completed > 0);
    const { requestId } = await cloud.link('delete', leaving);
    await progress([{ requestId }], ({ status }) => status === 'COMPLETED');
    const { completed, planned } = await progress(grants, () => true);
    expect(planned).toBe(second.length * COVERED);
    expect(completed).toBeLessThan(planned / 2);
    await cloud.settle();
    expect(await observedAssignments(cloud)).toEqual(oracle.expected([...staying, ...second]));
    const { body } = await cloud.local('GET', 'metrics');
    expect(body.outstandingOperations.maximum).toBeLessThanOrEqual(MOST_OUTSTANDING);
    expect(body.throttledCalls).toEqual({});
  });

  interface Progress {
    readonly status: string;
    readonly completed: number;
    readonly planned: number;
  }

  /** Looks at the requests until what they show together fits. */
  async function progress(
    requests: readonly { readonly requestId: string }[],
    fits: (progress: Progress) => boolean,
  ): Promise<Progress> {
    for (;;) {
      const answers = await Promise.all(requests.map(({ requestId }) => cloud.api('GET', `/requests/${requestId}`)));
      const bodies = answers.map(({ body }) => body);
      const seen: Progress = {
        status: bodies[0]?.status,
        completed: bodies.reduce((sum, body) => sum + body.completed, 0),
        planned: bodies.reduce((sum, body) => sum + body.planned.create + body.planned.delete, 0),
      };
      if (fits(seen)) return seen;
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }
});
