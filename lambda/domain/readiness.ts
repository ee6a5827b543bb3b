import type { Convergence } from './convergence';
import type { PermissionSetArn, PermissionSetName } from './ids';
import type { PermissionSetDocument } from './permission-set-document';
import { isGone } from './permission-set-status';

/** A permission set as links see it: its ARN when it can be assigned, else what has to happen before. */
export type Readiness =
  | { readonly permissionSetArn: PermissionSetArn; readonly waitingFor?: undefined }
  | { readonly permissionSetArn?: undefined; readonly waitingFor: string };

/** What the readiness of a permission set depends on. */
export interface ReadinessInput {
  readonly name: PermissionSetName;
  readonly document: PermissionSetDocument | undefined;
  readonly convergence: Convergence;
  /** The ARN of the permission set of this name in Identity Center, if there is one. */
  readonly observed: PermissionSetArn | undefined;
}

/**
 * A permission set that is declared can be assigned when all of it is as declared; one that is not, as soon as it exists.
 */
export function readinessOf({ name, document, convergence, observed }: ReadinessInput): Readiness {
  if (!document || isGone(document, convergence)) {
    return observed
      ? { permissionSetArn: observed }
      : { waitingFor: `permissionSet: ${name} does not exist in Identity Center` };
  }
  if (document.state === 'deleted') return { waitingFor: `permissionSet: ${name} is being deleted` };
  const { permissionSetArn, incomplete, defined, parked, lastError } = convergence;
  if (permissionSetArn && permissionSetArn === observed && !incomplete && defined > 0) return { permissionSetArn };
  const why = parked?.reason ?? lastError;
  return { waitingFor: `permissionSet: ${name} is not complete yet${why ? `: ${why}` : ''}` };
}
