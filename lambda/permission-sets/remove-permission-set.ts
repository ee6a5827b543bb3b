import { assignmentError } from '../domain/assignment-state';
import type { LookOutcome } from '../domain/convergence';
import { heldReason } from '../domain/held-plan';
import type { AccountId, PermissionSetArn, PermissionSetName } from '../domain/ids';
import { isUnfinished, type LedgerRow } from '../domain/ledger-row';
import { Conflict, Missing } from '../ports/faults';
import type { PageKey, Store } from '../ports/store';
import { linksReferencing } from './links-referencing';
import type { Look } from './look';

/**
 * How long a deletion looks again by itself. AWS: a permission set looks in use for seconds to minutes after its last
 * assignment is gone; links that were deleted just before it are planned by then.
 */
const USUAL_LAG_MS = 5 * 60_000;
const FIRST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 60_000;
/** Accounts that are asked whether somebody else assigned the permission set there, and accounts and links that are named. */
const MOST_ASKED = 5;
const MOST_NAMED = 20;

/** Deletes a permission set of ours once nothing uses it any more; until then says what it waits for. */
export async function removePermissionSet(look: Look): Promise<LookOutcome> {
  const gone: LookOutcome = { state: 'gone', applied: look.document.generation };
  const arn = await ownArn(look);
  if (!arn) return gone;
  const links = await linksReferencing(look.step.store, look.name);
  if (links.length > 0) return waiting(links.map((link) => `permissionSet: link ${link} references it`));
  try {
    return (await inUse(look, arn)) ?? (await remove(look, arn, gone));
  } catch (fault) {
    if (fault instanceof Missing) return gone;
    throw fault;
  }
}

/** Nothing unless it is ours: what only has the same name is never deleted. */
async function ownArn(look: Look): Promise<PermissionSetArn | undefined> {
  const { permissionSetArn, ownership } = look.convergence;
  if (permissionSetArn || ownership !== 'creating') return permissionSetArn;
  return look.step.names.arnOf(look.name);
}

async function remove(look: Look, arn: PermissionSetArn, gone: LookOutcome): Promise<LookOutcome> {
  try {
    await look.change(() => look.step.service.remove(arn));
    look.step.log.info('A permission set was deleted', { permissionSetName: look.name, permissionSetArn: arn });
    return gone;
  } catch (fault) {
    if (fault instanceof Conflict) return later(look, fault.message);
    throw fault;
  }
}

/** Why it cannot be deleted now; nothing when no account has it. */
async function inUse(look: Look, arn: PermissionSetArn): Promise<LookOutcome | undefined> {
  const accountIds = await look.step.service.accounts(arn, 'all');
  if (accountIds.length === 0) return undefined;
  const rows = await rowsOfPermissionSet(look.step.store, look.name, arn);
  if (rows.some(isUnfinished)) return later(look, `assignments are being removed from ${named(accountIds)}`);
  const age = look.step.clock.now() - Date.parse(look.document.submittedAt);
  const soon = (reason: string) => (age < USUAL_LAG_MS ? later(look, reason) : waiting([`account: ${reason}`]));
  const stuck = rows.filter((row) => whyItStays(row) !== undefined);
  if (stuck.length < rows.length) {
    return soon(`assignments of this solution are left in ${named(rows.map(({ accountId }) => accountId))}`);
  }
  if (stuck.length > 0) return waiting(stuck.map((row) => `account: ${row.accountId}: ${whyItStays(row)}`));
  const foreign = await assignedByOthers(look, arn, accountIds);
  return foreign.length > 0 ? waiting(foreign) : soon(`it is still provisioned in ${named(accountIds)}`);
}

/** Why nothing goes on with an assignment until something happens outside: in its account, or a person decides. */
function whyItStays(row: LedgerRow): string | undefined {
  if (row.unreachable !== undefined || row.parked !== undefined) return assignmentError(row);
  return row.keptBy === undefined ? row.heldBy && heldReason(row.heldBy) : row.reason;
}

/** What is assigned although the ledger does not know it is never removed. */
async function assignedByOthers(
  look: Look,
  arn: PermissionSetArn,
  accountIds: readonly AccountId[],
): Promise<string[]> {
  const found: string[] = [];
  for (const accountId of accountIds.slice(0, MOST_ASKED)) {
    const [holder] = await look.step.service.assignedIn(arn, accountId);
    if (holder) found.push(`account: ${holder.type} ${holder.id} is assigned in ${accountId}, not by this solution`);
  }
  return found;
}

/** The index lags: rows are read anew, and what is missing in it, the service still knows. */
export async function rowsOfPermissionSet(
  store: Store,
  name: PermissionSetName,
  arn: PermissionSetArn,
): Promise<LedgerRow[]> {
  const rows: LedgerRow[] = [];
  let after: PageKey | undefined;
  do {
    const partition = { name: 'permissionSetName', value: name };
    const page = await store.queryIndex({
      table: 'ledger',
      index: 'byPermissionSet',
      partition,
      ...(after ? { after } : {}),
    });
    const keys = page.items.map(({ pk, sk }) => ({ table: 'ledger', pk, sk }) as const);
    rows.push(...((await store.getMany(keys)) as unknown as LedgerRow[]));
    after = page.next;
  } while (after);
  return rows.filter(({ permissionSetArn }) => permissionSetArn === arn);
}

function later(look: Look, reason: string): LookOutcome {
  const attempts = (look.convergence.attempts ?? 0) + 1;
  const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (attempts - 1));
  return { state: 'later', notBefore: look.step.clock.now() + pause, attempts, reason };
}

function waiting(waitingFor: readonly string[]): LookOutcome {
  return { state: 'waiting', waitingFor: waitingFor.slice(0, MOST_NAMED) };
}

function named(accountIds: readonly AccountId[]): string {
  const shown = accountIds.slice(0, MOST_NAMED).join(', ');
  return accountIds.length > MOST_NAMED ? `${accountIds.length} accounts: ${shown}, …` : shown;
}
