import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { applyDifference } from '../../lambda/domain/apply-difference';
import type { PermissionSet } from '../../lambda/domain/permission-set';
import { parsePermissionSet } from '../../lambda/domain/permission-set';
import {
  changedParts,
  createdDefinition,
  type Definition,
  type Difference,
  definitionOf,
  differences,
  mattersToAccounts,
  PARTS,
  policyPath,
  requiredPolicies,
} from '../../lambda/domain/permission-set-definition';

const NAMED = { permissionSetName: 'Billing-ps' };
const ALLOW = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' } as const;
const MOST_POLICIES = 25;

const ARNS = Array.from({ length: 24 }, (_, n) => `arn:aws:iam::aws:policy/policy-${n}`);
const POLICIES = ['cmp-1', 'cmp-2', 'CMP-1', 'cmp-3'].flatMap((Name) => [
  { Name },
  ...['/a/', '/A/', '/a/b/'].map((Path) => ({ Name, Path })),
]);
const INLINE = [
  {},
  { Statement: ALLOW },
  { Statement: [ALLOW] },
  { Statement: { Resource: '*', Action: 's3:GetObject', Effect: 'Allow' } as const },
  { Statement: { ...ALLOW, Condition: { Bool: { 'aws:SecureTransport': false } } } },
  { Statement: { ...ALLOW, Condition: { Bool: {} } } },
];
const BOUNDARIES = [
  {},
  { ManagedPolicyArn: ARNS[0] ?? '' },
  { ManagedPolicyArn: ARNS[1] ?? '' },
  { CustomerManagedPolicyReference: { Name: 'cmp-1' } },
  { CustomerManagedPolicyReference: { Name: 'cmp-1', Path: '/a/' } },
];

const anyTag = fc.record({
  Key: fc.constantFrom('team', 'Team', 'stage', 'cost center'),
  Value: fc.constantFrom('', 'Finance', 'finance'),
});
const anyMinutes = fc.constantFrom<string | number>(60, '60', 90, '240', 720);

const PROPERTIES: readonly string[] = [
  'description',
  'sessionDurationInMinutes',
  'relayState',
  'tags',
  'managedPoliciesArnList',
  'customerManagedPoliciesList',
  'inlinePolicyDocument',
  'permissionsBoundary',
];

/** The document without the policies that are too many. */
function fitted(document: PermissionSet): PermissionSet {
  const { managedPoliciesArnList = [], customerManagedPoliciesList } = document;
  if (!customerManagedPoliciesList) return document;
  const room = MOST_POLICIES - managedPoliciesArnList.length;
  return { ...document, customerManagedPoliciesList: customerManagedPoliciesList.slice(0, room) };
}

/** Documents that are often alike in some parts, and often near the limit of policies. */
const anyDocument: fc.Arbitrary<PermissionSet> = fc
  .record(
    {
      permissionSetName: fc.constant(NAMED.permissionSetName),
      description: fc.constantFrom('Pays bills', 'Reads bills'),
      sessionDurationInMinutes: anyMinutes,
      relayState: fc.constantFrom('https://example.com/a', 'https://example.com/b'),
      tags: fc.uniqueArray(anyTag, { selector: ({ Key }) => Key }),
      managedPoliciesArnList: fc.shuffledSubarray(ARNS),
      customerManagedPoliciesList: fc.shuffledSubarray(POLICIES),
      inlinePolicyDocument: fc.constantFrom<NonNullable<PermissionSet['inlinePolicyDocument']>>(...INLINE),
      permissionsBoundary: fc.constantFrom<NonNullable<PermissionSet['permissionsBoundary']>>(...BOUNDARIES),
    },
    { requiredKeys: ['permissionSetName'] },
  )
  .map(fitted);

const anyDefinition = anyDocument.map(definitionOf);

