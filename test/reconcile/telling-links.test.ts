import type { AccountId, RequestId } from '../../lambda/domain/ids';
import type { Link } from '../../lambda/domain/link';
import { getRequest } from '../../lambda/query/get-request';
import { ControllerWorld } from '../support/controller-world';
import { account, linkWith } from '../support/links';

const ACCOUNTS = Array.from({ length: 30 }, (_, index) => `${200_000_000_001 + index}` as AccountId);
const LINKS = ACCOUNTS.map((accountId) => linkWith({ type: 'account', accountId }));

const settled = async (world: ControllerWorld) => world.clock.runUntil(world.reconcile());

/** Thirty links of one pair, which wait for their permission set. */
async function waiting(): Promise<ControllerWorld> {
  const world = new ControllerWorld(1);
  world.addPrincipal('GROUP', 'team-Accountants');
  world.accounts = [account('111111111111'), ...ACCOUNTS.map((accountId) => account(accountId))];
  for (const link of LINKS) await world.submit(link);
  await settled(world);
  return world;
}

/** How often links and requests are written while something happens. */
async function writesTo(world: ControllerWorld, act: () => Promise<unknown>) {
  const counted = { links: 0, requests: 0, transactions: 0 };
  world.store.afterTransact = (writes) => {
    const told = writes.filter(({ at }) => at.table === 'links' || at.pk.startsWith('REQUEST#'));
    counted.links += told.filter(({ at }) => at.table === 'links').length;
    counted.requests += told.length - told.filter(({ at }) => at.table === 'links').length;
    if (told.length > 0) counted.transactions += 1;
  };
  await act();
  world.store.afterTransact = () => undefined;
  return counted;
}

async function statusOf(world: ControllerWorld, requestId: RequestId): Promise<unknown> {
  return ((await getRequest(world.store, 'a query', requestId)).body as { status?: unknown }).status;
}

describe('links of one pair', () => {
  test('are told together', async () => {
    const world = await waiting();
    await world.addPermissionSet('Billing-ps');
    await world.submit(LINKS[0] as Link);
    const counted = await writesTo(world, () => settled(world));
    expect(counted.links).toBe(LINKS.length);
    expect(counted.transactions).toBeLessThan(10);
  });

  test('that wait as before are not told again when another one is planned', async () => {
    const world = await waiting();
    const first = LINKS[0] as Link;
    const again = await world.submit(first);
    expect(await writesTo(world, () => settled(world))).toMatchObject({ links: 1 });
    expect(await statusOf(world, again)).toBe('WAITING');
  });
});
