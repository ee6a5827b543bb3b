import { comparePermissionSet } from '../../../lambda/domain/migration/compared-permission-set';
import type { PermissionSet } from '../../../lambda/domain/permission-set';
import { definitionOf } from '../../../lambda/domain/permission-set-definition';

const managed = (...names: string[]) => names.map((name) => `arn:aws:iam::aws:policy/${name}`);
const ALL = managed(...'ABCDEFGHIJKL');
const CUSTOMER = Array.from({ length: 12 }, (_, index) => ({ Name: `own-${index}`, Path: '/team/' }));
const TAGS = [...'abcdefg'].map((Key) => ({ Key, Value: 'x' }));
const LIVE: PermissionSet = {
  permissionSetName: 'Ps',
  description: 'What it is for',
  managedPoliciesArnList: ALL,
  customerManagedPoliciesList: CUSTOMER,
  tags: TAGS,
};

const live = definitionOf(LIVE);
const without = (changed: Partial<PermissionSet>) => ({ ...LIVE, ...changed });

test.each<[string, Partial<PermissionSet>, string]>([
  ['the last page of policies', { managedPoliciesArnList: ALL.slice(10) }, 'managedPoliciesArnList'],
  [
    'one page of customer managed policies',
    { customerManagedPoliciesList: CUSTOMER.slice(0, 10) },
    'customerManagedPoliciesList',
  ],
  ['the last page of tags', { tags: TAGS.slice(5) }, 'tags'],
])('%s is what an import left: the rest is taken from what is there', (_, changed, property) => {
  const compared = comparePermissionSet(without(changed), live, undefined);
  expect(compared).toMatchObject({ repaired: [property], fields: [] });
  expect(definitionOf(compared.document as PermissionSet)).toEqual(live);
});

test('a description that the import had dropped is taken from what is there', () => {
  const { description, ...undescribed } = LIVE;
  expect(comparePermissionSet(undescribed, live, undefined)).toMatchObject({
    repaired: ['description'],
    document: { description },
  });
});

test.each<[string, Partial<PermissionSet>]>([
  ['another number of policies', { managedPoliciesArnList: ALL.slice(9) }],
  ['as many policies, of which one is not there', { managedPoliciesArnList: [...ALL.slice(11), ...managed('Z')] }],
  ['nine customer managed policies', { customerManagedPoliciesList: CUSTOMER.slice(0, 9) }],
  ['other tags', { tags: [{ Key: 'a', Value: 'y' }] }],
])('%s may be meant so: somebody has to decide', (_, changed) => {
  const document = without(changed);
  const compared = comparePermissionSet(document, live, undefined);
  expect(compared.document).toBeUndefined();
  expect(compared.repaired).toEqual([]);
  expect(compared.fields).toHaveLength(1);
  expect(comparePermissionSet(document, live, 'keepDocument').document).toEqual(document);
  const taken = comparePermissionSet(document, live, 'takeLive').document;
  expect(taken && definitionOf(taken)).toEqual(live);
});

test('the last page may be a full one, and a set of one page was never truncated', () => {
  const ten = definitionOf({ permissionSetName: 'Ps', managedPoliciesArnList: ALL.slice(0, 10) });
  const document = { permissionSetName: 'Ps', managedPoliciesArnList: ALL.slice(5, 10) };
  expect(comparePermissionSet(document, ten, undefined).repaired).toEqual(['managedPoliciesArnList']);
  const first = definitionOf({ permissionSetName: 'Ps', managedPoliciesArnList: ALL.slice(0, 5) });
  expect(comparePermissionSet({ ...document, managedPoliciesArnList: [] }, first, undefined).repaired).toEqual([]);
});
