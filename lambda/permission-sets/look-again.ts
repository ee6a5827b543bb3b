import { permissionSetWorkWrite, SET_ASIDE } from '../domain/convergence';
import type { PermissionSetName } from '../domain/ids';
import { HELD_ROWS } from '../domain/ledger-row';
import { LISTED } from '../domain/permission-set-document';
import { markWrite } from '../domain/slice';
import type { Write } from '../domain/write';
import { type RingWorld, ring } from '../leadership/ring';
import type { UniqueId } from '../ports/clock';
import { type PageKey, queryAll } from '../ports/store';

export interface LookAgainWorld extends RingWorld {
  readonly newId: UniqueId;
}

/** `setAside`: what is not as it should be and waits for a change outside; `all`: every permission set that is declared. */
export type LookAgainScope = 'setAside' | 'all';

/** Has permission sets, and assignments that wait for a policy of their account, looked at again; answers how many. */
export async function lookAgain(
  world: LookAgainWorld,
  scope: LookAgainScope,
): Promise<{ permissionSets: number; held: number }> {
  const names = scope === 'all' ? await declared(world) : await setAside(world);
  for (const name of names) await write(world, permissionSetWorkWrite(name, world.newId()));
  if (names.length > 0) await ring(world, 'converge-permission-sets');
  const held = await withHeldAssignments(world);
  const markedAt = new Date(world.clock.now()).toISOString();
  for (const permissionSetName of held) {
    await write(world, markWrite({ kind: 'permissionSet', permissionSetName }, world.newId(), markedAt));
  }
  if (held.length > 0) await ring(world, 'reconcile');
  return { permissionSets: names.length, held: held.length };
}

async function write({ store }: LookAgainWorld, mark: Write): Promise<void> {
  await store.transact([mark]);
}

async function setAside({ store }: LookAgainWorld): Promise<PermissionSetName[]> {
  const items = await queryAll(store, { table: 'permission-sets', pk: SET_ASIDE });
  return items.map(({ sk }) => sk as PermissionSetName);
}

/** The index lags: what is missing in it now is there at the next look. */
async function declared({ store }: LookAgainWorld): Promise<PermissionSetName[]> {
  const names: PermissionSetName[] = [];
  let after: PageKey | undefined;
  do {
    const question = { table: 'permission-sets', index: 'byListed', partition: LISTED } as const;
    const page = await store.queryIndex({ ...question, ...(after ? { after } : {}) });
    names.push(...page.items.map(({ pk }) => pk.slice('SET#'.length) as PermissionSetName));
    after = page.next;
  } while (after);
  return names;
}

async function withHeldAssignments({ store }: LookAgainWorld): Promise<PermissionSetName[]> {
  const items = await queryAll(store, { table: 'ledger', pk: HELD_ROWS });
  return [...new Set(items.map(({ permissionSetName }) => permissionSetName as PermissionSetName))];
}
