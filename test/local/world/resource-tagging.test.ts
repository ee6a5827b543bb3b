import { ADMINISTRATION, accountKey, MANAGEMENT, MEMBER, smallWorld } from './small-world';

const ARN = (id: string) => `arn:aws:organizations::${MANAGEMENT}:account/o-exampleorg1/${id}`;

function tagging(at = smallWorld()) {
  return (input: object, region = 'us-east-1', accountId = MANAGEMENT) =>
    at.world.resourceTagging.handle({ operation: 'GetResources', input, principal: accountKey(accountId), region });
}

const ACCOUNTS = { ResourceTypeFilters: ['organizations:account'] };

describe('resource tagging', () => {
  it('lists accounts that are or were tagged', async () => {
    const at = smallWorld();
    const shop = { ResourceARN: ARN(MEMBER), Tags: [{ Key: 'team', Value: 'Shop' }] };
    const finance = {
      ResourceARN: ARN('444444444445'),
      Tags: [
        { Key: 'team', Value: 'Finance' },
        { Key: 'env', Value: 'prod' },
      ],
    };
    expect(await tagging(at)(ACCOUNTS)).toEqual({ PaginationToken: '', ResourceTagMappingList: [shop, finance] });
    await at.organizations('UntagResource', { ResourceId: MEMBER, TagKeys: ['team'] });
    await at.organizations('TagResource', { ResourceId: MANAGEMENT, Tags: [{ Key: 'a', Value: 'b' }] });
    expect(await tagging(at)(ACCOUNTS)).toMatchObject({
      ResourceTagMappingList: [{ ...shop, Tags: [] }, finance, { ResourceARN: ARN(MANAGEMENT) }],
    });
  });

  it('filters by tags: every filter, any value', async () => {
    const get = tagging();
    const found = async (...TagFilters: object[]) => {
      const { ResourceTagMappingList } = (await get({ ...ACCOUNTS, TagFilters })) as {
        ResourceTagMappingList: unknown[];
      };
      return ResourceTagMappingList.length;
    };
    expect(await found({ Key: 'team' })).toBe(2);
    expect(await found({ Key: 'team', Values: ['Shop', 'Finance'] })).toBe(2);
    expect(await found({ Key: 'team', Values: ['Shop'] })).toBe(1);
    expect(await found({ Key: 'team' }, { Key: 'env', Values: ['prod'] })).toBe(1);
    expect(await found({ Key: 'team', Values: ['shop'] })).toBe(0);
  });

  it('pages, with an empty token at the end', async () => {
    const accounts = Array.from({ length: 250 }, (_, index) => ({
      id: String(600000000000 + index),
      name: `a${index}`,
      tags: { n: String(index) },
    }));
    const document = {
      organization: { managementAccountId: MANAGEMENT },
      root: { accounts: [{ id: MANAGEMENT, name: 'management' }, ...accounts] },
    };
    const get = tagging(smallWorld({ document }));
    const sizes: number[] = [];
    let PaginationToken = '';
    do {
      const page = (await get({ ...ACCOUNTS, ResourcesPerPage: 100, PaginationToken })) as {
        ResourceTagMappingList: unknown[];
        PaginationToken: string;
      };
      sizes.push(page.ResourceTagMappingList.length);
      PaginationToken = page.PaginationToken;
    } while (PaginationToken !== '');
    expect(sizes).toEqual([100, 100, 50]);
    await expect(get({ PaginationToken: 'garbage' })).rejects.toMatchObject({ code: 'InvalidParameterException' });
    await expect(get({ ResourcesPerPage: 101 })).rejects.toMatchObject({ code: 'InvalidParameterException' });
  });

  it('shows them to their owner in one Region only', async () => {
    const nothing = { PaginationToken: '', ResourceTagMappingList: [] };
    expect(await tagging()(ACCOUNTS, 'eu-west-1')).toEqual(nothing);
    expect(await tagging()(ACCOUNTS, 'us-east-1', ADMINISTRATION)).toEqual(nothing);
  });

  it('refuses what it does not know by name', async () => {
    await expect(tagging()({ ResourceTypeFilters: ['s3:bucket'] })).rejects.toMatchObject({ code: 'NotImplemented' });
    const call = { operation: 'TagResources', input: {}, principal: accountKey(MANAGEMENT), region: 'us-east-1' };
    await expect(smallWorld().world.resourceTagging.handle(call)).rejects.toMatchObject({ code: 'NotImplemented' });
  });
});
