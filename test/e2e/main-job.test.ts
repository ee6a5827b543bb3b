import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { filesIn } from './support/folder';
import { LocalCloud } from './support/local-cloud';
import { apiCommand } from './support/operator-command';
import { uploadExport } from './support/upload-export';

const ROOT_LINK = 'root%all%CloudOperator-ps%team-CloudOperators%GROUP%ssofile';

describe('the main job', () => {
  const folder = mkdtempSync(join(tmpdir(), 'main-job-'));
  let cloud: LocalCloud;
  beforeAll(async () => {
    cloud = await LocalCloud.start({ speed: 60 });
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await cloud?.stop();
  });

  async function links(): Promise<string[]> {
    const { body } = await cloud.api('GET', '/links');
    return body.links.map(({ linkData }: { linkData: string }) => linkData).sort();
  }

  /** Operations of Identity Center so far. */
  async function operations(): Promise<number> {
    const { calls } = (await cloud.local('GET', 'metrics')).body;
    return (calls['sso:CreateAccountAssignment'] ?? 0) + (calls['sso:DeleteAccountAssignment'] ?? 0);
  }

  const LINK_FILES = [
    'root%all%Absent-ps%bob%USER%ssofile',
    'account_tag%cost:centre/main^a + b%Full-ps%50%25 club/north "1"%GROUP%ssofile',
    'ou_id%ou-ab12-security%Full-ps%alice%USER%ssofile',
  ];
  const LIMITED = {
    scope: { type: 'root', except: { tags: [{ key: 'frozen' }] } },
    permissionSet: 'Full-ps',
    principal: { type: 'GROUP', name: 'contractors' },
    notBefore: '2031-01-01T00:00:00Z',
  };
  const FULL = {
    tags: [{ Value: 'Support', Key: 'team' }],
    permissionSetName: 'Full-ps',
    description: 'everything',
    sessionDurationInMinutes: '120',
    relayState: 'https://console.aws.amazon.com/support',
    managedPoliciesArnList: ['arn:aws:iam::aws:policy/AWSSupportAccess', 'arn:aws:iam::aws:policy/ReadOnlyAccess'],
    customerManagedPoliciesList: [{ Path: '/cmp/1/', Name: 'cmp-1' }],
    inlinePolicyDocument: { Statement: { Action: 's3:*', Effect: 'Deny', Resource: '*' }, Version: '2012-10-17' },
    permissionsBoundary: { CustomerManagedPolicyReference: { Name: 'cmp-pb', Path: '/cmp/pb/' } },
  };

  test('what is declared is exported, and declared again by uploading the export where nothing is', async () => {
    const post = async (route: string, body: object) => expect((await cloud.api('POST', route, body)).status).toBe(200);
    await post('/postPermissionSetData', { action: 'create', permissionSetData: FULL });
    for (const linkData of LINK_FILES) await cloud.link('create', linkData);
    await post('/postLinkData', { action: 'create', link: LIMITED });
    await cloud.settle();
    const [before, after] = [join(folder, 'before'), join(folder, 'after')];
    expect(await apiCommand(cloud, 'export', '--to', before)).toContain(
      '3 link files, 1 permission set files, 1 requests',
    );
    const files = filesIn(before);
    expect(Object.keys(files)).toEqual([
      ...LINK_FILES.map((text) => `links_data/${text}`).sort(),
      'permission_sets/Full-ps.json',
      expect.stringMatching(/^requests\/link-/),
    ]);
    const shown = async () => (await cloud.api('GET', '/permission-sets/Full-ps')).body;
    const { document } = await shown();

    for (const linkData of LINK_FILES) await cloud.link('delete', linkData);
    await post('/postLinkData', { action: 'delete', link: LIMITED });
    await cloud.settle();
    await post('/postPermissionSetData', { action: 'delete', permissionSetData: { permissionSetName: 'Full-ps' } });
    await cloud.settle();
    expect([await links(), (await cloud.api('GET', '/permission-sets')).body]).toEqual([[], { permissionSets: [] }]);

    await uploadExport(cloud, before);
    await cloud.settle();
    await apiCommand(cloud, 'export', '--to', after);
    expect(filesIn(after)).toEqual(files);
    expect(await shown()).toMatchObject({ document, status: 'COMPLETED' });
    expect(await links()).toHaveLength(4);
    await expect(apiCommand(cloud, 'export', '--to', after)).rejects.toThrow('--to: expected an empty folder');
  });

  test('a link becomes account assignments', async () => {
    const { requestId } = await cloud.link('create', ROOT_LINK);
    await cloud.settle();
    const { body } = await cloud.api('GET', `/requests/${requestId}`);
    expect(body).toMatchObject({ status: 'COMPLETED', planned: { create: 23, delete: 0 }, completed: 23, failed: 0 });
    const arn = await cloud.permissionSetArn('CloudOperator-ps');
    expect(await cloud.assignedPrincipals('123456789012', arn)).toHaveLength(1);
    expect(await cloud.assignedPrincipals('888888888801', arn)).toEqual([]);
  });

  test('account links are folded into wider ones without one operation', async () => {
    const of = (scope: string) => `${scope}%Billing-ps%team-Accountants%GROUP%ssofile`;
    const finance = ['123456789012', '444444444411', '555555555502', '666666666603'];
    const sandboxes = ['777777777701', '777777777702', '777777777703'];
    const narrow = [...finance, ...sandboxes].map((accountId) => of(`account%${accountId}`));
    for (const linkData of narrow) await cloud.link('create', linkData);
    await cloud.settle();
    const to = join(folder, 'fold');
    await apiCommand(cloud, 'fold', '--to', to, '--tag-keys', 'team');
    const wider = [of('account_tag%team^Finance'), of('ou_id%ou-ab12-sandboxes')];
    expect(Object.keys(filesIn(to))).toEqual([
      ...wider.map((text) => `links_data/${text}`),
      'proposals.json',
      'summary.txt',
    ]);
    const proposals = JSON.parse(readFileSync(join(to, 'proposals.json'), 'utf8'));
    expect(proposals).toMatchObject([
      { by: wider[0], isDeclared: false, replaces: finance.map((accountId) => of(`account%${accountId}`)) },
      { by: wider[1], isDeclared: false, replaces: sandboxes.map((accountId) => of(`account%${accountId}`)) },
    ]);
    const [operationsBefore, linksBefore] = [await operations(), await links()];
    const accepted = await apiCommand(cloud, 'fold', '--accept', to);
    expect(accepted).toBe('2 wider links created, 7 links deleted; no assignment was created or removed by it.\n');
    await cloud.settle();
    expect(await operations()).toBe(operationsBefore);
    expect(await links()).toEqual([...linksBefore.filter((link) => !narrow.includes(link)), ...wider].sort());
    const arn = await cloud.permissionSetArn('Billing-ps');
    for (const accountId of [...finance, ...sandboxes])
      expect(await cloud.assignedPrincipals(accountId, arn)).toHaveLength(1);
  });
});
