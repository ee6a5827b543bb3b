import type { DeriveAccess } from './access';
import { accessByResourceTypes, oneOf } from './by-resource-type';

/**
 * IAM Identity Center. What it does with the caller's rights after it has accepted a call (`iam:GetSAMLProvider` in
 * the target account) is authorized by the service itself, since it fails the operation and not the call.
 */
export const ssoAccess: DeriveAccess = accessByResourceTypes('sso', {
  Account: ({ input }) => [`arn:aws:sso:::account/${input.TargetId ?? input.AccountId ?? '*'}`],
  Instance: ({ operation, input }) => (operation === 'TagResource' ? [] : oneOf(input.InstanceArn)),
  PermissionSet: ({ operation, input }) => {
    if (operation !== 'CreatePermissionSet') return oneOf(input.PermissionSetArn ?? input.ResourceArn);
    // AWS: the new set has no id yet; the right must cover every set of the instance.
    return [`arn:aws:sso:::permissionSet/${String(input.InstanceArn).split('/')[1]}/*`];
  },
});
