import { accountsAssignedTo, createPermissionSet, principalId } from './support/access';
import { LocalCloud } from './support/local-cloud';

/** Simulated; long enough to create and to look. */
const LIFE_SECONDS = 150;
/** What is left of its life when it is still there: a look takes some time. */
const ALMOST_SECONDS = 10;
/** The minute's function, and what it takes to plan and to remove. */
const GONE_WITHIN_SECONDS = 120;

let cloud: LocalCloud;
beforeAll(async () => {
  cloud = await LocalCloud.start({ speed: 60 });
});
afterAll(() => cloud?.stop());

test('a narrowed link covers exactly what is left, and is gone after it expired', async () => {
  const permissionSetArn = await createPermissionSet(cloud, 'Narrow');
  const group = await principalId(cloud, 'GROUP', 'team-Accountants');
  const accounts = () => accountsAssignedTo(cloud, permissionSetArn, group);
  const except = {
    accounts: ['444444444401'],
    organizationalUnits: ['ou-ab12-dataplatform'],
    tags: [{ key: 'team', value: 'Search' }, { key: 'owner' }],
  };
  const expires = (await cloud.now()) + LIFE_SECONDS * 1_000;
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
  const rest = (expires - (await cloud.now())) / 1_000;
  expect(rest).toBeGreaterThan(ALMOST_SECONDS);

  await cloud.advance(rest - ALMOST_SECONDS);
  expect(await accounts()).toEqual(finance);
  await cloud.advance(ALMOST_SECONDS + GONE_WITHIN_SECONDS);
  expect(await accounts()).toEqual([]);
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
