import { postLink } from '../../lambda/intake/post-link';
import type { PreviewWorld } from '../../lambda/intake/preview-world';
import { silentLog } from '../support/silent-log';
import type { Cloud } from './cloud';

const TIMEOUT_SECONDS = 29;
/** How often a caller tries again after an error. */
const MOST_TRIES = 4;
const PAUSE_MS = [500, 10_000] as const;

/** A submission that was acknowledged. */
export interface Acknowledged {
  readonly requestId: string;
  readonly linkData: string;
  readonly action: 'create' | 'delete';
}

/** Histories hold submissions in earnest only. */
const NO_PREVIEW = new Proxy({} as PreviewWorld, {
  get: () => {
    throw new Error('Nobody asks for a preview.');
  },
});

/** People who submit links through the API, and what they were told. */
export class Submissions {
  readonly acknowledged: Acknowledged[] = [];
  readonly linkTexts = new Set<string>();

  constructor(private readonly cloud: Cloud) {}

  /** Submits beside everything else, again after an error. */
  submit(linkData: string, action: 'create' | 'delete'): void {
    this.linkTexts.add(linkData);
    this.cloud.spawn(`${action} ${linkData}`, async () => {
      for (let tries = 0; tries < MOST_TRIES; tries += 1) {
        if (await this.post(linkData, action)) return;
        await this.cloud.scheduler.wait(this.cloud.chance.between(...PAUSE_MS), 'a caller tries again');
      }
    });
  }

  private async post(linkData: string, action: 'create' | 'delete'): Promise<boolean> {
    const { cloud } = this;
    const requestId = cloud.uniqueId();
    const invocation = cloud.invoke(requestId, 'postLink', TIMEOUT_SECONDS);
    const world = {
      store: cloud.store.portOf(invocation),
      bell: cloud.bellOf(invocation),
      clock: invocation,
      newId: cloud.uniqueId,
      log: silentLog,
      preview: NO_PREVIEW,
    };
    const post = { requestId, body: JSON.stringify({ action, linkData }), query: {}, submittedBy: 'somebody' };
    try {
      const answer = await invocation.run(postLink(world, post));
      if (answer.statusCode !== 200) cloud.problems.push(`${linkData} was answered ${JSON.stringify(answer)}`);
      this.acknowledged.push({ requestId, linkData, action });
      return true;
    } catch {
      return false;
    }
  }
}
