/** An AWS partition that this solution can be installed in. */
export type Partition = 'aws' | 'aws-cn' | 'aws-us-gov';

/** AWS: Organizations is served by one Region of each partition; its events appear only there. */
const ORGANIZATIONS_REGIONS: Readonly<Record<Partition, string>> = {
  aws: 'us-east-1',
  'aws-cn': 'cn-northwest-1',
  'aws-us-gov': 'us-gov-west-1',
};

/** Regions of partitions that AWS runs apart and where this solution was never looked at. */
const OTHER_PARTITIONS = /^(?:us-isof?b?|eu-isoe|eusc)-/;

/** The partition of a Region; nothing for a partition that is not supported. */
export function partitionOf(region: string): Partition | undefined {
  if (OTHER_PARTITIONS.test(region)) return undefined;
  if (region.startsWith('cn-')) return 'aws-cn';
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}

export function organizationsRegion(partition: Partition): string {
  return ORGANIZATIONS_REGIONS[partition];
}

/** The end of the names by which KMS knows the services that call it (`kms:ViaService`). */
function serviceSuffixes(partition: Partition): readonly string[] {
  // AWS: endpoints in China end with amazonaws.com.cn; KMS documents its condition values without it.
  return partition === 'aws-cn' ? ['amazonaws.com', 'amazonaws.com.cn'] : ['amazonaws.com'];
}

/** Values of `kms:ViaService` for one service of one Region. */
export function viaService(service: string, region: string, partition: Partition): string[] {
  return serviceSuffixes(partition).map((suffix) => `${service}.${region}.${suffix}`);
}