/** Two documents that have only some properties in common; a property that one lacks, the other may have. */
const anyPair = fc
  .tuple(anyDocument, anyDocument, fc.subarray([...PROPERTIES]))
  .map(([one, other, changed]): [PermissionSet, PermissionSet] => {
    const kept = Object.entries(one).filter(([name]) => !changed.includes(name));
    const taken = Object.entries(other).filter(([name]) => changed.includes(name));
    return [one, fitted({ ...NAMED, ...Object.fromEntries([...kept, ...taken]) })];
  });

function countOf({ managedPolicies, customerManagedPolicies }: Definition): number {
  return managedPolicies.size + customerManagedPolicies.length;
}

/** A definition in which nothing depends on the order of policies and of keys. */
function shown({ customerManagedPolicies, inlinePolicy, ...others }: Definition) {
  return {
    ...others,
    customerManagedPolicies: new Set(customerManagedPolicies.map(policyPath)),
    inlinePolicy: inlinePolicy && (JSON.parse(inlinePolicy) as unknown),
  };
}

function withPart(live: Definition, part: 'boundary' | 'inlinePolicy', value: unknown): Definition {
  const { [part]: _, ...others } = live;
  return value === undefined ? others : { ...others, [part]: value };
}

/** What Identity Center makes of one call; it refuses to attach what is attached and to detach what is not. */
function applied(live: Definition, difference: Difference): Definition {
  switch (difference.part) {
    case 'attributes': {
      const { boundary, inlinePolicy, managedPolicies, customerManagedPolicies, tags } = live;
      const others = { ...(boundary ? { boundary } : {}), ...(inlinePolicy === undefined ? {} : { inlinePolicy }) };
      return { ...others, managedPolicies, customerManagedPolicies, tags, ...difference.to };
    }
    case 'boundary':
    case 'inlinePolicy':
      return withPart(live, difference.part, difference.to);
    case 'managedPolicies': {
      const policy = 'attach' in difference ? difference.attach : difference.detach;
      expect(live.managedPolicies.has(policy)).toBe('detach' in difference);
      const others = [...live.managedPolicies].filter((known) => known !== policy);
      return { ...live, managedPolicies: new Set('attach' in difference ? [...others, policy] : others) };
    }
    case 'customerManagedPolicies': {
      const policy = 'attach' in difference ? difference.attach : difference.detach;
      const others = live.customerManagedPolicies.filter((known) => policyPath(known) !== policyPath(policy));
      expect(others.length < live.customerManagedPolicies.length).toBe('detach' in difference);
      return { ...live, customerManagedPolicies: 'attach' in difference ? [...others, policy] : others };
    }
    case 'tags': {
      const tags = new Map([...live.tags, ...('set' in difference ? difference.set : [])]);
      for (const key of 'remove' in difference ? difference.remove : []) tags.delete(key);
      return { ...live, tags };
    }
  }
}

function forAll(law: (desired: Definition, live: Definition) => void) {
  const property = fc.property(anyPair, ([desired, live]) => law(definitionOf(desired), definitionOf(live)));
  fc.assert(property, { numRuns: 1000 });
}

