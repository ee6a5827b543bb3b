import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loggedBy } from './support/function-log';
import { LinkBucket } from './support/link-bucket';
import { livePermissionSet } from './support/live-permission-set';
import { LocalCloud } from './support/local-cloud';

const FUNCTION = 'local-permission-set-files';
const BILLING = '123456789012';
const SAMPLES = join(__dirname, '../../docs/samples');

let cloud: LocalCloud;
let files: LinkBucket;
beforeAll(async () => {
  cloud = await LocalCloud.start({ speed: 60 });
  files = await LinkBucket.of(cloud, undefined, 'permission-sets');
});
afterAll(() => cloud?.stop());

/** Puts a document, or any text, and waits for what becomes of it. */
async function put(file: string, content: object | string): Promise<void> {
  await files.put(file, typeof content === 'string' ? content : JSON.stringify(content));
  await cloud.settle();
}

async function shown(name: string) {
  return cloud.api('GET', `/permission-sets/${encodeURIComponent(name)}`);
}

/** The last refusal of a file, as its request tells it. */
async function refusalOf(file: string) {
  const entries = await loggedBy(cloud, FUNCTION, `permission_sets/${file}`);
  const { requestId } = entries.filter(({ paths }) => paths !== undefined).at(-1);
  return (await cloud.api('GET', `/requests/${requestId}`)).body;
}

describe('the sample file', () => {
  test('becomes a permission set, and goes with its file', async () => {
    const document = JSON.parse(readFileSync(join(SAMPLES, 'permission_sets/Auditor-ps.json'), 'utf8'));
    await put('Auditor-ps.json', document);
    expect((await shown('Auditor-ps')).body).toMatchObject({ document, status: 'COMPLETED', source: 's3' });
    expect(await livePermissionSet(cloud, 'Auditor-ps')).toMatchObject({
      managedPolicies: [...document.managedPoliciesArnList].sort(),
    });
    await files.delete('Auditor-ps.json');
    await cloud.settle();
    expect((await shown('Auditor-ps')).status).toBe(404);
    await expect(cloud.permissionSetArn('Auditor-ps')).rejects.toThrow('No permission set');
  });
});

describe('a file', () => {
  test('may have a name with dots, commas, plus and at signs', async () => {
    const name = 'a.b+c@d,e=f_g-h.json';
    await put(`${name}.json`, { permissionSetName: name });
    expect((await shown(name)).body.status).toBe('COMPLETED');
    expect(await cloud.permissionSetArn(name)).toContain('permissionSet/');
  });

  test('that changes changes its permission set; many versions at once end with the last', async () => {
    await put('Changing.json', { permissionSetName: 'Changing', sessionDurationInMinutes: 60 });
    for (const minutes of [120, 180, 240]) {
      await files.put(
        'Changing.json',
        JSON.stringify({ permissionSetName: 'Changing', sessionDurationInMinutes: minutes }),
      );
    }
    await cloud.settle();
    expect((await livePermissionSet(cloud, 'Changing')).sessionDuration).toBe('PT4H');
  });

  test.each([
    [
      'Other-name.json',
      { permissionSetName: 'Another' },
      [{ path: 'permissionSetName', message: 'expected Other-name, as the file is called, got Another' }],
    ],
    [
      'Broken.json',
      '{ "permissionSetName": "Broken", ',
      [{ path: 'file', message: expect.stringContaining('expected a permission set as a JSON object') }],
    ],
    [
      'Unknown.json',
      { permissionSetName: 'Unknown', managedPolicyArnList: [] },
      [{ path: 'managedPolicyArnList', message: expect.stringContaining('did you mean managedPoliciesArnList?') }],
    ],
    [
      'no-document.txt',
      { permissionSetName: 'no-document' },
      [{ path: 'file name', message: 'expected <permissionSetName>.json' }],
    ],
    [
      'Twice.json',
      '{ "permissionSetName": "Twice", "relayState": "a", "relayState": "b" }',
      [{ path: 'relayState', message: expect.any(String) }],
    ],
  ])('%s is refused with the reason, and nothing is stored', async (file, content, errors) => {
    await put(file, content);
    expect(await refusalOf(file)).toMatchObject({
      status: 'REJECTED',
      kind: 'permissionSet',
      subject: `permission_sets/${file}`,
      errors,
    });
    const listed = (await cloud.api('GET', '/permission-sets')).body.permissionSets;
    const names = listed.map(({ permissionSetName }: { permissionSetName: string }) => permissionSetName);
    expect(names).not.toContain(file.replace(/\..*/, ''));
    await files.delete(file);
    await cloud.settle();
  });

  test('that is refused leaves what was there; deleting it then deletes the permission set', async () => {
    await put('Kept.json', { permissionSetName: 'Kept', description: 'good' });
    await put('Kept.json', { permissionSetName: 'Kept', description: '' });
    expect(await refusalOf('Kept.json')).toMatchObject({ status: 'REJECTED', errors: [{ path: 'description' }] });
    expect((await shown('Kept')).body).toMatchObject({ document: { description: 'good' }, generation: 1 });
    await files.delete('Kept.json');
    await cloud.settle();
    expect((await shown('Kept')).status).toBe(404);
  });

  test('that is deleted while links reference its permission set is reported as missing, and may come back', async () => {
    const link = `account%${BILLING}%Linked%team-Accountants%GROUP%ssofile`;
    await put('Linked.json', { permissionSetName: 'Linked' });
    await cloud.link('create', link);
    await cloud.settle();
    await files.delete('Linked.json');
    await cloud.settle();
    expect(await refusalOf('Linked.json')).toMatchObject({
      status: 'REJECTED',
      action: 'delete',
      errors: [{ path: 'file' }, { path: 'permissionSetName', message: `is referenced by link ${link}` }],
    });
    expect((await shown('Linked')).body).toMatchObject({
      status: 'COMPLETED',
      message: expect.stringContaining('its file is missing'),
    });
    await put('Linked.json', { permissionSetName: 'Linked' });
    expect((await shown('Linked')).body.message).toBeUndefined();
    await cloud.link('delete', link);
    await cloud.settle();
    await files.delete('Linked.json');
    await cloud.settle();
    expect((await shown('Linked')).status).toBe(404);
  });

  test('and the API: the last one counts', async () => {
    await put('Both.json', { permissionSetName: 'Both', description: 'file' });
    const body = { action: 'update', permissionSetData: { permissionSetName: 'Both', description: 'posted' } };
    expect((await cloud.api('POST', '/postPermissionSetData', body)).status).toBe(200);
    await cloud.settle();
    expect((await shown('Both')).body).toMatchObject({ document: { description: 'posted' }, source: 'api' });
    await put('Both.json', { permissionSetName: 'Both', description: 'file again' });
    expect((await livePermissionSet(cloud, 'Both')).description).toBe('file again');
  });
});
