import type { PermissionSetName } from '../domain/ids';
import type { LedgerRow, Parked } from '../domain/ledger-row';
import { policyIsMissing } from '../domain/missing-policy';
import { definitionOf, requiredPolicies } from '../domain/permission-set-definition';
import { permissionSetDocumentOf, permissionSetKey, submittedDocument } from '../domain/permission-set-document';
import type { LeveledLog } from '../ports/leveled-log';
import type { PolicyReader } from '../ports/policy-reader';
import type { Store } from '../ports/store';

/** What the check works with. */
export interface PolicyCheckContext {
  readonly store: Store;
  readonly policies?: PolicyReader;
  readonly log: Pick<LeveledLog, 'warn'>;
}

/**
 * Asks an account, before an assignment is created there, for the customer managed policies that the permission set
 * needs. Only with a reader of policies, and only for declared permission sets; else the service finds out.
 */
export class PolicyCheck {
  private readonly required = new Map<PermissionSetName, Promise<readonly string[]>>();

  constructor(private readonly context: PolicyCheckContext) {}

  /** The first policy that the account lacks; nothing when it can have the permission set, or when that is not known. */
  async missing({ desired, accountId, permissionSetName }: LedgerRow): Promise<Omit<Parked, 'generation'> | undefined> {
    const { policies, log } = this.context;
    if (!policies || !desired) return undefined;
    try {
      const required = await this.requiredBy(permissionSetName);
      const [missingPolicy] = required.length > 0 ? await policies.missing(accountId, required) : [];
      if (missingPolicy === undefined) return undefined;
      return { reason: policyIsMissing(accountId, missingPolicy), missingPolicy };
    } catch (error) {
      // The check saves a failed operation; without it the service's own reason is told.
      log.warn('The policies of an account could not be read', { accountId, error });
      return undefined;
    }
  }

  private requiredBy(name: PermissionSetName): Promise<readonly string[]> {
    const known = this.required.get(name) ?? this.read(name);
    this.required.set(name, known);
    return known;
  }

  private async read(name: PermissionSetName): Promise<readonly string[]> {
    const document = permissionSetDocumentOf(await this.context.store.get(permissionSetKey(name)));
    return document?.state === 'present' ? requiredPolicies(definitionOf(submittedDocument(document))) : [];
  }
}
