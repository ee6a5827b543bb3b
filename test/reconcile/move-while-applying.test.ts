import type { AccountId, OrganizationalUnitId } from '../../lambda/domain/ids';
import { ControllerWorld } from '../support/controller-world';
import { ledgerLeftovers } from '../support/ledger-leftovers';
import { account, linkWith } from '../support/links';
import { moveAccount } from '../support/organization-events';

const FROM = 'ou-ab12-from0000';
const TO = 'ou-ab12-to000000';
const MANY = 500;

test.each([5_000, 60_000, 120_000])(
  `accounts that move while a plan for ${MANY} is applied, after %d ms, end right`,
  async (afterMs) => {
    const world = new ControllerWorld();
    await world.addPermissionSet('Billing-ps');
    const group = world.addPrincipal('GROUP', 'team-Accountants');
    const ids = Array.from({ length: MANY }, (_, index) => String(300000000000 + index));
    const outsider = '400000000000';
    world.accounts = [...ids.map((id) => account(id, [FROM])), account(outsider, [TO])];
    await world.submit(linkWith({ type: 'ou_id', organizationalUnitId: FROM as OrganizationalUnitId }));
    const leaving = [ids[3], ids[250], ids[499]] as AccountId[];
    const moves: Promise<void>[] = [];
    world.clock.after(afterMs, () => {
      for (const [id, unit] of [...leaving.map((id) => [id, TO] as const), [outsider, FROM] as const]) {
        world.accounts = world.accounts.map((known) => (known.id === id ? account(id, [unit]) : known));
        moves.push(world.reconcile(moveAccount(id)));
      }
    });
    await world.clock.runUntil(world.reconcile());
    await world.clock.runUntil(Promise.all(moves));
    // Whoever led when a mark was set looks once more; else the bell of the minute rings.
    await world.clock.runUntil(world.reconcile());
    await world.clock.runUntil(world.run('the bell of the minute'));
    const expected = [...ids.filter((id) => !leaving.includes(id as AccountId)), outsider];
    expect(await world.assignedAccounts('Billing-ps', group)).toEqual(expected.sort());
    expect(ledgerLeftovers(world.store)).toEqual([]);
  },
  60_000,
);
