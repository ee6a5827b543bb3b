import { printLink } from '../../lambda/domain/link';
import type { Migration } from '../../lambda/domain/migration/migration-report';
import type { Answered, Api } from './signed-api';

/** What became of a migration. */
export interface AppliedMigration {
  readonly permissionSets: number;
  readonly links: number;
  /** Assignments that were planned to be removed: none, since nothing is taken away from any link. */
  readonly removed: number;
  /** What was not brought in, or not as it should be, and why. */
  readonly left: readonly string[];
}

export interface ApplyWorld {
  readonly api: Api;
  readonly pause: (milliseconds: number) => Promise<void>;
}

/** How often a request is asked for; how long a permission set, or the plan of a link, may take. */
const ASK_EVERY_MS = 500;
const MOST_ASKS = 2_400;

/** Submissions at the same time: a dry run of a large pair takes seconds. */
const AT_A_TIME = 8;

/** A request of which nothing more is to be expected without a change from outside. */
const UNDER_WAY = ['ACCEPTED', 'PLANNED', 'APPLYING'];

/**
 * Brings in what a migration has: permission sets first, and only when they are as declared the links. It creates and never
 * deletes, and a link whose dry run would remove anything is left out. It may be run again.
 */
export async function applyMigration(world: ApplyWorld, migration: Migration): Promise<AppliedMigration> {
  const left: string[] = [];
  const refused = new Set<string>();
  await inChunks(migration.permissionSets, async (permissionSetData) => {
    const { isDeclared, reason } = await bringInPermissionSet(world, { action: 'create', permissionSetData });
    if (!isDeclared) refused.add(permissionSetData.permissionSetName);
    if (reason !== undefined) left.push(`permission set ${permissionSetData.permissionSetName}: ${reason}`);
  });
  const links = migration.links.filter(({ permissionSetName }) => !refused.has(permissionSetName));
  const requests = await inChunks(links, async (link) => {
    const outcome = await submitLink(world, printLink(link));
    if ('reason' in outcome) left.push(`${printLink(link)}: ${outcome.reason}`);
    return outcome;
  });
  const planned = await inChunks(requests, async (outcome) => {
    return 'reason' in outcome ? undefined : ended(world, outcome.requestId, ['ACCEPTED']);
  });
  const done = planned.flatMap((request) => request ?? []);
  left.push(...done.filter(({ planned: { delete: removed } }) => removed > 0).map(removes));
  return {
    permissionSets: migration.permissionSets.length - refused.size,
    links: done.length,
    removed: done.reduce((total, { planned: { delete: removed } }) => total + removed, 0),
    left,
  };
}

/** Whether it is declared, and what is not as it should be. Links of one that is not done yet wait by themselves. */
async function bringInPermissionSet(
  world: ApplyWorld,
  body: object,
): Promise<{ isDeclared: boolean; reason?: string }> {
  let isDeclared = false;
  try {
    const { requestId } = await world.api.post('/postPermissionSetData', body);
    isDeclared = true;
    const { status, errors, waitingFor } = await ended(world, requestId, UNDER_WAY);
    if (status === 'COMPLETED') return { isDeclared };
    const messages = [...waitingFor, ...errors.map(({ message }: { readonly message: string }) => message)];
    return { isDeclared, reason: `is ${status}: ${messages.join('; ')}` };
  } catch (fault) {
    return { isDeclared, reason: (fault as Error).message };
  }
}

async function submitLink({ api }: ApplyWorld, linkData: string): Promise<{ requestId: string } | { reason: string }> {
  const body = { action: 'create', linkData };
  try {
    const { plan } = await api.post('/postLinkData', body, { dryRun: 'true' });
    if (plan.delete > 0) return { reason: `its dry run would remove ${plan.delete} assignments` };
    return { requestId: (await api.post('/postLinkData', body)).requestId };
  } catch (fault) {
    return { reason: (fault as Error).message };
  }
}

/** The request once it is in no such state any more. */
async function ended({ api, pause }: ApplyWorld, requestId: string, before: readonly string[]): Promise<Answered> {
  for (let asked = 0; asked < MOST_ASKS; asked += 1) {
    const request = await api.get(`/requests/${requestId}`);
    if (!before.includes(request.status)) return request;
    await pause(ASK_EVERY_MS);
  }
  throw new Error(`Request ${requestId} is not done yet: see what holds it up, and run the migration again.`);
}

function removes({ requestId, planned }: Answered): string {
  return `request ${requestId} was planned to remove ${planned.delete} assignments, which no link of it can: see GET /requests/${requestId}`;
}

async function inChunks<In, Out>(items: readonly In[], work: (item: In) => Promise<Out>): Promise<Out[]> {
  const results: Out[] = [];
  for (let start = 0; start < items.length; start += AT_A_TIME)
    results.push(...(await Promise.all(items.slice(start, start + AT_A_TIME).map(work))));
  return results;
}
