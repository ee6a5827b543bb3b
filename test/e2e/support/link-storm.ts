import { type Random, seededRandom } from '../../../local/clock';
import type { LocalCloud } from './local-cloud';

/** Two pairs of permission set and principal with overlapping scopes, and some links that stand alone. */
export const STORM_LINKS: readonly string[] = [
  'root%all%CloudOperator-ps%team-CloudOperators%GROUP%ssofile',
  'ou_id%ou-ab12-workloads%CloudOperator-ps%team-CloudOperators%GROUP%ssofile',
  'ou_id%ou-ab12-production%CloudOperator-ps%team-CloudOperators%GROUP%ssofile',
  'account_tag%team^Finance%CloudOperator-ps%team-CloudOperators%GROUP%ssofile',
  'account%123456789012%CloudOperator-ps%team-CloudOperators%GROUP%ssofile',
  'account_tag%env^prod%DataScientist-ps%team-DataScientists%GROUP%ssofile',
  'account_tag%team^DataScientists%DataScientist-ps%team-DataScientists%GROUP%ssofile',
  'ou_id%ou-ab12-dataplatform%DataScientist-ps%team-DataScientists%GROUP%ssofile',
  'account%444444444421%DataScientist-ps%team-DataScientists%GROUP%ssofile',
  'root%all%Breakglass-ps%break-glass%USER%ssofile',
  'account%123456789012%Billing-ps%team-Accountants%GROUP%ssofile',
  'ou_id%ou-ab12-security%SecurityAuditor-ps%team-SecurityAuditors%GROUP%ssofile',
];

type Action = 'create' | 'delete';

/** Links created and deleted at random, the same with the same seed; several at once, one link's one after the other. */
export class LinkStorm {
  readonly requestIds: string[] = [];
  private readonly random: Random;

  /** `declared` is kept equal to the links that are declared after all that was submitted. */
  constructor(
    private readonly cloud: LocalCloud,
    seed: number,
    private readonly declared: Set<string>,
  ) {
    this.random = seededRandom(seed);
  }

  /** Submits `rounds` times some links at once, each until it is accepted. */
  async blow(rounds: number): Promise<void> {
    for (let round = 0; round < rounds; round += 1) {
      const links = STORM_LINKS.filter(() => this.random() < 0.35);
      await Promise.all(links.map((link) => this.submit(this.random() < 0.6 ? 'create' : 'delete', link)));
    }
  }

  private async submit(action: Action, link: string): Promise<void> {
    const { requestId } = await insist(() => this.cloud.link(action, link));
    this.requestIds.push(requestId);
    if (action === 'create') this.declared.add(link);
    else this.declared.delete(link);
  }
}

const MOST_ATTEMPTS = 40;

/** While functions die and calls fail a submission may be refused with a server error; its caller tries again. */
export async function insist<T>(submit: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await submit();
    } catch (error) {
      if (attempt === MOST_ATTEMPTS) throw error;
    }
  }
}
