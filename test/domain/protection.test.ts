import type { PermissionSetName } from '../../lambda/domain/ids';
import { protectedName, protectedTags } from '../../lambda/domain/protection';

const named = (name: string) => name as PermissionSetName;

test.each<[name: string, namePrefixes: string[], by: string | undefined]>([
  ['AWSAdministratorAccess', ['AWS'], 'AWS'],
  ['AWS', ['AWS'], 'AWS'],
  ['Billing-ps', ['AWS', 'Bill'], 'Bill'],
  ['AWSx', ['A', 'AWS'], 'A'],
  ['Billing-AWS', ['AWS'], undefined],
  ['awsAdministratorAccess', ['AWS'], undefined],
  ['AW', ['AWS'], undefined],
  ['AWSAdministratorAccess', [], undefined],
])('the name %s with the prefixes %j is protected by %j', (name, namePrefixes, by) => {
  const reason = by && `${name} is protected: names that begin with ${by} are (Protected.NamePrefixes)`;
  expect(protectedName(named(name), { namePrefixes, tags: [{ Key: 'owner' }] })).toBe(reason);
});

test.each<[live: Record<string, string>, tags: { Key: string; Value?: string }[], by: string | undefined]>([
  [{ owner: 'platform' }, [{ Key: 'owner', Value: 'platform' }], 'owner'],
  [{ owner: 'platform' }, [{ Key: 'owner' }], 'owner'],
  [{ owner: '' }, [{ Key: 'owner' }], 'owner'],
  [{ owner: '' }, [{ Key: 'owner', Value: '' }], 'owner'],
  [{ stage: 'prod', team: 'a' }, [{ Key: 'team', Value: 'b' }, { Key: 'stage' }], 'stage'],
  [{ owner: 'finance' }, [{ Key: 'owner', Value: 'platform' }], undefined],
  [{ owner: 'platform' }, [{ Key: 'owner', Value: '' }], undefined],
  [{ owner: 'Platform' }, [{ Key: 'owner', Value: 'platform' }], undefined],
  [{ Owner: 'platform' }, [{ Key: 'owner' }], undefined],
  [{}, [{ Key: 'owner' }], undefined],
  [{ owner: 'platform' }, [], undefined],
])('the tags %j are protected among %j by %j', (live, tags, by) => {
  const reason = by && `Billing-ps is protected: it carries the tag ${by} (Protected.Tags)`;
  const protection = { namePrefixes: ['Billing'], tags };
  expect(protectedTags(named('Billing-ps'), new Map(Object.entries(live)), protection)).toBe(reason);
});
