import type { PermissionSetName, PrincipalId } from '../../lambda/domain/ids';
import {
  type InventoryDocument,
  isInventoryDue,
  openInventoryKey,
  type UnmanagedAssignment,
} from '../../lambda/domain/inventory';
import { beginWrite, type Fence, leaderOf } from '../../lambda/domain/lease';
import { accountRowKey } from '../../lambda/domain/ledger-row';
import type { InventoryContext } from '../../lambda/full-pass/inventory-findings';
import { type InventoryStep, takeInventory } from '../../lambda/full-pass/take-inventory';
import { Throttled, Unavailable } from '../../lambda/ports/faults';
import { InMemoryDocuments } from '../support/in-memory-documents';
import { InMemoryStore } from '../support/in-memory-store';
import { PlainInstance } from '../support/plain-instance';
import { ledgerRow, rowWrite } from '../support/stored-row';

const FUNCTION_TIMEOUT_MS = 900_000;
/** The readers' share of 20 requests per second. */
const CALL_MS = 1000 / 3;

class InventoryTestWorld {
  readonly store = new InMemoryStore();
  /** Epoch milliseconds; goes on when a test says so. */
  time = Date.UTC(2026, 0, 1);
  readonly clock = { now: () => this.time };
  readonly instance = new PlainInstance();
  readonly names = new Map<string, string | Error>();
  readonly inventoryDocuments = {
    lists: new InMemoryDocuments<readonly string[]>(),
    parts: new InMemoryDocuments<readonly UnmanagedAssignment[]>(),
    inventories: new InMemoryDocuments<InventoryDocument>(),
  };
  private epoch = 0;
  private ids = 0;
  readonly newId = () => `id-${++this.ids}`;
  readonly directory = {
    principalName: async (_: string, id: PrincipalId) => {
      const name = this.names.get(id);
      if (name instanceof Error) throw name;
      return name;
    },
  };

  async lead(): Promise<Fence> {
    const read = { ...leaderOf(undefined), epoch: this.epoch };
    const now = this.clock.now();
    await this.store.transact([beginWrite('full-pass', read, { execution: 'a pass', now, deadline: now })]);
    this.epoch += 1;
    return { controller: 'full-pass', epoch: this.epoch };
  }

  context(more: Partial<InventoryContext> = {}): InventoryContext {
    return { ...this, deadline: this.clock.now() + FUNCTION_TIMEOUT_MS, ...more };
  }

  async step(more: Partial<InventoryContext> = {}): Promise<InventoryStep> {
    return takeInventory(this.context(more), await this.lead());
  }

  /** All steps of one inventory; answers how many. */
  async take(): Promise<number> {
    for (let steps = 1; ; steps += 1) if ((await this.step()).state === 'finished') return steps;
  }

  async manage(permissionSet: string, accountId: string, group: string): Promise<void> {
    const permissionSetArn = this.instance.arnOf(permissionSet);
    const link = { scope: { type: 'root' }, principal: { type: 'GROUP', name: group } } as const;
    const ids = { permissionSetArn, principalId: group as PrincipalId };
    const row = ledgerRow({ ...link, permissionSetName: permissionSet as PermissionSetName }, accountId, ids);
    await this.store.transact([rowWrite(row), { at: accountRowKey(row), put: {} }]);
  }

  async document(): Promise<InventoryDocument> {
    return this.inventoryDocuments.inventories.load('inventory/latest.json');
  }

  /** `permission set account principal name` of every line of every part. */
  async lines(): Promise<string[]> {
    const lines: string[] = [];
    for (const key of (await this.document()).parts) {
      for (const one of await this.inventoryDocuments.parts.load(key)) {
        lines.push([one.permissionSetName, one.accountId, one.principalId, one.principalName ?? '-'].join(' '));
      }
    }
    return lines;
  }
}

test('lists what has no row in the ledger, whoever it is assigned to, and permission sets that are not ours', async () => {
  const world = new InventoryTestWorld();
  world.instance.assign('Billing-ps', '200000000001', 'accountants', 'strangers');
  world.instance.assign('Billing-ps', '200000000002', 'accountants');
  world.instance.assign('ByHand-ps', '200000000001', 'gone');
  await world.manage('Billing-ps', '200000000001', 'accountants');
  const convergence = { table: 'permission-sets', pk: 'SET#Billing-ps', sk: 'CONVERGENCE' } as const;
  await world.store.transact([{ at: convergence, put: { ownership: 'adopted' } }]);
  world.names.set('strangers', 'team-Strangers').set('accountants', new Unavailable('The directory hides the name.'));
  const before = JSON.stringify([world.store.all('ledger'), world.store.all('permission-sets')]);
  expect(await world.take()).toBe(1);
  expect(await world.lines()).toEqual([
    'Billing-ps 200000000001 strangers team-Strangers',
    'Billing-ps 200000000002 accountants -',
    'ByHand-ps 200000000001 gone -',
  ]);
  expect(await world.document()).toMatchObject({
    assignments: 3,
    permissionSets: 1,
    unmanagedPermissionSets: [{ permissionSetName: 'ByHand-ps', permissionSetArn: world.instance.arnOf('ByHand-ps') }],
  });
  expect(JSON.stringify([world.store.all('ledger'), world.store.all('permission-sets')])).toBe(before);
});

