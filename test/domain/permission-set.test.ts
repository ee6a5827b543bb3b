import fc from 'fast-check';
import type { PermissionSet } from '../../lambda/domain/permission-set';
import { mergePermissionSet, parsePermissionSet } from '../../lambda/domain/permission-set';

const PATH = 'permissionSetData';
const NAMED = { permissionSetName: 'Billing-ps' };
const ALLOW = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' } as const;

function problemsOf(parts: object) {
  const parsed = parsePermissionSet({ ...NAMED, ...parts }, PATH);
  return parsed.ok ? [] : parsed.problems;
}

const pathsOf = (parts: object) => problemsOf(parts).map(({ path }) => path);
const tags = (...keys: string[]) => keys.map((Key) => ({ Key, Value: 'x' }));
const managed = (count: number) => Array.from({ length: count }, (_, n) => `arn:aws:iam::aws:policy/policy-${n}`);
const customerManaged = (count: number) => Array.from({ length: count }, (_, n) => ({ Name: `policy-${n}` }));

/** A policy in which everything but `filler` takes `FRAME` characters. */
const policyWith = (filler: string) => ({ Id: filler, Statement: ALLOW });
const FRAME = JSON.stringify(policyWith('')).length;
const MOST_COUNTED = 10_240;
const MOST_IN_ALL = 32_768;
const letters = (count: number) => 'x'.repeat(count - FRAME);
const policyOf = (filler: string) => ({ inlinePolicyDocument: policyWith(filler) });

const GOOD: [name: string, parts: object][] = [
  ['tag keys that differ in case', { tags: tags('team', 'Team') }],
  ['tags that only speak of aws:', { tags: [{ Key: 'not-aws:x', Value: 'aws:x' }] }],
  ['25 policies of one kind', { managedPoliciesArnList: managed(25), customerManagedPoliciesList: [] }],
  [
    '25 policies over both lists',
    { managedPoliciesArnList: managed(20), customerManagedPoliciesList: customerManaged(5) },
  ],
  ['policy names that differ in case', { customerManagedPoliciesList: [{ Name: 'cmp' }, { Name: 'CMP' }] }],
  [
    'one policy name under paths that differ in case',
    { customerManagedPoliciesList: [{ Name: 'cmp', Path: '/a/' }, { Name: 'cmp', Path: '/A/' }, { Name: 'cmp' }] },
  ],
  ['a single statement', { inlinePolicyDocument: { Statement: ALLOW } }],
  ['a list of statements', { inlinePolicyDocument: { Statement: [ALLOW, { ...ALLOW, Sid: 'One' }] } }],
  [
    'actions and resources that are left out',
    { inlinePolicyDocument: { Statement: { Effect: 'Deny', NotAction: '*', NotResource: '*' } } },
  ],
  [
    'statement ids that are empty',
    { inlinePolicyDocument: { Statement: [ALLOW, ALLOW].map((s) => ({ ...s, Sid: '' })) } },
  ],
  [
    'statement ids that differ in case',
    { inlinePolicyDocument: { Statement: ['a', 'A'].map((Sid) => ({ ...ALLOW, Sid })) } },
  ],
  ['no policy in an empty object', { inlinePolicyDocument: {} }],
  ['no boundary in an empty object', { permissionsBoundary: {} }],
  ['a policy of 10,240 characters', policyOf(letters(MOST_COUNTED))],
  [
    'a policy of 10,240 characters and as much white space as fits',
    policyOf(letters(MOST_COUNTED) + ' '.repeat(MOST_IN_ALL - MOST_COUNTED)),
  ],
  ['umlauts, which count once', policyOf(`ä${letters(MOST_COUNTED - 1)}`)],
  ['other scripts, which count as they are escaped', policyOf(`会${letters(MOST_COUNTED - 6)}`)],
];

const STATEMENT = 'inlinePolicyDocument.Statement';

