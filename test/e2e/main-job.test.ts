import { LocalCloud } from './support/local-cloud';

describe('the main job', () => {
  let cloud: LocalCloud;
  beforeAll(async () => {
    cloud = await LocalCloud.start();
  }, 90_000);
  afterAll(() => cloud?.stop());

  test('a link becomes account assignments', async () => {
    const { requestId } = await cloud.link('create', 'root%all%CloudOperator-ps%team-CloudOperators%GROUP%ssofile');
    await cloud.settle();
    const { body } = await cloud.api('GET', `/requests/${requestId}`);
    expect(body).toMatchObject({ status: 'COMPLETED', planned: { create: 23, delete: 0 }, completed: 23, failed: 0 });
    const arn = await cloud.permissionSetArn('CloudOperator-ps');
    expect(await cloud.assignedPrincipals('123456789012', arn)).toHaveLength(1);
    expect(await cloud.assignedPrincipals('888888888801', arn)).toEqual([]);
  }, 90_000);
});
