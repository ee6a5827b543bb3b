import type { PermissionSetName } from '../../lambda/domain/ids';
import type { LinkStanding, PermissionSetStanding, Standing } from '../../lambda/domain/region-switch-comparison';
import { readAll } from '../commands/declared-documents';
import type { Answered, Api } from '../commands/signed-api';

/** How an installation stands: everything that is declared in it, and every assignment that it manages. */
export async function standingOf(api: Api): Promise<Standing> {
  const [links, permissionSets] = [await linksOf(api), await permissionSetsOf(api)];
  return { links, permissionSets, managed: await readAll(api, '/assignments', 'assignments') };
}

export async function linksOf(api: Api): Promise<LinkStanding[]> {
  const links = await readAll(api, '/links', 'links');
  return links.filter(({ deleted }) => !deleted).map(standingOfLink);
}

export async function permissionSetsOf(api: Api): Promise<PermissionSetStanding[]> {
  const sets = await readAll(api, '/permission-sets', 'permissionSets');
  return sets.map(({ permissionSetName, document, status, message }) => ({
    permissionSetName,
    document,
    status,
    ...(message === undefined ? {} : { message }),
  }));
}

function standingOfLink({ linkId, linkData, link, status, waitingFor, skipped }: Answered): LinkStanding {
  const { type: principalType, name: principalName } = link.principal;
  const permissionSetName: PermissionSetName = link.permissionSet;
  return { linkId, linkData, permissionSetName, principalType, principalName, status, waitingFor, skipped };
}

/** How often it is asked whether something is under way, in milliseconds: twice as seldom each time. */
const FIRST_PAUSE_MS = 2_000;
const LONGEST_PAUSE_MS = 60_000;
/** So long nothing may come to its end before nothing more is expected to, in milliseconds. */
const PATIENCE_MS = 3_600_000;

/** What is not over yet. All else is, or waits for somebody. */
const UNDER_WAY: readonly string[] = ['ACCEPTED', 'PLANNED', 'APPLYING'];

export interface WaitingWorld {
  readonly api: Api;
  readonly now: () => number;
  readonly pause: (milliseconds: number) => Promise<void>;
  readonly tell: (text: string) => void;
}

/**
 * Waits until nothing that was declared is under way. Throws when for an hour nothing has come to its end.
 * What waits for a person, a policy or a principal is not under way.
 */
export async function untilDone({ api, now, pause, tell }: WaitingWorld): Promise<void> {
  let left = Number.POSITIVE_INFINITY;
  let since = now();
  for (let wait = FIRST_PAUSE_MS; ; wait = Math.min(wait * 2, LONGEST_PAUSE_MS)) {
    const all = [...(await permissionSetsOf(api)), ...(await linksOf(api))];
    const underWay = all.filter(({ status }) => UNDER_WAY.includes(status)).length;
    if (underWay === 0) return;
    if (underWay < left) [left, since] = [underWay, now()];
    if (now() - since > PATIENCE_MS) {
      throw new Error(
        `${underWay} of ${all.length} documents are under way, none came to its end for an hour: look at their status, then run this again.`,
      );
    }
    tell(`${underWay} of ${all.length} documents are under way`);
    await pause(wait);
  }
}
