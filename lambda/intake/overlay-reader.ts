import type { PermissionSetArn, PrincipalId, PrincipalType } from '../domain/ids';
import type { Assignment } from '../domain/ledger-row';
import type { IdentityCenterReader } from '../ports/identity-center-reader';
import type { PermissionSetLookup } from '../ports/permission-set-lookup';

/** Identity Center with other permission sets than it has, namely those that a dry run would leave behind. */
export class OverlayReader implements IdentityCenterReader {
  constructor(
    private readonly below: IdentityCenterReader,
    private readonly permissionSets: PermissionSetLookup,
  ) {}

  listPermissionSets() {
    return this.permissionSets.listPermissionSets();
  }

  permissionSetName(arn: PermissionSetArn) {
    return this.permissionSets.permissionSetName(arn);
  }

  findPrincipal(type: PrincipalType, name: string) {
    return this.below.findPrincipal(type, name);
  }

  principalName(type: PrincipalType, id: PrincipalId) {
    return this.below.principalName(type, id);
  }

  hasPrincipals() {
    return this.below.hasPrincipals();
  }

  isAssigned(assignment: Assignment) {
    return this.below.isAssigned(assignment);
  }

  assignmentsOf(type: PrincipalType, principalId: PrincipalId) {
    return this.below.assignmentsOf(type, principalId);
  }
}
