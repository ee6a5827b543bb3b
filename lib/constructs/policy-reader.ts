import { Aws } from 'aws-cdk-lib';
import type { Configuration } from '../config/configuration';
import { allow, type Grantee } from './allow';
import type { FunctionEnvironment } from './bundled-function';

/** How a function finds the role that reads the policies of each account, if there is one. */
export function policyReaderVariables({ policyReaderRoleName, partition }: Configuration): FunctionEnvironment {
  if (policyReaderRoleName === undefined) return {};
  return { POLICY_READER_ROLE_NAME: policyReaderRoleName, PARTITION: partition };
}

/** Lets a role assume the reader of policies in every account: permission sets may be assigned in any of them. */
export function allowReadingPolicies(role: Grantee, { policyReaderRoleName }: Configuration): void {
  if (policyReaderRoleName === undefined) return;
  allow(
    role,
    ['sts:AssumeRole'],
    [`arn:${Aws.PARTITION}:iam::*:role/${policyReaderRoleName}`],
    'An account is asked for the policies that a permission set needs before it is assigned or provisioned there.',
  );
}
