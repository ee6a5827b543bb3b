import { tagReader } from '../../lambda/aws/identity-center-clients';
import { PacedSsoAdmin } from '../../lambda/aws/paced-sso-admin';
import { protection } from '../../lambda/aws/protection';
import { SsoTagReader } from '../../lambda/aws/sso-tag-reader';
import type { PermissionSetArn } from '../../lambda/domain/ids';
import { INSTANCE, STORE, smallWorld } from '../local/world/small-world';
import { clientsOf } from './support/service-clients';

describe('tags', () => {
  function reading() {
    const { world, ids, sso } = smallWorld();
    const { ssoAdmin, calls } = clientsOf(world);
    const instance = async () => ({ instanceArn: INSTANCE, identityStoreId: STORE });
    const reader = new SsoTagReader(new PacedSsoAdmin(ssoAdmin, instance, async () => undefined));
    return { reader, calls, sso, arn: ids.permissionSet('Reader') as PermissionSetArn };
  }

  test('of a live permission set are read in one call, as they are now', async () => {
    const { reader, sso, arn, calls } = reading();
    expect(await reader.tagsOf(arn)).toEqual(new Map());
    await sso('TagResource', { ResourceArn: arn, Tags: [{ Key: 'owner', Value: 'platform' }] });
    expect(await reader.tagsOf(arn)).toEqual(new Map([['owner', 'platform']]));
    expect(calls).toEqual(['ListTagsForResource', 'ListTagsForResource']);
  });

  test('of one that is gone are Missing', async () => {
    const { reader, arn } = reading();
    const gone = arn.replace(/ps-.*/, 'ps-0123456789abcdef') as PermissionSetArn;
    await expect(reader.tagsOf(gone)).rejects.toMatchObject({ name: 'Missing' });
  });

  test('are read of what is found by its name', async () => {
    const { reader, arn } = reading();
    expect(await reader.listPermissionSets()).toContain(arn);
    expect(await reader.permissionSetName(arn)).toBe('Reader');
  });
});

describe('what a function is told', () => {
  const before = { ...process.env };
  afterEach(() => {
    process.env = { ...before };
  });

  test('there is a reader of tags where a role for it is named', () => {
    expect(tagReader()).toEqual({});
    process.env.IDENTITY_CENTER_READER_ROLE_ARN = 'arn:aws:iam::222222222222:role/reader';
    expect(tagReader).toThrow('IDENTITY_CENTER_REGION');
    process.env.IDENTITY_CENTER_REGION = 'eu-west-1';
    expect(tagReader().tags).toBeInstanceOf(SsoTagReader);
  });

  test('protection is what the configuration says, and never assumed', () => {
    expect(protection).toThrow('PROTECTED');
    process.env.PROTECTED = '{"namePrefixes":["AWS"],"tags":[{"Key":"owner"}]}';
    expect(protection()).toEqual({ namePrefixes: ['AWS'], tags: [{ Key: 'owner' }] });
  });
});