const BAD: [name: string, parts: object, paths: string[]][] = [
  ['a tag key twice', { tags: tags('a', 'b', 'a') }, ['tags.2.Key']],
  ['a tag key three times', { tags: tags('a', 'a', 'a') }, ['tags.1.Key', 'tags.2.Key']],
  ['tag keys that AWS keeps for itself', { tags: tags('aws:a', 'b', 'AWS:c') }, ['tags.0.Key', 'tags.2.Key']],
  ['26 AWS managed policies', { managedPoliciesArnList: managed(26) }, ['managedPoliciesArnList']],
  [
    '26 customer managed policies',
    { customerManagedPoliciesList: customerManaged(26) },
    ['customerManagedPoliciesList'],
  ],
  [
    '26 policies over both lists',
    { managedPoliciesArnList: managed(1), customerManagedPoliciesList: customerManaged(25) },
    ['managedPoliciesArnList'],
  ],
  [
    'an AWS managed policy twice',
    { managedPoliciesArnList: [...managed(2), ...managed(1)] },
    ['managedPoliciesArnList.2'],
  ],
  [
    'a customer managed policy twice',
    { customerManagedPoliciesList: [{ Name: 'cmp', Path: '/a/' }, { Name: 'x' }, { Name: 'cmp', Path: '/a/' }] },
    ['customerManagedPoliciesList.2'],
  ],
  [
    'a customer managed policy with and without its default path',
    { customerManagedPoliciesList: [{ Name: 'cmp' }, { Name: 'cmp', Path: '/' }] },
    ['customerManagedPoliciesList.1'],
  ],
  [
    'Action and NotAction',
    { inlinePolicyDocument: { Statement: [ALLOW, { ...ALLOW, NotAction: 'iam:*' }] } },
    [`${STATEMENT}.1.NotAction`],
  ],
  [
    'Resource and NotResource in a single statement',
    { inlinePolicyDocument: { Statement: { ...ALLOW, NotResource: '*' } } },
    [`${STATEMENT}.NotResource`],
  ],
  [
    'no action and no resource',
    { inlinePolicyDocument: { Statement: [{ Effect: 'Allow' }] } },
    [`${STATEMENT}.0.Action`, `${STATEMENT}.0.Resource`],
  ],
  [
    'a statement id twice',
    { inlinePolicyDocument: { Statement: ['A', 'B', 'A'].map((Sid) => ({ ...ALLOW, Sid })) } },
    [`${STATEMENT}.2.Sid`],
  ],
  [
    'principals',
    {
      inlinePolicyDocument: {
        Statement: [
          { ...ALLOW, Principal: '*' },
          { ...ALLOW, NotPrincipal: {} },
        ],
      },
    },
    [`${STATEMENT}.0.Principal`, `${STATEMENT}.1.NotPrincipal`],
  ],
  ['a policy of 10,241 characters', policyOf(letters(MOST_COUNTED + 1)), ['inlinePolicyDocument']],
  [
    'too much white space',
    policyOf(letters(MOST_COUNTED) + ' '.repeat(MOST_IN_ALL - MOST_COUNTED + 1)),
    ['inlinePolicyDocument'],
  ],
  ['too much in other scripts', policyOf(`会${letters(MOST_COUNTED - 5)}`), ['inlinePolicyDocument']],
  ['too many surrogate pairs', policyOf(`😀${letters(MOST_COUNTED - 11)}`), ['inlinePolicyDocument']],
];