test('what is removed or adopted while it is looked at is ours', async () => {
  const world = new InventoryTestWorld();
  world.instance.assign('Billing-ps', '200000000001', 'leaving', 'coming', 'strangers');
  await world.manage('Billing-ps', '200000000001', 'leaving');
  world.instance.beforeCall = async (operation) => {
    if (operation !== 'ListAccountAssignments') return;
    const [row] = world.store.all('ledger').filter(({ pk }) => pk.startsWith('arn:'));
    for (const { pk, sk } of [row, { pk: 'ACCOUNT#200000000001', sk: row?.pk }] as { pk: string; sk: string }[]) {
      await world.store.transact([{ at: { table: 'ledger', pk, sk }, delete: true }]);
    }
    await world.manage('Billing-ps', '200000000001', 'coming');
  };
  await world.take();
  expect(await world.lines()).toEqual(['Billing-ps 200000000001 strangers -']);
});

test('of an instance that is all ours it lists nothing', async () => {
  const world = new InventoryTestWorld();
  world.instance.assign('Billing-ps', '200000000001', 'accountants');
  await world.manage('Billing-ps', '200000000001', 'accountants');
  await world.take();
  expect(await world.lines()).toEqual([]);
});

test('10,000 accounts are walked in steps that end in time, at the readers’ share of the request rate', async () => {
  const world = new InventoryTestWorld();
  for (let index = 0; index < 10_000; index += 1) {
    world.instance.assign('Audit', String(300_000_000_000 + index), 'operators', 'strangers');
  }
  world.instance.beforeCall = () => {
    world.time += CALL_MS;
  };
  let steps = 0;
  for (let state = 'again'; state === 'again'; steps += 1) {
    const context = world.context();
    ({ state } = await takeInventory(context, await world.lead()));
    expect(world.time).toBeLessThan(context.deadline - 30_000);
    expect(JSON.stringify((await world.store.get(openInventoryKey)) ?? '').length).toBeLessThan(1_000);
  }
  // One call for each permission set and account, about 2,500 in a step.
  expect(world.instance.calls).toBe(1 + 2 + 10_000);
  expect(steps).toBe(4);
  expect(await world.document()).toMatchObject({ assignments: 20_000, permissionSets: 1 });
  const lines = await world.lines();
  expect(new Set(lines).size).toBe(20_000);
  const sizes = [...world.inventoryDocuments.parts.texts.values()].map((text) => JSON.parse(text).length);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(1_001);
});

test('what was found before a fault is kept: the next attempt goes on from there', async () => {
  const world = new InventoryTestWorld();
  for (let index = 0; index < 50; index += 1) world.instance.assign('Audit', String(200_000_000_000 + index), 'some');
  let calls = 0;
  world.instance.beforeCall = () => {
    calls += 1;
    if (calls === 30) throw new Throttled('too many');
  };
  await expect(world.step()).rejects.toThrow('too many');
  expect((await world.step()).state).toBe('finished');
  expect(calls).toBe(1 + 2 + 50 + 1);
  expect(new Set(await world.lines()).size).toBe(50);
  expect((await world.document()).parts).toHaveLength(2);
});

test('an attempt that was overtaken writes nothing any more', async () => {
  const world = new InventoryTestWorld();
  for (let index = 0; index < 20; index += 1) world.instance.assign('Audit', String(200_000_000_000 + index), 'some');
  const frozen = await world.lead();
  expect((await world.step()).state).toBe('finished');
  const last = JSON.stringify(world.store.all('control'));
  expect(await takeInventory(world.context(), frozen)).toEqual({ state: 'overtaken' });
  expect(JSON.stringify(world.store.all('control'))).toBe(last);
  expect(await world.lines()).toHaveLength(20);
});

test('nobody is looked up any more when the time of a step is nearly over', async () => {
  const world = new InventoryTestWorld();
  world.instance.assign('Audit', '200000000001', 'first', 'second');
  world.names.set('first', 'team-First').set('second', 'team-Second');
  const { principalName } = world.directory;
  const slowly = async (type: string, id: PrincipalId) => {
    world.time += 880_000;
    return principalName(type, id);
  };
  expect(await world.step({ directory: { principalName: slowly } })).toEqual({ state: 'again' });
  await world.take();
  expect(await world.lines()).toEqual(['Audit 200000000001 first team-First', 'Audit 200000000001 second -']);
});

test('a pass that nobody asked for takes one every week', () => {
  const finishedAt = '2026-01-01T00:00:00.000Z';
  const last = { inventoryId: 'i', parts: 0, assignments: 0, permissionSets: 0, startedAt: finishedAt, finishedAt };
  expect(isInventoryDue(undefined, 0)).toBe(true);
  expect(isInventoryDue(last, Date.parse('2026-01-07T23:59:59Z'))).toBe(false);
  expect(isInventoryDue(last, Date.parse('2026-01-08T00:00:00Z'))).toBe(true);
});
