import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Executions } from './support/executions';
import { filesIn } from './support/folder';
import { type Extent, nameOf, organizationWithAPast, withoutItsPast } from './support/identity-center-with-a-past';
import { LocalCloud } from './support/local-cloud';
import { apiCommand, operatorCommand } from './support/operator-command';
import { OtherConfiguration } from './support/other-configuration';
import { identityCenterOf } from './support/same-identity-center';
import { callsBetween, serviceCalls, writesOf } from './support/service-calls';
import { uploadExport } from './support/upload-export';

/** `npm run round-trip` does it with 300 permission sets and 5,000 assignments. */
const EXTENT: Extent = { permissionSets: 8, assignments: 24, accounts: 6 };

describe('an Identity Center with a past, and a deployment that asks for an import', () => {
  const folder = mkdtempSync(join(tmpdir(), 'round-trip-'));
  const organization = organizationWithAPast(EXTENT);
  let configuration: OtherConfiguration;
  let cloud: LocalCloud;
  beforeAll(async () => {
    configuration = OtherConfiguration.of({ ImportCurrentSSOConfiguration: true });
    cloud = await LocalCloud.start({ organization, speed: 60, extra: configuration.arguments });
  });
  afterAll(async () => {
    await cloud?.stop();
    configuration?.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  /** What becomes of a submission, once it is done with. */
  async function submitted(route: string, body: object): Promise<object> {
    const answer = await cloud.api('POST', route, body);
    expect(answer.status).toBe(200);
    await cloud.settle();
    return (await cloud.api('GET', `/requests/${answer.body.requestId}`)).body;
  }

  test('it is imported once, by itself, and completely; neither that nor a full pass after it changes anything', async () => {
    const there = await identityCenterOf(cloud);
    expect(there.assignments).toHaveLength(EXTENT.assignments);
    // Settled means also that the functions of the minute found nothing to start.
    await cloud.settle();
    const imports = () => new Executions(cloud).list('importCurrentConfigSM', 'SUCCEEDED');
    const [execution, ...others] = await imports();
    expect(others).toEqual([]);
    expect(JSON.parse(execution?.output ?? '')).toMatchObject({
      counts: {
        permissionSets: { imported: EXTENT.permissionSets, known: 0, different: 0, notRepresentable: 0 },
        assignments: { imported: EXTENT.assignments, known: 0, notRepresentable: 0 },
      },
    });
    await operatorCommand(cloud, 'full-pass');
    await cloud.local('POST', 'schedules/fire');
    await cloud.settle();
    expect(await imports()).toHaveLength(1);
    expect(await new Executions(cloud).list('importCurrentConfigSM', 'RUNNING')).toEqual([]);
    expect(writesOf((await serviceCalls(cloud)).counts)).toBe(0);
    expect(await identityCenterOf(cloud)).toEqual(there);
  });

  test('its export, uploaded where nothing is, gives the same Identity Center', async () => {
    const to = join(folder, 'export');
    await apiCommand(cloud, 'export', '--to', to);
    expect(Object.keys(filesIn(to))).toHaveLength(EXTENT.permissionSets + EXTENT.assignments);
    const other = await LocalCloud.start({ organization: withoutItsPast(organization), speed: 60 });
    try {
      await uploadExport(other, to);
      await other.settle();
      expect(await identityCenterOf(other)).toEqual(await identityCenterOf(cloud));
      const again = join(folder, 'export-of-the-other');
      await apiCommand(other, 'export', '--to', again);
      expect(filesIn(again)).toEqual(filesIn(to));
    } finally {
      await other.stop();
    }
  });

  test('a deleted link takes exactly its assignment away', async () => {
    const before = await identityCenterOf(cloud);
    const { accountId, permissionSetName, principalType, principalName } = organization.assignments[0] as never;
    const link = {
      scope: { type: 'account', accountId },
      permissionSet: permissionSetName,
      principal: { type: principalType, name: principalName },
    };
    expect(await submitted('/postLinkData', { action: 'delete', link })).toMatchObject({
      status: 'COMPLETED',
      planned: { create: 0, delete: 1 },
    });
    const gone = `${accountId} ${permissionSetName} ${principalType} ${principalName}`;
    expect(before.assignments).toContain(gone);
    const assignments = before.assignments.filter((one) => one !== gone);
    expect(await identityCenterOf(cloud)).toEqual({ ...before, assignments });
  });

  test('an updated permission set changes exactly itself', async () => {
    const before = await identityCenterOf(cloud);
    const before0 = await serviceCalls(cloud);
    const name = nameOf(1);
    const permissionSetData = { permissionSetName: name, relayState: 'https://example.com/' };
    expect(
      await submitted('/postPermissionSetData', { action: 'update', merge: true, permissionSetData }),
    ).toMatchObject({ status: 'COMPLETED' });
    const changed = { ...before.permissionSets[name], relayState: 'https://example.com/' };
    expect(await identityCenterOf(cloud)).toEqual({
      ...before,
      permissionSets: { ...before.permissionSets, [name]: changed },
    });
    const calls = callsBetween(before0, await serviceCalls(cloud));
    expect(writesOf(calls)).toBe((calls['sso:UpdatePermissionSet'] ?? 0) + (calls['sso:ProvisionPermissionSet'] ?? 0));
  });
});
