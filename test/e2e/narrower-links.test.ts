import { accountsAssignedTo, createPermissionSet, principalId } from './support/access';
import { LocalCloud } from './support/local-cloud';
import { until } from './support/until';

/** Simulated; long enough to create and to look. */
const LIFE_SECONDS = 150;
/** The minute's function, and what it takes to plan and to remove. */
const GONE_WITHIN_SECONDS = 120;

let cloud: LocalCloud;
beforeAll(async () => {
  cloud = await LocalCloud.start({ speed: 15 });
});
afterAll(() => cloud?.stop());

/** Simulated time, epoch milliseconds. */
async function now(): Promise<number> {
  return Date.parse((await cloud.local('GET', 'health')).body.now);
}

test('a narrowed link covers exactly what is left, and is gone after it expired', async () => {
  const permissionSetArn = await createPermissionSet(cloud, 'Narrow');
  const group = await principalId(cloud, 'GROUP', 'team-Accountants');
  const accounts = () => accountsAssignedTo(cloud, permissionSetArn, group);
  const except = {
    accounts: ['444444444401'],
    organizationalUnits: ['ou-ab12-dataplatform'],
    tags: [{ key: 'team', value: 'Search' }, { key: 'owner' }],
  };
  const expires = (await now()) + LIFE_SECONDS * 1_000;
  const link = {
    scope: { type: 'ou_id', organizationalUnitId: 'ou-ab12-production', except },
    permissionSet: 'Narrow',
    principal: { type: 'GROUP', name: 'team-Accountants' },
    expiresAt: new Date(expires).toISOString(),
  };
  const created = await cloud.api('POST', '/postLinkData', { action: 'create', link });
  expect(created.status).toBe(200);
  const { requestId, linkId } = created.body;
  await cloud.settle();
  const finance = ['123456789012', '444444444411'];
  expect(await accounts()).toEqual(finance);
  expect((await cloud.api('GET', `/links/${linkId}`)).body).toMatchObject({ link, status: 'COMPLETED' });
  expect(await now()).toBeLessThan(expires);

  await until(async () => (await accounts()).length === 0);
  const gone = await now();
  expect(gone).toBeGreaterThanOrEqual(expires);
  expect(gone).toBeLessThan(expires + GONE_WITHIN_SECONDS * 1_000);
  await cloud.settle();
  expect((await cloud.api('GET', `/links/${linkId}`)).body).toMatchObject({
    link,
    status: 'EXPIRED',
    assignments: { desired: 0 },
  });
  const { body } = await cloud.api('GET', `/requests/${requestId}`);
  expect(body).toMatchObject({ status: 'COMPLETED', planned: { create: 2, delete: 0 }, completed: 2 });
  expect((await cloud.api('GET', '/assignments?permissionSet=Narrow')).body.assignments).toEqual([]);
});
