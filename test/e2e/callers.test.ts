import { DeleteObjectCommand, GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { assumeRole } from './support/assumed-role';
import { defaultOrganization } from './support/default-organization';
import { LinkBucket } from './support/link-bucket';
import { administratorOf, type Credentials, LocalCloud, MANAGEMENT, TARGET } from './support/local-cloud';

const LINK = 'account%123456789012%Billing-ps%team-Accountants%GROUP%ssofile';
const CREATE = { action: 'create', linkData: LINK };
const DECLARE = { action: 'create', permissionSetData: { permissionSetName: 'Called' } };

let cloud: LocalCloud;
let requestId: string;
let linkId: string;
beforeAll(async () => {
  const organization = defaultOrganization();
  organization.roles = [
    { accountId: TARGET, name: 'nobody' },
    { accountId: TARGET, name: 'reader-of-other-things', allow: ['s3:ListAllMyBuckets', 'sso:ListInstances'] },
    { accountId: TARGET, name: 'any-api', allow: ['execute-api:Invoke'] },
    { accountId: MANAGEMENT, name: 'any-api', allow: ['execute-api:Invoke'] },
  ];
  cloud = await LocalCloud.start({ speed: 60, organization });
  ({ requestId, linkId } = await cloud.link('create', LINK));
  expect((await cloud.api('POST', '/postPermissionSetData', DECLARE)).status).toBe(200);
  await cloud.settle();
});
afterAll(() => cloud?.stop());

/** Every route, with a status that an allowed caller gets. */
const ROUTES = [
  ['POST', '/postLinkData'],
  ['POST', '/postPermissionSetData'],
  ['GET', '/permission-sets'],
  ['GET', '/permission-sets/Called'],
  ['GET', '/permission-sets/Called/generations'],
  ['GET', '/requests/{requestId}'],
  ['GET', '/links'],
  ['GET', '/links/{linkId}'],
  ['GET', '/assignments'],
  ['GET', '/accounts/123456789012/assignments'],
  ['GET', '/plans/{planId}'],
  ['POST', '/plans/{planId}/approve'],
  ['POST', '/plans/{planId}/reject'],
] as const;

/** There is no such plan: who may ask for it is told so. */
const PLAN_ID = 'none';

type Route = (typeof ROUTES)[number];

function call([method, path]: Route, as: Credentials) {
  const filled = path.replace('{requestId}', requestId).replace('{linkId}', linkId).replace('{planId}', PLAN_ID);
  const body = path === '/postLinkData' ? CREATE : DECLARE;
  return cloud.api(method, filled, path.startsWith('/post') ? body : undefined, as);
}

/** What a caller gets at each route. */
async function statuses(as: Credentials): Promise<Record<string, number>> {
  const answers = await Promise.all(ROUTES.map(async (route) => [route.join(' '), (await call(route, as)).status]));
  return Object.fromEntries(answers);
}

function onlyAllowed(...allowed: readonly string[]): Record<string, number> {
  const found = (path: string) => (path.includes('{planId}') ? 404 : 200);
  return Object.fromEntries(
    ROUTES.map(([method, path]) => [`${method} ${path}`, allowed.includes(path) ? found(path) : 403]),
  );
}

const EVERY_PATH = ROUTES.map(([, path]) => path);
const ABOUT_PERMISSION_SETS = /permission-?set/i;
const ABOUT_PLANS = /^\/plans/;

describe('the API is called by', () => {
  test('the administrator of the target account: every route', async () => {
    expect(await statuses(administratorOf(TARGET))).toEqual(onlyAllowed(...EVERY_PATH));
  });

  test('LinkCallerRole: every route about links', async () => {
    const aboutLinks = EVERY_PATH.filter((path) => !ABOUT_PERMISSION_SETS.test(path) && !ABOUT_PLANS.test(path));
    expect(await statuses(await assumeRole(cloud, 'link-caller'))).toEqual(onlyAllowed(...aboutLinks));
  });

  test('PermissionSetCallerRole: every route about permission sets, and what became of requests', async () => {
    const aboutPermissionSets = EVERY_PATH.filter((path) => ABOUT_PERMISSION_SETS.test(path));
    const role = await assumeRole(cloud, 'permission-set-caller');
    expect(await statuses(role)).toEqual(onlyAllowed('/requests/{requestId}', ...aboutPermissionSets));
  });

  test('a role without rights, or with rights for something else: no route', async () => {
    for (const name of ['nobody', 'reader-of-other-things']) {
      expect(await statuses(await assumeRole(cloud, name))).toEqual(onlyAllowed());
    }
  });

  test('a role that IAM allows it: every route', async () => {
    expect(await statuses(await assumeRole(cloud, 'any-api'))).toEqual(onlyAllowed(...EVERY_PATH));
  });

  test('another account, whatever its rights: no route', async () => {
    expect(await statuses(administratorOf(MANAGEMENT))).toEqual(onlyAllowed());
    expect(await statuses(await assumeRole(cloud, 'any-api', MANAGEMENT))).toEqual(onlyAllowed());
  });

  test('somebody without a signature, or with a wrong one: no route', async () => {
    const address = `${(await cloud.outputNamed('local-linkApi-endpointURL')).replace(/\/$/, '')}/links`;
    const unsigned = await fetch(address);
    expect([unsigned.status, await unsigned.json()]).toEqual([403, { message: 'Missing Authentication Token' }]);
    const role = await assumeRole(cloud, 'link-caller');
    expect(await statuses({ ...role, secretAccessKey: `${role.secretAccessKey}x` })).toEqual(onlyAllowed());
    expect(await statuses({ ...role, sessionToken: 'x' })).toEqual(onlyAllowed());
  });

  test('a denial says who may not do what', async () => {
    const { body } = await cloud.api('POST', '/postLinkData', CREATE, await assumeRole(cloud, 'nobody'));
    expect(body.message).toMatch(
      /^User: arn:aws:sts::333333333333:assumed-role\/nobody\/tester is not authorized to perform: execute-api:Invoke on resource: .*POST\/postLinkData/,
    );
  });

  test('who submitted is shown', async () => {
    const answer = await cloud.api('POST', '/postLinkData', CREATE, await assumeRole(cloud, 'link-caller'));
    const request = await cloud.api('GET', `/requests/${answer.body.requestId}`);
    expect(request.body.submittedBy).toBe(`arn:aws:sts::${TARGET}:assumed-role/link-caller/tester`);
  });
});

const NOTHING = Buffer.alloc(0);
const PREFIXES = ['links_data/', 'permission_sets/', 'plans/', ''] as const;

/** What a caller may do below each prefix of the bucket; files that it puts are named like a link, and deleted again. */
async function rights(as: Credentials): Promise<Record<string, readonly string[]>> {
  const client = cloud.s3(as);
  const { name: Bucket } = await LinkBucket.of(cloud);
  const attempt = async (right: string, work: Promise<unknown>) =>
    work.then(
      () => [right],
      (fault: Error) => (fault.name === 'AccessDenied' ? [] : Promise.reject(fault)),
    );
  const entries = PREFIXES.map(async (prefix) => {
    const Key = `${prefix}${LINK}`;
    const administrator = cloud.s3();
    await administrator.send(new PutObjectCommand({ Bucket, Key, Body: NOTHING }));
    const allowed = [
      ...(await attempt('list', client.send(new ListObjectsV2Command({ Bucket, Prefix: prefix })))),
      ...(await attempt('get', client.send(new GetObjectCommand({ Bucket, Key })))),
      ...(await attempt('put', client.send(new PutObjectCommand({ Bucket, Key, Body: NOTHING })))),
      ...(await attempt('delete', client.send(new DeleteObjectCommand({ Bucket, Key })))),
    ];
    await administrator.send(new DeleteObjectCommand({ Bucket, Key }));
    return [prefix, allowed] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

describe('the bucket is used by', () => {
  afterEach(() => cloud.settle());

  test('LinkCallerRole: below links_data/ only', async () => {
    expect(await rights(await assumeRole(cloud, 'link-caller'))).toEqual({
      'links_data/': ['list', 'get', 'put', 'delete'],
      'permission_sets/': [],
      'plans/': [],
      '': [],
    });
  });

  test('PermissionSetCallerRole: below permission_sets/ only', async () => {
    expect(await rights(await assumeRole(cloud, 'permission-set-caller'))).toEqual({
      'links_data/': [],
      'permission_sets/': ['list', 'get', 'put', 'delete'],
      'plans/': [],
      '': [],
    });
  });

  test('a role without rights: not at all', async () => {
    expect(await rights(await assumeRole(cloud, 'nobody'))).toEqual({
      'links_data/': [],
      'permission_sets/': [],
      'plans/': [],
      '': [],
    });
  });

  test('LinkCallerRole: what it puts becomes assignments', async () => {
    const bucket = await LinkBucket.of(cloud, await assumeRole(cloud, 'link-caller'));
    const link = 'account%123456789012%Billing-ps%team-Developers%GROUP%ssofile';
    await bucket.put(link);
    await cloud.settle();
    const { body } = await cloud.api('GET', '/accounts/123456789012/assignments');
    expect(body.assignments).toContainEqual(
      expect.objectContaining({ principalName: 'team-Developers', state: 'PROVISIONED', claims: [link] }),
    );
    await bucket.delete(link);
    await cloud.settle();
    expect((await cloud.api('GET', '/assignments?principalName=team-Developers')).body.assignments).toEqual([]);
  });
});
