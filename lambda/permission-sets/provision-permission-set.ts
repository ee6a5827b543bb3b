import type { Convergence, LookOutcome, Unprovisioned } from '../domain/convergence';
import type { AccountId, PermissionSetArn } from '../domain/ids';
import { policyIsMissing } from '../domain/missing-policy';
import { type Definition, requiredPolicies } from '../domain/permission-set-definition';
import { Conflict, Missing } from '../ports/faults';
import type { ProvisioningStatus } from '../ports/permission-set-service';
import type { PolicyReader } from '../ports/policy-reader';
import type { Look } from './look';

type Failed = Extract<ProvisioningStatus, { status: 'FAILED' }>;

/** Between two looks at a provisioning, milliseconds: short at first, then a share of how long it runs already. */
const SHORTEST_POLL_MS = 2_000;
const LONGEST_POLL_MS = 10_000;
const POLL_SHARE = 0.2;
/** Until a place is free, or an operation of an account has ended. */
const NO_PLACE_MS = 3_000;
const CONFLICT_MS = 5_000;
/** Refusals of one request for all accounts, because something runs in one of them, before accounts are asked singly. */
const MOST_CONFLICTS = 5;
/** Accounts that are asked one by one in a round; of more, the reason of the request for all is told. */
const MOST_SINGLE = 100;
/** Rounds of provisioning for one generation, and the pause after the first of them, doubling. */
const MOST_ROUNDS = 3;
const ROUND_PAUSE_MS = 20_000;

/** Goes on with bringing the accounts up to date, as far as that goes without waiting. */
export async function provisionAccounts(
  look: Look,
  arn: PermissionSetArn,
  definition: Definition,
): Promise<LookOutcome> {
  if (look.convergence.mustProvision && !look.convergence.provisionedAll) return start(look, arn);
  const vacant = new Set(look.convergence.vacant);
  const stale = (await look.step.service.accounts(arn, 'stale')).filter((accountId) => !vacant.has(accountId));
  const lacking = await knownToLack(look, stale, definition);
  const left = new Map(
    [...lacking, ...(look.convergence.unprovisioned ?? [])].map((entry) => [entry.accountId, entry]),
  );
  const open = stale.filter((accountId) => !left.has(accountId));
  const known = stale.flatMap((accountId) => left.get(accountId) ?? []);
  if (open.length === 0) return endRound(look, known);
  if (open.length > 1 && !look.convergence.provisionedAll) return start(look, arn);
  if (left.size >= MOST_SINGLE) return endRound(look, [...left.values(), ...open.map(notAsked)]);
  return start(look, arn, open[0]);
}

/** How the provisioning under way stands; `true`: it has ended, and what came of it is noted. */
export async function followProvisioning(look: Look): Promise<true | LookOutcome> {
  const { provisioning } = look.convergence;
  if (!provisioning) return true;
  const { service, clock } = look.step;
  const running = await service.provisioningsInProgress();
  const status = running.has(provisioning.requestId)
    ? ({ status: 'IN_PROGRESS' } as const)
    : await outcomeOf(look, provisioning.requestId);
  if (status.status === 'IN_PROGRESS') {
    const age = clock.now() - provisioning.startedAt;
    const pause = Math.min(LONGEST_POLL_MS, Math.max(SHORTEST_POLL_MS, age * POLL_SHARE));
    return { state: 'later', notBefore: clock.now() + pause };
  }
  const { accountId } = provisioning;
  if (accountId === undefined) {
    await look.note({ set: { provisionedAll: true }, remove: ['provisioning', 'mustProvision'] });
  } else {
    const set = status.status === 'FAILED' ? await failureIn(look, accountId, status) : {};
    await look.note({ set, remove: ['provisioning'] });
  }
  return true;
}

/** AWS: the role stays for a while after the last assignment of the account is gone, and cannot be provisioned any more. */
async function failureIn(
  look: Look,
  accountId: AccountId,
  status: Failed,
): Promise<Pick<Convergence, 'vacant' | 'unprovisioned'>> {
  const { vacant = [], unprovisioned = [] } = look.convergence;
  if (await isVacant(look, accountId)) return { vacant: [...vacant, accountId] };
  return { unprovisioned: [...unprovisioned, unprovisionedBy(accountId, status)] };
}

