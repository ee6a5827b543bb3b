import type { PermissionSetArn } from '../domain/ids';
import type { TagReader } from '../ports/tag-reader';
import { readParts } from './permission-set-parts';
import { SsoPermissionSetLookup } from './sso-permission-set-lookup';

/** Tags of live permission sets, through the sso-admin API. */
export class SsoTagReader extends SsoPermissionSetLookup implements TagReader {
  async tagsOf(arn: PermissionSetArn): Promise<ReadonlyMap<string, string>> {
    return (await readParts(this.ssoAdmin, arn, ['tags'])).tags;
  }
}