describe('the differences between two definitions', () => {
  test('are looked for between documents that are valid, many of them with many policies', () => {
    let full = 0;
    fc.assert(
      fc.property(anyDocument, (document) => {
        expect(parsePermissionSet(document, '')).toMatchObject({ ok: true });
        if (countOf(definitionOf(document)) >= 20) full += 1;
      }),
      { numRuns: 500, seed: 1 },
    );
    expect(full).toBeGreaterThan(50);
  });

  test('are none when they are the same', () => {
    fc.assert(
      fc.property(anyDocument, (document) => {
        expect(differences(definitionOf(document), definitionOf(structuredClone(document)))).toEqual([]);
      }),
    );
  });

  test('make the live one what is desired, and never attach more than AWS takes on the way', () => {
    forAll((desired, live) => {
      let reached = live;
      for (const difference of differences(desired, live)) {
        reached = applied(reached, difference);
        expect(countOf(reached)).toBeLessThanOrEqual(Math.max(countOf(live), countOf(desired)));
      }
      expect(shown(reached)).toEqual(shown(desired));
      expect(differences(desired, reached)).toEqual([]);
    });
  });

  test('do in memory what they do in Identity Center', () => {
    forAll((desired, live) => {
      let reached = live;
      for (const difference of differences(desired, live)) {
        const expected = shown(applied(reached, difference));
        reached = applyDifference(reached, difference);
        expect(shown(reached)).toStrictEqual(expected);
      }
      expect(differences(desired, reached)).toEqual([]);
    });
  });

  test('are told by the names of what they change, and by nothing else', () => {
    forAll((desired, live) => {
      const found = differences(desired, live);
      const parts = changedParts(found, live);
      expect(new Set(parts).size).toBe(parts.length);
      expect(parts.length === 0).toBe(found.length === 0);
      expect(parts.includes('description')).toBe(desired.description !== live.description);
      expect(parts.includes('sessionDuration')).toBe(desired.sessionMinutes !== live.sessionMinutes);
      expect(parts.includes('relayState')).toBe(desired.relayState !== live.relayState);
      const others = found.map(({ part }) => part).filter((part) => part !== 'attributes');
      expect(parts.filter((part) => (PARTS as readonly string[]).includes(part))).toEqual([...new Set(others)]);
    });
  });

  test('detach before they attach, whatever the kind of policy', () => {
    forAll((desired, live) => {
      const isAttaching = differences(desired, live).map((difference) => 'attach' in difference);
      const isDetaching = differences(desired, live).map((difference) => 'detach' in difference);
      const firstAttach = isAttaching.indexOf(true);
      expect(firstAttach >= 0 && isDetaching.lastIndexOf(true) > firstAttach).toBe(false);
    });
  });

  test('name all attributes when one differs, since an update clears what it does not name', () => {
    forAll((desired, live) => {
      const attributes = ({ description, sessionMinutes, relayState }: Definition) => ({
        sessionMinutes,
        ...(description === undefined ? {} : { description }),
        ...(relayState === undefined ? {} : { relayState }),
      });
      const isSame = isDeepStrictEqual(attributes(desired), attributes(live));
      const found = differences(desired, live).filter(({ part }) => part === 'attributes');
      expect(found).toStrictEqual(isSame ? [] : [{ part: 'attributes', to: attributes(desired) }]);
    });
  });

  test('are only told of the parts that were read', () => {
    fc.assert(
      fc.property(anyDefinition, anyDefinition, fc.subarray([...PARTS]), (desired, live, parts) => {
        const found = differences(desired, live).filter(({ part }) => parts.includes(part));
        expect(differences(desired, live, parts)).toEqual(found);
      }),
    );
  });

  test('matter to accounts unless only tags or the description differ', () => {
    const roleOf = (definition: Definition) => {
      const { tags: _, description: __, ...role } = shown(definition);
      return role;
    };
    forAll((desired, live) => {
      const matters = mattersToAccounts(differences(desired, live), live);
      expect(matters).toBe(!isDeepStrictEqual(roleOf(desired), roleOf(live)));
      const { description: _, ...renamed } = desired;
      const told = { ...renamed, description: 'Something else', tags: new Map([['told', 'x']]) };
      const found = differences(told, desired);
      expect(found.map(({ part }) => part)).toContain('tags');
      expect(mattersToAccounts(found, desired)).toBe(false);
    });
  });

  test.each<[name: string, live: object, desired: object, found: object[]]>([
    [
      'another path',
      { customerManagedPoliciesList: [{ Name: 'cmp', Path: '/one/' }] },
      { customerManagedPoliciesList: [{ Name: 'cmp' }] },
      [
        { part: 'customerManagedPolicies', detach: { name: 'cmp', path: '/one/' } },
        { part: 'customerManagedPolicies', attach: { name: 'cmp', path: '/' } },
      ],
    ],
    [
      'another spelling',
      { customerManagedPoliciesList: [{ Name: 'cmp' }] },
      { customerManagedPoliciesList: [{ Name: 'CMP' }] },
      [
        { part: 'customerManagedPolicies', detach: { name: 'cmp', path: '/' } },
        { part: 'customerManagedPolicies', attach: { name: 'CMP', path: '/' } },
      ],
    ],
    [
      'another order of policies',
      { managedPoliciesArnList: ARNS, customerManagedPoliciesList: [{ Name: 'a' }] },
      { managedPoliciesArnList: [...ARNS].reverse(), customerManagedPoliciesList: [{ Name: 'a', Path: '/' }] },
      [],
    ],
    [
      'tags that change, come and go',
      {
        tags: [
          { Key: 'a', Value: '1' },
          { Key: 'b', Value: '2' },
          { Key: 'c', Value: '3' },
        ],
      },
      {
        tags: [
          { Key: 'd', Value: '' },
          { Key: 'b', Value: '4' },
          { Key: 'a', Value: '1' },
        ],
      },
      [
        { part: 'tags', remove: ['c'] },
        {
          part: 'tags',
          set: new Map([
            ['d', ''],
            ['b', '4'],
          ]),
        },
      ],
    ],
    [
      'no boundary and no policy any more',
      { permissionsBoundary: BOUNDARIES[3], inlinePolicyDocument: { Statement: ALLOW } },
      { permissionsBoundary: {}, inlinePolicyDocument: {} },
      [
        { part: 'boundary', to: undefined },
        { part: 'inlinePolicy', to: undefined },
      ],
    ],
    [
      'a policy that says the same in another order',
      { inlinePolicyDocument: INLINE[1] },
      { inlinePolicyDocument: INLINE[3] },
      [],
    ],
    ['a duration in text', { sessionDurationInMinutes: '90' }, { sessionDurationInMinutes: 90 }, []],
  ])('with %s', (_, live, desired, found) => {
    expect(differences(definitionOf({ ...NAMED, ...desired }), definitionOf({ ...NAMED, ...live }))).toEqual(found);
  });
});

