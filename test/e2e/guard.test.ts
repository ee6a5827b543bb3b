import { assumeRole } from './support/assumed-role';
import { ADMINISTRATION, type Credentials, LocalCloud, MANAGEMENT, TARGET } from './support/local-cloud';
import { observedAssignments } from './support/observed';
import { OtherConfiguration } from './support/other-configuration';

const WAVE = 40;
const PERMISSION_SETS = ['Reader', 'Writer'];
const GROUPS = ['one', 'two', 'three', 'four', 'five'];
const PAIRS = PERMISSION_SETS.flatMap((permissionSet) => GROUPS.map((group) => ({ permissionSet, group })));

/** 60 accounts, of which 40 carry the tag that links name. */
function organizationOfSixty() {
  const others = Array.from({ length: 56 }, (_, index) => `7000000000${String(index).padStart(2, '0')}`);
  const account = (id: string) => ({ id, name: `account-${id}`, email: `${id}@example.com` });
  return {
    organization: { managementAccountId: MANAGEMENT },
    root: {
      accounts: [
        ...[MANAGEMENT, ADMINISTRATION, TARGET, '000000000000'].map(account),
        ...others.map((id, index) => ({ ...account(id), tags: { wave: index < WAVE ? 'first' : 'second' } })),
      ],
    },
    groups: [...GROUPS, 'six'].map((displayName) => ({ displayName })),
    permissionSets: PERMISSION_SETS.map((permissionSetName) => ({ permissionSetName })),
    roles: [
      { accountId: TARGET, name: 'approver', allow: ['execute-api:Invoke'] },
      { accountId: TARGET, name: 'submitter', allow: ['execute-api:Invoke'] },
    ],
  };
}

const linkOf = ({ permissionSet, group }: { permissionSet: string; group: string }, scope = 'account_tag%wave^first') =>
  `${scope}%${permissionSet}%${group}%GROUP%ssofile`;

