import {
  beginWalk,
  type Found,
  type WalkPosition,
  type WalkWorld,
  walkAssignments,
} from '../../lambda/walk/walk-assignments';
import { InMemoryDocuments } from '../support/in-memory-documents';
import { PlainInstance } from '../support/plain-instance';

function prepared() {
  const instance = new PlainInstance();
  for (const accountId of ['1', '2', '3']) instance.assign('Audit', accountId, 'auditors');
  instance.assign('Billing', '2', 'accountants', 'auditors');
  instance.assignments.set('Unassigned', new Map());
  instance.assign('Zero', '9', 'nobody-knows');
  const lists = new InMemoryDocuments<readonly string[]>();
  let keys = 0;
  const world: WalkWorld = { instance, lists, newListKey: () => `list-${++keys}` };
  return { instance, lists, world };
}

async function text(found: Found): Promise<string> {
  if (found.kind === 'permissionSet') return found.permissionSetName;
  const { permissionSetName, accountId, assigned } = found;
  return `${permissionSetName} ${accountId} ${(await assigned()).map(({ principalId }) => principalId)}`;
}

/** Everything from a position on, at most so much; positions travel as JSON. */
async function walked(world: WalkWorld, from: WalkPosition, most = Number.POSITIVE_INFINITY) {
  const found: string[] = [];
  let position: WalkPosition = JSON.parse(JSON.stringify(from));
  for await (const one of walkAssignments(world, position)) {
    found.push(await text(one));
    position = one.after;
    if (found.length >= most) break;
  }
  return { found, position };
}

const ALL = [
  'Audit',
  'Audit 1 auditors',
  'Audit 2 auditors',
  'Audit 3 auditors',
  'Billing',
  'Billing 2 accountants,auditors',
  'Unassigned',
  'Zero',
  'Zero 9 nobody-knows',
];

test('comes by every permission set and every assignment, with one call for each account that has it', async () => {
  const { instance, world } = prepared();
  expect((await walked(world, await beginWalk(world))).found).toEqual(ALL);
  expect(instance.calls).toBe(1 + 4 * 2 + 5);
});

test('goes on after everything that it came by, in another step', async () => {
  for (let stop = 1; stop <= ALL.length; stop += 1) {
    const { world } = prepared();
    const first = await walked(world, await beginWalk(world), stop);
    const rest = await walked(world, first.position);
    expect([...first.found, ...rest.found]).toEqual(ALL);
  }
});

test('goes over the lists that it began with: what comes and goes meanwhile neither hides nor doubles the rest', async () => {
  const { instance, world } = prepared();
  const first = await walked(world, await beginWalk(world), 2);
  instance.assignments.delete('Billing');
  instance.assignments.get('Audit')?.delete('2');
  instance.assign('Audit', '0', 'new');
  instance.assign('Aardvark', '1', 'new');
  const rest = await walked(world, first.position);
  expect(rest.found).toEqual(['Audit 2 ', 'Audit 3 auditors', ...ALL.slice(6)]);
});

test('an instance without permission sets is walked at once', async () => {
  const { instance, world } = prepared();
  instance.assignments.clear();
  expect((await walked(world, await beginWalk(world))).found).toEqual([]);
});

test('a position is small, however many accounts and permission sets there are', async () => {
  const { instance, world } = prepared();
  for (let index = 0; index < 10_000; index += 1) instance.assign('Everywhere', String(100_000_000_000 + index), 'all');
  for (let index = 0; index < 3_000; index += 1) instance.assignments.set(`Set-${index}`, new Map());
  const { position } = await walked(world, await beginWalk(world), 500);
  expect(JSON.stringify(position).length).toBeLessThan(500);
});
