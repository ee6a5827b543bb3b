import type { Operations } from '../operation';
import { notFound } from './faults';
import type { Instance } from './instance';
import * as shapes from './shapes';
import { ssoOperation } from './sso-operation';

/** Reads about the instance itself and the Regions it is in. */
export function instanceOperations(instance: Instance): Operations {
  const { settings } = instance;
  const region = {
    RegionName: settings.region,
    Status: 'ACTIVE',
    AddedDate: settings.createdAt,
    IsPrimaryRegion: true,
  };
  const described = {
    InstanceArn: settings.instanceArn,
    IdentityStoreId: settings.identityStoreId,
    IdentityStoreArn: `arn:aws:identitystore::${settings.managementAccountId}:identitystore/${settings.identityStoreId}`,
    OwnerAccountId: settings.managementAccountId,
    CreatedDate: settings.createdAt,
    Status: 'ACTIVE',
    PrimaryRegion: settings.region,
    Regions: [region],
  };
  return {
    ListInstances: ssoOperation('read', shapes.onlyPaging, () => ({ Instances: [described] })),
    DescribeInstance: ssoOperation('read', shapes.instance, (input) => {
      instance.requireInstance(input.InstanceArn);
      const EncryptionConfigurationDetails = { KeyType: 'AWS_OWNED_KMS_KEY', EncryptionStatus: 'ENABLED' };
      return { ...described, EncryptionConfigurationDetails, PermissionSetsEnabled: true };
    }),
    ListRegions: ssoOperation('read', shapes.pagedInstance, (input) => {
      instance.requireInstance(input.InstanceArn);
      return { Regions: [region] };
    }),
    DescribeRegion: ssoOperation('read', shapes.region, (input) => {
      instance.requireInstance(input.InstanceArn);
      if (input.RegionName !== settings.region) throw notFound(`Region ${input.RegionName} not found`);
      return region;
    }),
  };
}