describe('400 assignments of which 60 % would go', () => {
  let cloud: LocalCloud;
  let configuration: OtherConfiguration;
  let approver: Credentials;
  let submitter: Credentials;
  beforeAll(async () => {
    // One link alone, 40 of 400, is over both limits: whichever deletions a pass meets, it holds them.
    configuration = OtherConfiguration.of({}, { Guard: { MaxRemovals: 30, MaxRemovalPercent: 9 } });
    const extra = configuration.arguments;
    cloud = await LocalCloud.start({ organization: organizationOfSixty(), speed: 60, extra });
    approver = await assumeRole(cloud, 'approver');
    submitter = await assumeRole(cloud, 'submitter');
    await Promise.all(PAIRS.map((pair) => submit('create', linkOf(pair))));
    await cloud.settle();
    expect(await count()).toBe(400);
  });
  afterAll(async () => {
    await cloud?.stop();
    configuration?.remove();
  });

  async function submit(action: 'create' | 'delete', linkData: string): Promise<string> {
    const { status, body } = await cloud.api('POST', '/postLinkData', { action, linkData }, submitter);
    expect(status).toBe(200);
    return body.requestId;
  }

  const count = async () => (await observedAssignments(cloud)).length;
  const request = async (id: string) => (await cloud.api('GET', `/requests/${id}`)).body;
  const plan = async (id: string) => (await cloud.api('GET', `/plans/${id}`)).body;
  const decide = (id: string, decision: 'approve' | 'reject', as: Credentials) =>
    cloud.api('POST', `/plans/${id}/${decision}`, undefined, as);

  /** The plans that requests wait for. */
  async function plansOf(requestIds: readonly string[]): Promise<string[]> {
    const waiting = (await Promise.all(requestIds.map(request))).map(({ status, waitingFor, heldBy }) => {
      expect(status).toBe('HELD');
      expect(waitingFor).toEqual(heldBy.map((id: string) => expect.stringMatching(`^plan: ${id} `)));
      return heldBy;
    });
    return [...new Set<string>(waiting.flat())];
  }

  const leaving = PAIRS.slice(0, 6);
  let requests: string[];
  let plans: string[];

  test('nothing is removed; what is created goes on', async () => {
    const [, ...deleted] = await Promise.all([
      submit('create', linkOf({ permissionSet: 'Reader', group: 'six' })),
      ...leaving.map((pair) => submit('delete', linkOf(pair))),
    ]);
    requests = deleted;
    await cloud.settle();
    expect(await count()).toBe(440);
    plans = await plansOf(requests);
    const shown = await Promise.all(plans.map(plan));
    expect(shown.reduce((sum, { removals }) => sum + removals, 0)).toBe(240);
    for (const one of shown) {
      expect(one).toMatchObject({ status: 'HELD', limits: { maxRemovals: 30, maxRemovalPercent: 9 } });
      expect(one.causedBy).toEqual([expect.stringContaining('assumed-role/submitter/')]);
      expect(one.changes[0]).toMatchObject({ kind: 'delete', reason: expect.stringContaining('was deleted') });
    }
  });

  test('all changes can be read, page by page', async () => {
    const seen = new Set<string>();
    for (const id of plans) {
      let token: string | undefined;
      do {
        const { body } = await cloud.api('GET', `/plans/${id}${token ? `?nextToken=${token}` : ''}`);
        for (const { accountId, permissionSetName, principalName } of body.changes) {
          seen.add(`${accountId} ${permissionSetName} ${principalName}`);
        }
        token = body.nextToken;
      } while (token);
    }
    expect(seen.size).toBe(240);
  });

  test('it stays held when single submissions touch its pairs', async () => {
    for (const pair of leaving.slice(0, 2)) {
      const single = linkOf(pair, 'account%700000000055');
      await submit('create', single);
      await cloud.settle();
      await submit('delete', single);
      await submit('delete', linkOf(pair));
      await cloud.settle();
    }
    // The two that were created in an account of their own are held with the others.
    expect(await count()).toBe(442);
    expect((await Promise.all(plans.map(plan))).every(({ status }) => status === 'HELD')).toBe(true);
  });

  test('whoever caused it does not approve it; somebody else does, and it is applied', async () => {
    for (const id of plans) {
      expect(await decide(id, 'approve', submitter)).toMatchObject({
        status: 403,
        body: { message: expect.stringContaining('somebody else has to approve it') },
      });
    }
    expect((await decide('no-such-plan', 'approve', approver)).status).toBe(404);
    const decisions: string[] = [];
    for (const id of plans) {
      const { status, body } = await decide(id, 'approve', approver);
      expect(status).toBe(200);
      decisions.push(body.requestId);
    }
    await cloud.settle();
    expect(await count()).toBe(200);
    for (const id of plans) {
      expect(await plan(id)).toMatchObject({ status: 'APPLIED', approvedBy: expect.stringContaining('approver') });
      expect((await decide(id, 'approve', approver)).status).toBe(409);
      expect((await decide(id, 'reject', approver)).status).toBe(409);
    }
    for (const id of [...requests, ...decisions]) expect((await request(id)).status).toBe('COMPLETED');
  });

  test('a plan that is rejected keeps what is, whatever touches its pairs', async () => {
    const [pair = { permissionSet: '', group: '' }] = PAIRS.slice(6);
    const deletion = await submit('delete', linkOf(pair));
    await cloud.settle();
    const [id = ''] = await plansOf([deletion]);
    expect((await decide(id, 'reject', approver)).status).toBe(200);
    await cloud.settle();
    const single = linkOf(pair, 'account%700000000055');
    await submit('create', single);
    await cloud.settle();
    await submit('delete', single);
    await submit('delete', linkOf(pair));
    await cloud.settle();
    expect(await count()).toBe(200);
    expect(await plan(id)).toMatchObject({ status: 'REJECTED', removals: 40 });
    const path = `/assignments?permissionSet=${pair.permissionSet}&principalName=${pair.group}`;
    const { body } = await cloud.api('GET', path);
    expect(body.assignments).toHaveLength(40);
    for (const { reason, state } of body.assignments) {
      expect([state, reason]).toEqual([
        'PROVISIONED',
        expect.stringMatching(`^kept: plan ${id} was rejected by .*approver`),
      ]);
    }
    expect((await request(deletion)).status).toBe('COMPLETED_WITH_FAILURES');
  });
});
