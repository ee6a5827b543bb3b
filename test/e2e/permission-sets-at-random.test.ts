import { type Random, seededRandom } from '../../local/clock';
import { accountsAssignedTo, principalId } from './support/access';
import { insist } from './support/link-storm';
import { livePermissionSet, provisionedAccounts } from './support/live-permission-set';
import { LocalCloud } from './support/local-cloud';

const FINANCE = ['123456789012', '444444444411', '555555555502', '666666666603'];
const NAMES = ['Random-0', 'Random-1', 'Random-2', 'Random-3'];
const STEPS = 25;

interface Document {
  readonly permissionSetName: string;
  readonly description: string;
  readonly relayState?: string;
  readonly managedPoliciesArnList?: readonly string[];
  readonly inlinePolicyDocument?: object;
}

/** Some document; each part is sometimes absent. */
function documentOf(permissionSetName: string, number: number): Document {
  const policy = { Statement: { Sid: `N${number}`, Effect: 'Deny', Action: '*', Resource: '*' } };
  return {
    permissionSetName,
    description: `number ${number}`,
    ...(number % 2 ? { relayState: `https://console.aws.amazon.com/${number}` } : {}),
    ...(number % 3 ? { managedPoliciesArnList: [`arn:aws:iam::aws:policy/Any${number % 5}`] } : {}),
    ...(number % 5 ? { inlinePolicyDocument: policy } : {}),
  };
}

function linkOf(name: string): string {
  return `account_tag%team^Finance%${name}%team-Accountants%GROUP%ssofile`;
}

describe('permission sets and links, declared and deleted in any order', () => {
  const documents = new Map<string, Document>();
  const links = new Set<string>();
  let cloud: LocalCloud;
  beforeAll(async () => {
    cloud = await LocalCloud.start({ speed: 60 });
  });
  afterAll(() => cloud?.stop());
  afterEach(() => cloud.local('POST', 'faults', {}));

  /** Answers the status; what may be taken in later or is already is sent again. */
  function post(action: 'update' | 'delete', permissionSetData: object): Promise<number> {
    return insist(async () => {
      const { status, body } = await cloud.api('POST', '/postPermissionSetData', { action, permissionSetData });
      if (status >= 429) throw new Error(`${status} ${JSON.stringify(body)}`);
      return status;
    });
  }

  async function declare(name: string, number: number): Promise<void> {
    const document = documentOf(name, number);
    expect(await post('update', document)).toBe(200);
    documents.set(name, document);
  }

  async function remove(name: string): Promise<void> {
    const status = await post('delete', { permissionSetName: name });
    // A first try that was not answered may have been taken in: then there is nothing left to delete.
    const allowed = documents.has(name) && links.has(name) ? [400] : [200, 404];
    expect(allowed).toContain(status);
    if (status !== 400) documents.delete(name);
  }

  async function link(action: 'create' | 'delete', name: string): Promise<void> {
    await insist(() => cloud.link(action, linkOf(name)));
    if (action === 'create') links.add(name);
    else links.delete(name);
  }

  async function step(random: Random): Promise<void> {
    const name = NAMES[Math.floor(random() * NAMES.length)] ?? '';
    const choice = random();
    if (choice < 0.4) await declare(name, Math.floor(random() * 1_000));
    else if (choice < 0.6) await remove(name);
    else if (choice < 0.8) await link('create', name);
    else if (choice < 0.97) await link('delete', name);
    else await cloud.settle();
  }

  async function expectAsDeclared(name: string): Promise<void> {
    const { status, body } = await cloud.api('GET', `/permission-sets/${name}`);
    const document = documents.get(name);
    if (!document) {
      expect(status).toBe(404);
      await expect(cloud.permissionSetArn(name)).rejects.toThrow('No permission set');
      return;
    }
    expect(body).toMatchObject({ status: 'COMPLETED', unprovisioned: [] });
    expect(await livePermissionSet(cloud, name)).toEqual({
      description: document.description,
      sessionDuration: 'PT1H',
      relayState: document.relayState,
      tags: {},
      managedPolicies: document.managedPoliciesArnList ?? [],
      customerManagedPolicies: [],
      inlinePolicy: document.inlinePolicyDocument,
    });
    const arn = await cloud.permissionSetArn(name);
    const assigned = await accountsAssignedTo(cloud, arn, await principalId(cloud, 'GROUP', 'team-Accountants'));
    expect(assigned).toEqual(links.has(name) ? FINANCE : []);
    // Roles of accounts that have no assignment any more disappear a little later.
    const stale = await provisionedAccounts(cloud, arn, 'LATEST_PERMISSION_SET_NOT_PROVISIONED');
    expect(stale.filter((accountId) => assigned.includes(accountId))).toEqual([]);
  }

  test.each([
    { seed: 1, faults: {} },
    { seed: 2, faults: { throttle: 0.2 } },
    { seed: 3, faults: { lambdaCrash: 0.2 } },
    { seed: 4, faults: { serverError: 0.1 } },
    { seed: 5, faults: { lambdaCrash: 0.2, throttle: 0.2 } },
  ])('end as declared, seed $seed, faults $faults', async ({ seed, faults }) => {
    const random = seededRandom(seed);
    await cloud.local('POST', 'faults', faults);
    for (let steps = 0; steps < STEPS; steps += 1) await step(random);
    await cloud.local('POST', 'faults', {});
    await cloud.settle();
    for (const name of NAMES) await expectAsDeclared(name);
  });
});
