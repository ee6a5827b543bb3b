import type { PolicyReader } from '../ports/policy-reader';
import { optional, required } from './environment';
import { IamPolicyReader, iamClients } from './iam-policy-reader';

/** A reader of the accounts' policies, where a role for that is configured. */
export function policyReader(): { policies?: PolicyReader } {
  const roleName = optional('POLICY_READER_ROLE_NAME');
  if (roleName === undefined) return {};
  const partition = required('PARTITION');
  return { policies: new IamPolicyReader(partition, iamClients(partition, roleName)) };
}