describe('a permission set', () => {
  test.each(GOOD)('may have %s', (_, parts) => {
    expect(problemsOf(parts)).toEqual([]);
  });

  test.each(BAD)('may not have %s', (_, parts, paths) => {
    expect(pathsOf(parts)).toEqual(paths.map((path) => `${PATH}.${path}`));
  });

  test('is handed on as it was given', () => {
    const given = { ...NAMED, sessionDurationInMinutes: '90', tags: [], inlinePolicyDocument: {} };
    expect(parsePermissionSet(given, PATH)).toEqual({ ok: true, value: given });
  });

  test('is refused with every problem at once, of the schema and of the rules', () => {
    const paths = pathsOf({
      permissionSetName: 'a b',
      sessionDurationInMinutes: 30,
      tags: [...tags('a', 'a'), { Key: 'aws:b' }],
      managedPoliciesArnList: [...managed(26), 'nonsense', 7],
      customerManagedPoliciesList: [{ Name: 'cmp' }, 'cmp', { Name: 'cmp' }],
      inlinePolicyDocument: { Statement: [{ ...ALLOW, Effect: 'Permit', NotAction: '*' }, 'nonsense', { Sid: 'a' }] },
      permissionsBoundary: { ManagedPolicyArn: 'nonsense', Other: 1 },
    });
    expect(paths.sort()).toEqual(
      [
        'customerManagedPoliciesList.1',
        'customerManagedPoliciesList.2',
        `${STATEMENT}.0.Effect`,
        `${STATEMENT}.0.NotAction`,
        `${STATEMENT}.1`,
        `${STATEMENT}.2.Action`,
        `${STATEMENT}.2.Effect`,
        `${STATEMENT}.2.Resource`,
        'managedPoliciesArnList',
        'managedPoliciesArnList.26',
        'managedPoliciesArnList.27',
        'permissionSetName',
        'permissionsBoundary',
        'permissionsBoundary.ManagedPolicyArn',
        'permissionsBoundary.Other',
        'sessionDurationInMinutes',
        'tags.1.Key',
        'tags.2.Key',
        'tags.2.Value',
      ].map((path) => `${PATH}.${path}`),
    );
  });

  test('is told what is wrong, and with what', () => {
    const told = (parts: object) => problemsOf(parts).map(({ message }) => message);
    const statement = { Effect: 'Allow', Action: '*', NotAction: '*' };
    expect(
      told({
        tags: tags('a', 'a', 'aws:b'),
        managedPoliciesArnList: managed(26),
        inlinePolicyDocument: { Statement: [statement] },
      }),
    ).toEqual([
      'expected each key once, got "a" again',
      'expected a key that does not begin with aws:, got "aws:b"',
      'expected at most 25 policies in managedPoliciesArnList and customerManagedPoliciesList together, got 26',
      'expected only one of Action and NotAction: remove the other',
      'is missing: expected Resource or NotResource',
    ]);
    const full = letters(MOST_COUNTED);
    expect(told(policyOf(`${full}xx`))).toEqual(['expected at most 10240 characters without white space, got 10242']);
    const spaces = ' '.repeat(MOST_IN_ALL);
    expect(told(policyOf(`${full}${spaces}`))).toEqual(['expected at most 32768 characters in all, got 43008']);
  });

  test.each([
    ['in a request', PATH, PATH, `${PATH}.tags.1.Key`],
    ['in a file', '', '', 'tags.1.Key'],
  ])('has paths that begin where it stands %s', (_, root, whole, inside) => {
    const paths = (value: unknown) => {
      const parsed = parsePermissionSet(value, root);
      return parsed.ok ? [] : parsed.problems.map(({ path }) => path);
    };
    expect(paths([])).toEqual([whole]);
    expect(paths({ ...NAMED, tags: tags('a', 'a') })).toEqual([inside]);
  });
});

describe('a merge', () => {
  const BASE: PermissionSet = { ...NAMED, description: 'Pays bills', relayState: 'https://example.com', tags: [] };
  const merged = (changed: Record<string, unknown>, base: PermissionSet | undefined = BASE) =>
    mergePermissionSet(base, { ...NAMED, ...changed });

  test.each<[name: string, changed: Record<string, unknown>, result: object]>([
    ['nothing', {}, BASE],
    ['one property', { description: 'Reads bills' }, { ...BASE, description: 'Reads bills' }],
    ['a property that was not there', { sessionDurationInMinutes: 90 }, { ...BASE, sessionDurationInMinutes: 90 }],
    ['values that are empty', { tags: [], permissionsBoundary: {} }, { ...BASE, permissionsBoundary: {} }],
    ['properties to nothing', { description: null, tags: null }, { ...NAMED, relayState: 'https://example.com' }],
    ['what is not there to nothing', { inlinePolicyDocument: null }, BASE],
  ])('changes %s', (_, changed, result) => {
    expect(merged(changed)).toStrictEqual(result);
  });

  test('of something new is what is given', () => {
    expect(mergePermissionSet(undefined, { ...NAMED, relayState: null, tags: [] })).toStrictEqual({
      ...NAMED,
      tags: [],
    });
  });

  test('replaces lists and objects whole', () => {
    const base: PermissionSet = { ...NAMED, tags: tags('a'), inlinePolicyDocument: { Id: 'a', Statement: ALLOW } };
    const changed = { tags: tags('b'), inlinePolicyDocument: { Statement: [ALLOW] } };
    expect(merged(changed, base)).toStrictEqual({ ...NAMED, ...changed });
  });

  test.each<[changed: Record<string, unknown>, path: string]>([
    [{ permissionSetName: null }, 'permissionSetName'],
    [{ colour: null }, 'colour'],
    [{ permissionsBoundary: { ManagedPolicyArn: null } }, 'permissionsBoundary.ManagedPolicyArn'],
  ])('leaves %j for the parser to refuse', (changed, path) => {
    expect(pathsOf(merged(changed))).toEqual([`${PATH}.${path}`]);
  });

  test('changes the same when it comes again, and never what was stored', () => {
    const value = fc.constantFrom(null, 'a', 90, [], {});
    const keys = ['description', 'sessionDurationInMinutes', 'tags', 'permissionsBoundary', 'colour'];
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...keys), value), (changed) => {
        const before = structuredClone(BASE);
        const once = merged(changed);
        expect(merged(changed, once as unknown as PermissionSet)).toStrictEqual(once);
        expect(BASE).toStrictEqual(before);
      }),
    );
  });
});
