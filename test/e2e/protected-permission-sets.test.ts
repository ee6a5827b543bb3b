import { CreatePermissionSetCommand } from '@aws-sdk/client-sso-admin';
import { loggedBy } from './support/function-log';
import { LinkBucket } from './support/link-bucket';
import { livePermissionSet } from './support/live-permission-set';
import { INSTANCE_ARN, LocalCloud } from './support/local-cloud';
import { OtherConfiguration } from './support/other-configuration';

const PROTECTED = { NamePrefixes: ['AWS', 'Core-'], Tags: [{ Key: 'owner', Value: 'platform' }] };

describe('a permission set that others look after', () => {
  let configuration: OtherConfiguration;
  let cloud: LocalCloud;
  beforeAll(async () => {
    configuration = OtherConfiguration.of({}, { Protected: PROTECTED });
    cloud = await LocalCloud.start({ speed: 60, extra: configuration.arguments });
    const Tags = [{ Key: 'owner', Value: 'platform' }];
    for (const Name of ['Tagged', 'Tagged-file']) {
      await cloud.ssoAdmin().send(new CreatePermissionSetCommand({ InstanceArn: INSTANCE_ARN, Name, Tags }));
    }
  });
  afterAll(async () => {
    await cloud?.stop();
    configuration?.remove();
  });

  test.each([
    ['by its name', 'Core-Admin', /^Core-Admin .*Core-/],
    ['by a tag', 'Tagged', /^Tagged .*owner/],
  ])('%s is not taken over: 409, and nothing is stored or changed', async (_, permissionSetName, message) => {
    const body = { action: 'create', permissionSetData: { permissionSetName, description: 'ours' } };
    const answer = await cloud.api('POST', '/postPermissionSetData', body);
    expect(answer).toMatchObject({ status: 409, body: { message: expect.stringMatching(message) } });
    expect((await cloud.api('GET', `/permission-sets/${permissionSetName}`)).status).toBe(404);
    await cloud.settle();
    if (permissionSetName === 'Tagged') {
      expect(await livePermissionSet(cloud, 'Tagged')).toMatchObject({ tags: { owner: 'platform' } });
      expect(await livePermissionSet(cloud, 'Tagged')).not.toHaveProperty('description');
    }
  });

  test('is not taken over by a file either, and the refusal is reported', async () => {
    const files = await LinkBucket.of(cloud, undefined, 'permission-sets');
    await files.put('Tagged-file.json', JSON.stringify({ permissionSetName: 'Tagged-file' }));
    await cloud.settle();
    const [entry] = await loggedBy(cloud, 'local-permission-set-files', 'A permission set file was rejected');
    expect((await cloud.api('GET', `/requests/${entry.requestId}`)).body).toMatchObject({
      status: 'REJECTED',
      subject: 'permission_sets/Tagged-file.json',
      errors: [{ path: 'permissionSetName', message: expect.stringMatching(/^Tagged-file .*owner/) }],
    });
  });

  test('does not keep others from being declared', async () => {
    const body = { action: 'create', permissionSetData: { permissionSetName: 'Free' } };
    expect((await cloud.api('POST', '/postPermissionSetData', body)).status).toBe(200);
    await cloud.settle();
    expect((await cloud.api('GET', '/permission-sets/Free')).body.status).toBe('COMPLETED');
    expect((await cloud.local('GET', 'iam')).body.denied).toEqual([]);
  });
});
