import type { PrincipalId } from '../../lambda/domain/ids';
import { lastImportKey } from '../../lambda/domain/import-report';
import type { PermissionSet } from '../../lambda/domain/permission-set';
import type { ImportContext } from '../../lambda/import/import-context';
import { importCurrent } from '../../lambda/import/import-current';
import { begin, stepDown } from '../../lambda/leadership/lead';
import { Denied, Unavailable } from '../../lambda/ports/faults';
import { getRequest } from '../../lambda/query/get-request';
import { Stopped } from '../support/assignment-world';
import { ImportWorld, killBefore, MANAGEMENT, revive } from '../support/import-world';

const ACCOUNTS = ['200000000001', '200000000002', '200000000003'];
const AUDIT = 'arn:aws:iam::aws:policy/SecurityAudit';

/** Every attribute that a permission set can have. */
function everything(permissionSetName: string): PermissionSet {
  return {
    permissionSetName,
    description: `What ${permissionSetName} is for`,
    sessionDurationInMinutes: '150',
    relayState: 'https://console.aws.amazon.com/billing/',
    tags: [
      { Key: 'team', Value: 'Finance' },
      { Key: 'empty', Value: '' },
    ],
    managedPoliciesArnList: Array.from({ length: 12 }, (_, index) => `arn:aws:iam::aws:policy/Policy-${index}`),
    customerManagedPoliciesList: Array.from({ length: 13 }, (_, index) =>
      index % 2 === 0 ? { Name: `own-${index}` } : { Name: `own-${index}`, Path: '/team/' },
    ),
    inlinePolicyDocument: {
      Version: '2012-10-17',
      Statement: {
        Sid: '',
        Effect: 'Deny',
        NotAction: 'iam:Get*',
        Resource: ['*'],
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
    },
    permissionsBoundary: { CustomerManagedPolicyReference: { Name: 'limit', Path: '/team/' } },
  } as PermissionSet;
}

async function prepared() {
  const world = new ImportWorld();
  world.useAccounts(...ACCOUNTS);
  const accountants = world.addPrincipal('GROUP', 'team % Accountants');
  const auditors = world.addPrincipal('GROUP', 'team-Auditors');
  await world.make({ permissionSetName: 'Plain-ps' });
  await world.make({ permissionSetName: 'Audit-ps', managedPoliciesArnList: [AUDIT] });
  await world.make({ permissionSetName: 'Unused-ps', description: 'nobody has it' });
  world.assign('Plain-ps', accountants, ...ACCOUNTS);
  world.assign('Audit-ps', auditors, '200000000001', '200000000002');
  world.assign('Audit-ps', accountants, '200000000001');
  return { world, accountants, auditors };
}

test('permission sets become documents, assignments links, and nothing is left to do', async () => {
  const { world } = await prepared();
  await world.make(everything('Everything-ps'));
  const before = { writes: world.writeCalls(), assignments: await world.assignments() };
  expect(await world.import()).toMatchObject({
    state: 'finished',
    counts: {
      permissionSets: { imported: 4, known: 0, different: 0, notRepresentable: 0 },
      assignments: { imported: 6, known: 0, notRepresentable: 0 },
    },
  });
  await world.settle();
  expect(
    world.rows().map(({ adopted, applied, generation, claims }) => [adopted, applied, generation, claims.length]),
  ).toEqual(Array.from({ length: 6 }, () => [true, 1, 1, 1]));
  const requests = world.store.all('control').filter(({ sk }) => sk === 'REQUEST');
  expect(requests).toHaveLength(4 + 6);
  for (const { kind, requestId } of requests) {
    const { body } = await getRequest(world.store, 'q', String(requestId));
    expect(body).toMatchObject({ status: 'COMPLETED', ...(kind === 'link' ? { adopted: 1, completed: 1 } : {}) });
  }
  const rows = JSON.stringify(world.rows());
  await world.lookAtEverything();
  expect(JSON.stringify(world.rows())).toBe(rows);
  expect(world.isAnythingMarked()).toBe(false);
  expect(world.writeCalls()).toBe(before.writes);
  expect(await world.assignments()).toEqual(before.assignments);
});

test('people hear of it once', async () => {
  const { world } = await prepared();
  await world.import();
  await world.settle();
  await world.lookAtEverything();
  expect(world.notifications.map(({ subject }) => subject)).toEqual(['What exists in Identity Center was imported']);
});

test('deleting one imported link removes exactly its assignment', async () => {
  const { world, accountants } = await prepared();
  await world.import();
  await world.settle();
  const before = await world.assignments();
  const link = { scope: { type: 'account', accountId: '200000000001' }, permissionSetName: 'Plain-ps' } as const;
  const principal = { type: 'GROUP', name: 'team % Accountants' } as const;
  await world.submit({ ...link, principal } as never, 'deleted');
  await world.settle();
  const gone = `Plain-ps 200000000001 ${accountants}`;
  expect(before).toContain(gone);
  expect(await world.assignments()).toEqual(before.filter((one) => one !== gone));
});

test('updating one imported permission set changes exactly it', async () => {
  const { world } = await prepared();
  await world.make(everything('Everything-ps'));
  await world.import();
  await world.settle();
  const names = ['Plain-ps', 'Audit-ps', 'Unused-ps', 'Everything-ps'];
  const live = async () =>
    Object.fromEntries(await Promise.all(names.map(async (name) => [name, await world.live(name)])));
  const before = await live();
  expect(before['Plain-ps']).not.toHaveProperty('description');
  await world.submitPermissionSet('Everything-ps', { ...everything('Everything-ps'), sessionDurationInMinutes: '60' });
  await world.settle();
  expect(await live()).toEqual({ ...before, 'Everything-ps': { ...before['Everything-ps'], sessionMinutes: 60 } });
  await world.submitPermissionSet('Plain-ps', { permissionSetName: 'Plain-ps', relayState: 'https://example.com/' });
  await world.settle();
  expect(await world.live('Plain-ps')).toEqual({ ...before['Plain-ps'], relayState: 'https://example.com/' });
});

/** What an import leaves behind, but for ids and times. */
async function outcome(world: ImportWorld) {
  const { counts, different, notRepresentable } = await world.report();
  const documents = world.store.all('permission-sets').filter(({ sk }) => sk === 'DOCUMENT' || sk === 'CONVERGENCE');
  const links = world.store
    .all('links')
    .map(({ linkData, state, generation, source }) => [linkData, state, generation, source]);
  const sets = documents.map(({ submittedAt: _, submittedBy: __, ...rest }) => rest);
  return { counts, different, notRepresentable, links, sets };
}

test('interrupted at any step and started again it ends the same', async () => {
  const undisturbed = await prepared();
  const transactions = undisturbed.world.store.transactions;
  await undisturbed.world.import();
  const writes = undisturbed.world.store.transactions - transactions;
  const expected = await outcome(undisturbed.world);
  expect(writes).toBeGreaterThan(15);
  for (let killed = 1; killed <= writes; killed += 1) {
    const { world } = await prepared();
    killBefore(world, killed);
    await expect(world.import()).rejects.toThrow(Stopped);
    revive(world);
    // The planner may have been at work in between, or not.
    if (killed % 2 === 0) await world.settle();
    // Killed behind the end, when it only had to step down: the next execution is another import, which finds all known.
    const hadEnded = (await world.store.get(lastImportKey)) !== undefined;
    await world.clock.runUntil(world.runImport({}, { execution: 'another execution' }));
    const { counts, ...rest } = await outcome(world);
    const isAnother = hadEnded && counts.assignments.known === 6 && counts.permissionSets.known === 3;
    expect({ ...rest, counts: isAnother ? expected.counts : counts }).toEqual(expected);
  }
});

test('interrupted by the service it goes on where it stopped, and asks nothing twice but the last', async () => {
  const { world } = await prepared();
  let calls = 0;
  world.beforeRead = () => {
    calls += 1;
    if (calls === 20) throw new Stopped('the function died');
  };
  await expect(world.import()).rejects.toThrow(Stopped);
  world.beforeRead = () => undefined;
  await world.import();
  const all = [...world.reads.values()].reduce((sum, count) => sum + count, 0);
  const { world: other } = await prepared();
  await other.import();
  const undisturbed = [...other.reads.values()].reduce((sum, count) => sum + count, 0);
  expect(all).toBeLessThanOrEqual(undisturbed + 8);
  expect(await outcome(world)).toEqual(await outcome(other));
});

test('links that are posted while it runs are not lost, and what was deleted meanwhile does not come back', async () => {
  const linkOf = (accountId: string) =>
    ({
      scope: { type: 'account', accountId },
      permissionSetName: 'Audit-ps',
      principal: { type: 'GROUP', name: 'team-Auditors' },
    }) as never;
  const limits = { expiresAt: '2099-01-01T00:00:00Z' };
  const undisturbed = (await prepared()).world;
  await undisturbed.import();
  const moments = undisturbed.readAt.length;
  expect(moments).toBeGreaterThanOrEqual(30);
  for (let moment = 1; moment <= moments; moment += 1) {
    const { world } = await prepared();
    world.beforeRead = async () => {
      if (world.readAt.length !== moment) return;
      await world.submit(linkOf('200000000003'));
      await world.submit(linkOf('200000000002'), 'present', { limits });
      await world.submit(linkOf('200000000001'), 'present');
      await world.submit(linkOf('200000000001'), 'deleted');
    };
    await world.import();
    const audited = world.store.all('links').filter(({ principalName }) => principalName === 'team-Auditors');
    const links = audited.map(({ scopeValue, state, source, limits }) => [scopeValue, state, source, limits]);
    expect(links.sort()).toEqual([
      ['200000000001', 'deleted', 'api', undefined],
      ['200000000002', 'present', 'api', limits],
      ['200000000003', 'present', 'api', undefined],
    ]);
    const { imported, known } = (await world.report()).counts.assignments;
    expect(imported + known).toBe(6);
  }
});

test('what links cannot say, and what others look after, is reported and left alone', async () => {
  const { world, accountants } = await prepared();
  const long = world.addPrincipal('GROUP', 'zero\u200bwidth');
  world.protection = { namePrefixes: ['AWS'], tags: [{ Key: 'managedBy', Value: 'Tower' }] };
  await world.make({ permissionSetName: 'AWSAdministratorAccess' });
  await world.make({ permissionSetName: 'Tagged-ps', tags: [{ Key: 'managedBy', Value: 'Tower' }] });
  world.assign('AWSAdministratorAccess', accountants, '200000000001');
  world.assign('Tagged-ps', accountants, '200000000002');
  world.assign('Plain-ps', accountants, MANAGEMENT);
  world.assign('Plain-ps', 'ffffffff-0000-4000-8000-000000000000' as PrincipalId, '200000000001');
  world.assign('Plain-ps', long, '200000000001');
  await world.import();
  const { notRepresentable, counts } = await world.report();
  expect(counts).toEqual({
    permissionSets: { imported: 3, known: 0, different: 0, notRepresentable: 2 },
    assignments: { imported: 6, known: 0, notRepresentable: 5 },
  });
  const told = notRepresentable.map((one) => [one.permissionSetName, JSON.stringify(one.why)].join(' ')).sort();
  expect(told).toEqual([
    expect.stringMatching(/^AWSAdministratorAccess "its permission set is left alone: .*begin with AWS/),
    expect.stringMatching(/^AWSAdministratorAccess \[.*Protected\.NamePrefixes/),
    expect.stringMatching(/^Plain-ps "it is in the management account/),
    expect.stringMatching(/^Plain-ps "linkData.principalName: /),
    expect.stringMatching(/^Plain-ps "orphaned: the directory knows no GROUP ffffffff/),
    expect.stringMatching(/^Tagged-ps "its permission set is left alone: .*managedBy/),
    expect.stringMatching(/^Tagged-ps \[.*Protected\.Tags/),
  ]);
  const before = world.writeCalls();
  await world.settle();
  await world.lookAtEverything();
  expect(world.writeCalls()).toBe(before);
  expect(world.rows()).toHaveLength(6);
});

test('running it again imports what came, and shows what differs without overwriting it', async () => {
  const { world, auditors } = await prepared();
  await world.import();
  await world.settle();
  world.assign('Unused-ps', auditors, '200000000003');
  await world.changeByHand('Audit-ps', 'PT8H');
  await world.import();
  const { counts, different } = await world.report();
  expect(counts).toEqual({
    permissionSets: { imported: 0, known: 2, different: 1, notRepresentable: 0 },
    assignments: { imported: 1, known: 6, notRepresentable: 0 },
  });
  expect(different).toMatchObject([
    { permissionSetName: 'Audit-ps', fields: [{ field: 'sessionDuration', document: 60, live: 480 }] },
  ]);
  expect(await world.generationOf('Audit-ps')).toBe(1);
});

test.each([
  ['keepDocument', 60],
  ['takeLive', 480],
] as const)('with onConflict %s a difference is gone afterwards', async (onConflict, minutes) => {
  const { world } = await prepared();
  await world.import();
  await world.settle();
  await world.changeByHand('Audit-ps', 'PT8H');
  await world.import({ onConflict, temporaryPermissionSetTableName: 'env-temp', pageSize: 5 });
  expect((await world.report()).different).toMatchObject([{ permissionSetName: 'Audit-ps', resolved: onConflict }]);
  await world.settle();
  expect(await world.live('Audit-ps')).toMatchObject({ sessionMinutes: minutes });
  expect(await world.generationOf('Audit-ps')).toBe(2);
  await world.import();
  expect((await world.report()).counts.permissionSets).toMatchObject({ known: 3, different: 0 });
});

test.each(['keepDocument', 'takeLive'] as const)(
  'with onConflict %s, interrupted at any step and started again, it still reports what differed and how it ended',
  async (onConflict) => {
    const differing = async () => {
      const { world } = await prepared();
      await world.import();
      await world.settle();
      await world.changeByHand('Audit-ps', 'PT8H');
      return world;
    };
    const undisturbed = await differing();
    const transactions = undisturbed.store.transactions;
    await undisturbed.import({ onConflict });
    const writes = undisturbed.store.transactions - transactions;
    expect(writes).toBeGreaterThan(4);
    const minutes = onConflict === 'takeLive' ? 480 : 60;
    let resumed = 0;
    for (let killed = 1; killed <= writes; killed += 1) {
      const world = await differing();
      const before = await world.store.get(lastImportKey);
      killBefore(world, killed);
      await expect(world.import({ onConflict })).rejects.toThrow(Stopped);
      revive(world);
      if (killed % 2 === 0) await world.settle();
      const hadEnded = (await world.store.get(lastImportKey))?.importId !== before?.importId;
      await world.clock.runUntil(world.runImport({ onConflict }, { execution: 'another execution' }));
      await world.settle();
      expect(await world.live('Audit-ps')).toMatchObject({ sessionMinutes: minutes });
      // Killed behind the end: the next execution is another import.
      if (hadEnded) continue;
      resumed += 1;
      const { counts, different } = await world.report();
      expect(counts.permissionSets).toEqual({ imported: 0, known: 2, different: 1, notRepresentable: 0 });
      // What the permission set was before it became like its document again is known only until then.
      const isKnown = onConflict === 'takeLive' || killed % 2 === 1;
      const fields = isKnown ? [{ field: 'sessionDuration', document: 60, live: 480 }] : expect.any(Array);
      expect(different).toMatchObject([{ permissionSetName: 'Audit-ps', resolved: onConflict, fields }]);
      expect(await world.generationOf('Audit-ps')).toBe(2);
    }
    expect(resumed).toBeGreaterThan(4);
  },
);

test('a document that is submitted while it runs is not overwritten by the live permission set, nor submitted again', async () => {
  const submitted: PermissionSet = { permissionSetName: 'Audit-ps', sessionDurationInMinutes: '120' } as PermissionSet;
  const prepare = async () => {
    const { world } = await prepared();
    await world.import();
    await world.settle();
    await world.changeByHand('Audit-ps', 'PT8H');
    return world;
  };
  const undisturbed = await prepare();
  const earlier = undisturbed.readAt.length;
  await undisturbed.import({ onConflict: 'takeLive' });
  const moments = undisturbed.readAt.length - earlier;
  expect(moments).toBeGreaterThanOrEqual(30);
  for (let moment = 1; moment <= moments; moment += 1) {
    const world = await prepare();
    world.beforeRead = async () => {
      if (world.readAt.length - earlier === moment) await world.submitPermissionSet('Audit-ps', submitted);
    };
    await world.import({ onConflict: 'takeLive' });
    await world.settle();
    expect(await world.live('Audit-ps')).toMatchObject({ sessionMinutes: 120 });
    expect((await world.report()).counts.permissionSets).toMatchObject({ known: 2, different: 1 });
  }
});

test('an input that it does not understand is refused by the name of its field', async () => {
  const { world } = await prepared();
  await expect(world.import({ onConflict: 'takeMine' })).rejects.toThrow(
    'onConflict: expected keepDocument or takeLive, or nothing to be shown what differs, got "takeMine"',
  );
});

test('an import and a full pass exclude each other', async () => {
  const { world } = await prepared();
  const pass = { store: world.store, clock: world.clock, controller: 'full-pass', execution: 'a pass' } as const;
  const deadline = world.clock.now() + 100_000;
  expect(await begin({ ...pass, deadline })).toBeDefined();
  const imported = world.runImport();
  await world.clock.runUntil(world.clock.sleep(50_000));
  expect(world.readAt).toEqual([]);
  await stepDown(world.store, 'full-pass', 'a pass');
  let refused = 0;
  world.beforeRead = async () => {
    if ((await begin({ ...pass, deadline: world.clock.now() + 1 })) === undefined) refused += 1;
  };
  await world.clock.runUntil(imported);
  expect(refused).toBe(world.readAt.length);
  expect(refused).toBeGreaterThan(20);
  expect(await begin({ ...pass, deadline: world.clock.now() + 1 })).toBeDefined();
});

test('300 permission sets and 5,000 assignments: with few calls more than there must be, slowly, and completely', async () => {
  const world = new ImportWorld();
  const accounts = Array.from({ length: 50 }, (_, index) => String(300_000_000_000 + index));
  world.useAccounts(...accounts);
  const groups = Array.from({ length: 40 }, (_, index) => world.addPrincipal('GROUP', `team-${index}`));
  const expected: string[] = [];
  for (let index = 0; index < 300; index += 1) {
    const name = `Set-${index}`;
    await world.make(everything(name));
    for (let count = expected.length; count < Math.floor(((index + 1) * 5_000) / 300); count += 1) {
      const accountId = accounts[(index + (count >> 1)) % accounts.length] ?? '';
      const group = groups[(index + (count & 1)) % groups.length] ?? ('' as PrincipalId);
      world.assign(name, group, accountId);
      expected.push(`${name} ${accountId} ${group}`);
    }
  }
  const before = world.writeCalls();
  await world.import();
  expect((await world.report()).counts).toMatchObject({
    permissionSets: { imported: 300 },
    assignments: { imported: new Set(expected).size },
  });
  expect(new Set(expected).size).toBe(5_000);
  const provisioned = new Set(expected.map((one) => one.split(' ').slice(0, 2).join(' '))).size;
  const necessary = 3 + 300 * 6 + 300 + provisioned + groups.length;
  const made = [...world.reads.values()].reduce((sum, count) => sum + count, 0) + world.namesAsked.length;
  expect(made).toBeGreaterThanOrEqual(necessary);
  expect(made).toBeLessThanOrEqual(1.2 * necessary);
  const most = world.readAt.map((at, index) => (world.readAt[index + 20] ?? Number.POSITIVE_INFINITY) - at);
  expect(Math.min(...most)).toBeGreaterThan(1_000);
  expect(world.steps).toBeGreaterThan(1);
  await world.settle();
  expect(world.rows()).toHaveLength(5_000);
  const rows = JSON.stringify(world.rows());
  await world.lookAtEverything();
  expect(JSON.stringify(world.rows())).toBe(rows);
  expect(world.writeCalls()).toBe(before);
}, 300_000);

test('accounts that have an earlier version are taken over with it, and brought up to date by the next full pass', async () => {
  const { world } = await prepared();
  await world.changeByHand('Plain-ps', 'PT2H');
  const writes = () => ({ all: world.writeCalls(), provisionings: world.callsOf('ProvisionPermissionSet') });
  const before = writes();
  await world.import();
  expect((await world.report()).counts.assignments).toEqual({ imported: 6, known: 0, notRepresentable: 0 });
  await world.settle();
  expect(writes()).toEqual(before);
  const rows = JSON.stringify(world.rows());
  await world.lookAtEverything();
  expect(JSON.stringify(world.rows())).toBe(rows);
  const { all, provisionings } = writes();
  expect(provisionings).toBeGreaterThan(before.provisionings);
  expect(all - before.all).toBe(provisionings - before.provisionings);
  await world.lookAtEverything();
  expect(writes()).toEqual({ all, provisionings });
});

test('what is removed by hand before its link is planned is created again, since the link claims it', async () => {
  const { world, accountants } = await prepared();
  const before = await world.assignments();
  await world.import();
  await world.removeByHand(world.arnOf('Plain-ps') as never, '200000000002', accountants);
  expect(await world.assignments()).toEqual(before.filter((one) => one !== `Plain-ps 200000000002 ${accountants}`));
  await world.settle();
  expect(await world.assignments()).toEqual(before);
});

test('links that cover an assignment already leave nothing to import', async () => {
  const { world } = await prepared();
  const principal = { type: 'GROUP', name: 'team % Accountants' } as const;
  await world.submit({ scope: { type: 'root' }, permissionSetName: 'Plain-ps', principal } as never);
  await world.settle();
  await world.import();
  expect((await world.report()).counts.assignments).toEqual({ imported: 3, known: 3, notRepresentable: 0 });
});

test('with a directory of its own domain, names that links would take for others are reported', async () => {
  const { world } = await prepared();
  const nameInDirectory = (name: string) => (name.startsWith('team-') ? `${name}@corp.example.com` : name);
  await world.clock.runUntil(world.runImport({}, { nameInDirectory }));
  const { counts, notRepresentable } = await world.report();
  expect(counts.assignments).toEqual({ imported: 4, known: 0, notRepresentable: 2 });
  expect(notRepresentable[0]?.why).toBe('links mean team-Auditors@corp.example.com by this name (DomainName)');
});

test('a directory that does not answer, or hides a name, holds nothing up', async () => {
  const { world, auditors } = await prepared();
  const directory: ImportContext['directory'] = {
    principalName: async (type, id) => {
      if (id === auditors) throw new Unavailable('The directory hides the name.');
      return world.reader.principalName(type, id);
    },
  };
  await world.clock.runUntil(world.runImport({}, { directory }));
  const { counts, notRepresentable } = await world.report();
  expect(counts.assignments).toEqual({ imported: 4, known: 0, notRepresentable: 2 });
  expect(notRepresentable[0]?.why).toMatch(/does not tell the name of the principal/);
  await world.import();
  expect((await world.report()).counts.assignments).toEqual({ imported: 2, known: 4, notRepresentable: 0 });
});

test('what a document cannot say is left as it is, with its fields; its assignments are links all the same', async () => {
  const { world } = await prepared();
  const statement = '{"Effect":"Deny","Action":"iam:*","Resource":"*","Effect":"Allow"}';
  await world.putInlinePolicyByHand('Audit-ps', `{"Version":"2012-10-17","Statement":[${statement}]}`);
  await world.import();
  const { counts, notRepresentable } = await world.report();
  expect(counts).toMatchObject({ permissionSets: { imported: 2, notRepresentable: 1 }, assignments: { imported: 6 } });
  expect(notRepresentable).toMatchObject([
    {
      permissionSetName: 'Audit-ps',
      why: [{ path: 'inlinePolicyDocument.Statement.0.Effect', message: 'stands twice' }],
    },
  ]);
  const before = world.writeCalls();
  await world.settle();
  await world.lookAtEverything();
  expect(world.writeCalls()).toBe(before);
  expect(world.rows()).toHaveLength(6);
});

test('a failure is told, and the next execution goes on', async () => {
  const { world } = await prepared();
  world.beforeRead = (operation) => {
    if (operation === 'ListTagsForResource') throw new Denied('User is not authorized');
  };
  await expect(world.import()).rejects.toThrow(Denied);
  const failure = { Error: 'Denied', Cause: JSON.stringify({ errorMessage: 'User is not authorized' }) };
  await importCurrent(world.context(), { action: 'end', failure });
  expect(world.notifications).toMatchObject([
    {
      subject: 'The import of what exists in Identity Center failed',
      details: { why: 'Denied: User is not authorized', next: expect.stringMatching(/npm run import.*goes on/) },
    },
  ]);
  world.beforeRead = () => undefined;
  await world.import();
  expect((await world.report()).counts.permissionSets.imported).toBe(3);
});

test('no policy is logged', async () => {
  const { world } = await prepared();
  await world.make(everything('Everything-ps'));
  const logged: unknown[] = [];
  const note = (sentence: string, fields?: unknown) => void logged.push(sentence, fields);
  const log = { info: note, warn: note, error: note };
  await world.clock.runUntil(world.runImport({}, { log }));
  await world.changeByHand('Everything-ps', 'PT2H');
  await world.clock.runUntil(world.runImport({}, { log }));
  expect(logged.length).toBe(4);
  expect(JSON.stringify([logged, world.notifications])).not.toMatch(/Statement|iam:Get|Deny/);
});
