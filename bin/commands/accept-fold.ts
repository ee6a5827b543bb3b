import type { FoldDocument } from '../../lambda/domain/fold-document';
import type { Answered, Api } from './signed-api';

/** What became of accepted proposals. */
export interface Accepted {
  readonly created: number;
  readonly deleted: number;
  /** What was left as it is, and why. */
  readonly left: readonly string[];
}

/** What accepting needs beside the API. */
export interface AcceptWorld {
  readonly api: Api;
  readonly pause: (milliseconds: number) => Promise<void>;
}

/** How often a request is asked for, and for how long at most. */
const ASK_EVERY_MS = 500;
const MOST_ASKS = 1_200;

/** Links that are deleted at the same time: a dry run of a large pair takes seconds. */
const AT_A_TIME = 8;

/**
 * Carries out proposals, one after the other: the wider link first, and only when that is planned the links that it
 * replaces. Before each submission the solution itself is asked what it would change; where that is anything at all, since
 * the organization or the links are others by now, things stay as they are and are told. It may be run again.
 */
export async function acceptFold(world: AcceptWorld, proposals: readonly FoldDocument[]): Promise<Accepted> {
  const outcomes: Outcome[] = [];
  for (const proposal of proposals) outcomes.push(await acceptOne(world, proposal));
  const requestIds = outcomes.flatMap(({ deletions }) => deletions);
  const left = outcomes.flatMap((outcome) => outcome.left);
  for (const requestId of requestIds) {
    const reason = unexpected(await planned(world, requestId));
    if (reason !== undefined) left.push(`request ${requestId}: ${reason}`);
  }
  const created = outcomes.filter((outcome) => outcome.created).length;
  return { created, deleted: requestIds.length, left };
}

interface Outcome {
  readonly created: boolean;
  /** Ids of requests. */
  readonly deletions: readonly string[];
  readonly left: readonly string[];
}

async function acceptOne(world: AcceptWorld, { by, isDeclared, replaces }: FoldDocument): Promise<Outcome> {
  const reason = isDeclared ? await whyNotInPlace(world, by) : await whyNotCreated(world, by);
  if (reason !== undefined) return { created: false, deletions: [], left: [`${by}: ${reason}`] };
  const [deletions, left]: [string[], string[]] = [[], []];
  for (let start = 0; start < replaces.length; start += AT_A_TIME) {
    const chunk = replaces.slice(start, start + AT_A_TIME);
    for (const { requestId, kept } of await Promise.all(chunk.map((link) => deleteUnlessNeeded(world, link)))) {
      if (requestId !== undefined) deletions.push(requestId);
      if (kept !== undefined) left.push(kept);
    }
  }
  return { created: !isDeclared, deletions, left };
}

/** The request of a deletion, or why the link was kept. */
async function deleteUnlessNeeded(world: AcceptWorld, link: string): Promise<{ requestId?: string; kept?: string }> {
  const change = await wouldChange(world, 'delete', link);
  if (change !== undefined) return { kept: `${link}: ${change}` };
  return { requestId: (await submit(world, 'delete', link)).requestId };
}

/** A wider link that was there when it was proposed has to be there still, and to stay. */
async function whyNotInPlace({ api }: AcceptWorld, linkData: string): Promise<string | undefined> {
  const { links } = await api.get('/links', { linkData });
  const [found] = links as Answered[];
  if (!found || found.deleted) return 'is not there any more';
  const { notBefore, expiresAt } = found.link;
  return notBefore || expiresAt ? 'is bound in time by now' : undefined;
}

async function whyNotCreated(world: AcceptWorld, link: string): Promise<string | undefined> {
  const change = await wouldChange(world, 'create', link);
  if (change !== undefined) return change;
  const reason = unexpected(await planned(world, (await submit(world, 'create', link)).requestId));
  return reason && `${reason}; it is there now, and the links that it was to replace are, too`;
}

/** What a submission would change, in the words of its plan; nothing when that is nothing. */
async function wouldChange({ api }: AcceptWorld, action: 'create' | 'delete', linkData: string) {
  const { plan } = await api.post('/postLinkData', { action, linkData }, { dryRun: 'true' });
  const { create, delete: remove, waitingFor } = plan;
  if (create > 0 || remove > 0) return `its ${action} would create ${create} and remove ${remove} assignments by now`;
  // A large organization is known as it was last looked at; what its plan comes to is looked at once more.
  const unseen = (plan.notLookedAt as string[]).filter((text) => !text.startsWith('organization:'));
  if (unseen.length > 0) return `there was no time to see what its ${action} would change: ${unseen.join('; ')}`;
  return action === 'create' && waitingFor.length > 0 ? `it would wait for ${waitingFor.join('; ')}` : undefined;
}

function submit({ api }: AcceptWorld, action: 'create' | 'delete', linkData: string): Promise<Answered> {
  return api.post('/postLinkData', { action, linkData });
}

/** The request once it is planned. */
async function planned({ api, pause }: AcceptWorld, requestId: string): Promise<Answered> {
  for (let asked = 0; asked < MOST_ASKS; asked += 1) {
    const request = await api.get(`/requests/${requestId}`);
    if (request.status !== 'ACCEPTED') return request;
    await pause(ASK_EVERY_MS);
  }
  throw new Error(`Request ${requestId} is not planned yet: see what holds it up, and accept again.`);
}

/** What a request did that no fold does. */
function unexpected({ status, planned: { create, delete: remove }, waitingFor, errors }: Answered): string | undefined {
  if (create > 0 || remove > 0) return `was planned to create ${create} and remove ${remove} assignments`;
  const messages = [...waitingFor, ...errors.map(({ message }: { readonly message: string }) => message)];
  return messages.length > 0 ? `is ${status}: ${messages.join('; ')}` : undefined;
}
