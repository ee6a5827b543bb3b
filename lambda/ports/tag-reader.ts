import type { PermissionSetArn } from '../domain/ids';
import type { PermissionSetLookup } from './permission-set-lookup';

/** Tags of live permission sets. Throws `Throttled`, `Denied`, `Unavailable` or `OutcomeUnknown`. */
export interface TagReader extends PermissionSetLookup {
  /** Also throws `Missing`. */
  tagsOf(arn: PermissionSetArn): Promise<ReadonlyMap<string, string>>;
}
