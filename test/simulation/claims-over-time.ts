import type { Assignment } from '../../lambda/domain/ledger-row';
import { type LinkDocument, linkDocumentOf } from '../../lambda/domain/link-document';
import type { Account } from '../../lambda/domain/organization';
import type { Cloud } from './cloud';
import { coversAccount, partsOf } from './coverage';
import { Timeline } from './timeline';

type Links = readonly LinkDocument[];

interface Claimed {
  readonly assignment: Assignment;
  readonly from: number;
}

/** Which links claimed an assignment, at any time: independent of what the product planned. */
export class ClaimsOverTime {
  private readonly pairs = new Map<string, Timeline<Links>>();

  constructor(private readonly cloud: Cloud) {}

  /** A link of the pair was written. */
  linkWritten(pairId: string): void {
    const all = this.cloud.store.all('links').map(linkDocumentOf);
    const links = all.filter((link) => link.pairId === pairId);
    const known = this.pairs.get(pairId) ?? new Timeline<Links>([]);
    this.pairs.set(pairId, known);
    known.set(this.cloud.scheduler.now(), links);
  }

  /**
   * Whether whoever looked at the world since `from`, reading account, links and names at moments of its own choice, must
   * have found the assignment claimed. What nobody could have overlooked must not be removed.
   */
  isClaimedSince(assignment: Assignment, from: number): boolean {
    const accounts = this.cloud.organization.versionsSince(assignment.accountId, from);
    const claim = { assignment, from };
    return accounts.every((account) =>
      [...this.pairs.values()].some((history) => this.pairClaims(history.since(from), account, claim)),
    );
  }

  /** Whether anybody who looked at the world since `from` could have found it claimed by names that stand for it. */
  couldBeClaimedSince(assignment: Assignment, from: number): boolean {
    const accounts = this.cloud.organization.versionsSince(assignment.accountId, from);
    return [...this.pairs.values()].some((history) =>
      history.since(from).some((links) =>
        links.some((link) => {
          const { id, arn } = this.namesSince(link, from);
          const isMeant = id.includes(assignment.principalId) && arn.includes(assignment.permissionSetArn);
          return isMeant && link.state === 'present' && accounts.some((account) => this.covers(link, account));
        }),
      ),
    );
  }

  /** Whether the account could not be worked in at any time since `from`. */
  isOutOfReachSince({ accountId }: Assignment, from: number): boolean {
    return this.cloud.organization.versionsSince(accountId, from).every((account) => account?.state !== 'ACTIVE');
  }

  private covers({ linkData }: LinkDocument, account: Account | undefined): boolean {
    return coversAccount(partsOf(linkData), account, this.cloud.supportNestedOu);
  }

  private namesSince({ principalType, principalName, permissionSetName }: LinkDocument, from: number) {
    const { directory } = this.cloud;
    return {
      id: directory.principalIdsSince({ type: principalType, name: principalName }, from),
      arn: directory.permissionSetArnsSince(permissionSetName, from),
    };
  }

  private pairClaims(versions: readonly Links[], account: Account | undefined, { assignment, from }: Claimed) {
    const [link] = versions.find((links) => links.length > 0) ?? [];
    if (!link) return false;
    const { id: ids, arn: arns } = this.namesSince(link, from);
    return versions.every((links) => {
      const covering = links.filter((each) => each.state === 'present' && this.covers(each, account));
      return ids.every((id) =>
        arns.every(
          (arn) => covering.length > 0 && id === assignment.principalId && arn === assignment.permissionSetArn,
        ),
      );
    });
  }
}