describe('what a document means', () => {
  test('has every default filled in', () => {
    expect(definitionOf(NAMED)).toStrictEqual({
      description: 'Billing-ps',
      sessionMinutes: 60,
      managedPolicies: new Set(),
      customerManagedPolicies: [],
      tags: new Map(),
    });
  });

  test('is the same without what is empty', () => {
    const empty = { tags: [], managedPoliciesArnList: [], customerManagedPoliciesList: [] };
    const nothing = { inlinePolicyDocument: {}, permissionsBoundary: {} };
    expect(definitionOf({ ...NAMED, ...empty, ...nothing })).toStrictEqual(definitionOf(NAMED));
  });

  test('is nearly reached by creating it: attributes and tags are there', () => {
    fc.assert(
      fc.property(anyDefinition, (desired) => {
        const left = differences(desired, createdDefinition(desired));
        expect(left.filter(({ part }) => part === 'attributes' || part === 'tags')).toEqual([]);
        expect(left.some((difference) => 'detach' in difference)).toBe(false);
        expect(shown(left.reduce(applied, createdDefinition(desired)))).toEqual(shown(desired));
      }),
    );
  });

  test.each<[document: object, required: string[]]>([
    [{}, []],
    [{ managedPoliciesArnList: ARNS, permissionsBoundary: BOUNDARIES[1] }, []],
    [{ customerManagedPoliciesList: [{ Name: 'b', Path: '/one/' }, { Name: 'a' }] }, ['/one/b', '/a']],
    [{ permissionsBoundary: { CustomerManagedPolicyReference: { Name: 'pb', Path: '/cmp/pb/' } } }, ['/cmp/pb/pb']],
    [{ customerManagedPoliciesList: [{ Name: 'cmp-1', Path: '/' }], permissionsBoundary: BOUNDARIES[3] }, ['/cmp-1']],
    [{ customerManagedPoliciesList: [{ Name: 'CMP-1' }], permissionsBoundary: BOUNDARIES[3] }, ['/CMP-1', '/cmp-1']],
  ])('of %j needs %j in each account', (document, required) => {
    expect(requiredPolicies(definitionOf({ ...NAMED, ...document }))).toEqual(required);
  });
});