async function isVacant({ step, convergence }: Look, accountId: AccountId): Promise<boolean> {
  const { permissionSetArn: arn } = convergence;
  try {
    return arn === undefined || (await step.service.assignedIn(arn, accountId)).length === 0;
  } catch (fault) {
    // Somebody deleted the permission set, which the next call finds out.
    if (fault instanceof Missing) return true;
    throw fault;
  }
}

/** A request that the service does not know any more has ended; what it did, the list of stale accounts tells. */
async function outcomeOf(look: Look, requestId: string): Promise<ProvisioningStatus> {
  try {
    return await look.step.service.provisioningStatus(requestId);
  } catch (fault) {
    if (fault instanceof Missing) return { status: 'SUCCEEDED' };
    throw fault;
  }
}

/** Asks for one account or all, if the service has a place for it. */
async function start(look: Look, arn: PermissionSetArn, accountId?: AccountId): Promise<LookOutcome> {
  const { service, clock, concurrentProvisionings } = look.step;
  const running = await service.provisioningsInProgress();
  if (running.size >= concurrentProvisionings) return { state: 'later', notBefore: clock.now() + NO_PLACE_MS };
  try {
    const requestId = await look.change(() => service.provision(arn, accountId));
    const startedAt = clock.now();
    await look.note({ set: { provisioning: { requestId, startedAt, ...(accountId ? { accountId } : {}) } } });
    return { state: 'later', notBefore: startedAt + SHORTEST_POLL_MS };
  } catch (fault) {
    if (fault instanceof Conflict) return afterConflict(look, fault, accountId);
    throw fault;
  }
}

async function afterConflict(look: Look, fault: Conflict, accountId?: AccountId): Promise<LookOutcome> {
  const attempts = (look.convergence.attempts ?? 0) + 1;
  if (accountId === undefined && attempts >= MOST_CONFLICTS) {
    await look.note({ set: { provisionedAll: true }, remove: ['mustProvision'] });
    return { state: 'later', notBefore: look.step.clock.now() };
  }
  return { state: 'later', notBefore: look.step.clock.now() + CONFLICT_MS, attempts, reason: fault.message };
}

/** What is left behind for another reason than a missing policy may be there a little later. */
async function endRound(look: Look, left: readonly Unprovisioned[]): Promise<LookOutcome> {
  const rounds = (look.convergence.rounds ?? 0) + 1;
  const passing = left.find(({ missingPolicy }) => missingPolicy === undefined);
  if (passing && rounds < MOST_ROUNDS) {
    await look.note({ set: { rounds, unprovisioned: [] }, remove: ['provisionedAll', 'vacant'] });
    const notBefore = look.step.clock.now() + ROUND_PAUSE_MS * 2 ** (rounds - 1);
    return { state: 'later', notBefore, reason: `${passing.accountId}: ${passing.message}` };
  }
  return { state: 'done', applied: look.document.generation, unprovisioned: left };
}

/** With a reader of policies: accounts that need not be asked, since they lack one. */
async function knownToLack(
  look: Look,
  accountIds: readonly AccountId[],
  definition: Definition,
): Promise<Unprovisioned[]> {
  const { policies } = look.step;
  const required = requiredPolicies(definition);
  if (!policies || required.length === 0) return [];
  const found: Unprovisioned[] = [];
  for (const accountId of accountIds) {
    const [missingPolicy] = await missingIn(look, policies, accountId, required);
    if (missingPolicy) found.push({ accountId, message: policyIsMissing(accountId, missingPolicy), missingPolicy });
  }
  return found;
}

/** An account that cannot be asked, for instance without the role, holds nothing up: the service finds out. */
async function missingIn(
  { step, name }: Look,
  policies: PolicyReader,
  accountId: AccountId,
  required: readonly string[],
): Promise<readonly string[]> {
  try {
    return await policies.missing(accountId, required);
  } catch (error) {
    step.log.warn('The policies of an account could not be read', { permissionSetName: name, accountId, error });
    return [];
  }
}

function unprovisionedBy(accountId: AccountId, { reason, missingPolicy }: Failed): Unprovisioned {
  if (missingPolicy === undefined) return { accountId, message: reason };
  return { accountId, message: policyIsMissing(accountId, missingPolicy), missingPolicy };
}

function notAsked(accountId: AccountId): Unprovisioned {
  return { accountId, message: 'provisioning all accounts left it behind; too many were, to ask each for its reason' };
}
