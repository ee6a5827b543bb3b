import type { Assignment } from '../../lambda/domain/ledger-row';
import { type LinkDocument, linkDocumentOf } from '../../lambda/domain/link-document';
import type { Account } from '../../lambda/domain/organization';
import type { Cloud } from './cloud';
import { coversAccount, partsOf } from './coverage';
import type { PrincipalName } from './directory-world';
import { Timeline } from './timeline';

type Links = readonly LinkDocument[];

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
    return accounts.every((account) =>
      [...this.pairs.values()].some((history) => this.pairClaims(history.since(from), account, assignment, from)),
    );
  }

  private pairClaims(versions: readonly Links[], account: Account | undefined, assignment: Assignment, from: number) {
    const [link] = versions.find((links) => links.length > 0) ?? [];
    if (!link) return false;
    const principal: PrincipalName = { type: link.principalType, name: link.principalName };
    const ids = this.cloud.directory.principalIdsSince(principal, from);
    const arns = this.cloud.directory.permissionSetArnsSince(link.permissionSetName, from);
    const { supportNestedOu } = this.cloud;
    return versions.every((links) => {
      const covering = links.filter(
        ({ state, linkData }) => state === 'present' && coversAccount(partsOf(linkData), account, supportNestedOu),
      );
      return ids.every((id) => arns.every((arn) => covering.some((each) => means(each, { id, arn }, assignment))));
    });
  }
}

/** Names that stand for nothing at present still mean what the link was last planned for: a failed lookup removes nothing. */
function means(
  { outcome }: LinkDocument,
  { id, arn }: { readonly id: string | undefined; readonly arn: string | undefined },
  { principalId, permissionSetArn }: Assignment,
): boolean {
  if (id !== undefined && arn !== undefined) return id === principalId && arn === permissionSetArn;
  return outcome?.principalId === principalId && outcome.permissionSetArn === permissionSetArn;
}
