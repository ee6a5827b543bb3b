// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the substitutions of CloudFormation look like that
import {
  evaluateCondition,
  type IntrinsicScope,
  NO_VALUE,
  resolveIntrinsics,
} from '../../../local/assembly/intrinsics';

const REFS: Readonly<Record<string, unknown>> = {
  Queue: 'https://queue',
  Names: ['a', 'b'],
  'AWS::Region': 'eu-west-1',
  'AWS::NoValue': NO_VALUE,
};

const scope: IntrinsicScope = {
  ref(name) {
    if (!Object.hasOwn(REFS, name)) throw new Error(`no ${name}`);
    return REFS[name];
  },
  attribute: (logicalId, attribute) => `${logicalId}!${attribute}`,
  condition: (name) => name === 'Yes',
  mapping: (map, top, second) => `${map}/${top}/${second}`,
  importValue: (name) => `imported ${name}`,
};

const VALUES: readonly [string, unknown, unknown][] = [
  ['a plain value', { A: [1, true, null, 'x'] }, { A: [1, true, null, 'x'] }],
  ['Ref', { Ref: 'Queue' }, 'https://queue'],
  ['Ref to a list', { Ref: 'Names' }, ['a', 'b']],
  ['Fn::GetAtt as a list', { 'Fn::GetAtt': ['Queue', 'Arn'] }, 'Queue!Arn'],
  ['Fn::GetAtt as text', { 'Fn::GetAtt': 'Queue.Dead.Arn' }, 'Queue!Dead.Arn'],
  ['Fn::GetAtt with a computed attribute', { 'Fn::GetAtt': ['Queue', { Ref: 'AWS::Region' }] }, 'Queue!eu-west-1'],
  ['Fn::Join', { 'Fn::Join': ['-', ['a', { Ref: 'AWS::Region' }, 7]] }, 'a-eu-west-1-7'],
  ['Fn::Join of a list that is computed', { 'Fn::Join': ['+', { Ref: 'Names' }] }, 'a+b'],
  ['Fn::Join leaves out AWS::NoValue', { 'Fn::Join': ['', ['a', { Ref: 'AWS::NoValue' }]] }, 'a'],
  ['Fn::Sub', { 'Fn::Sub': 'in ${AWS::Region} ${Queue.Arn} ${!kept}' }, 'in eu-west-1 Queue!Arn ${kept}'],
  [
    'Fn::Sub with variables',
    { 'Fn::Sub': ['${X}/${Queue}', { X: { Ref: 'AWS::Region' } }] },
    'eu-west-1/https://queue',
  ],
  ['Fn::Sub with a variable that hides a resource', { 'Fn::Sub': ['${Queue}', { Queue: 'mine' }] }, 'mine'],
  ['Fn::Select', { 'Fn::Select': ['1', { Ref: 'Names' }] }, 'b'],
  ['Fn::Split', { 'Fn::Split': ['-', { Ref: 'AWS::Region' }] }, ['eu', 'west', '1']],
  ['Fn::Select of Fn::Split', { 'Fn::Select': [0, { 'Fn::Split': [':', 'a:b'] }] }, 'a'],
  ['Fn::If, true', { 'Fn::If': ['Yes', { Ref: 'Queue' }, { Ref: 'Missing' }] }, 'https://queue'],
  ['Fn::If, false', { 'Fn::If': ['No', { Ref: 'Missing' }, 'else'] }, 'else'],
  ['Fn::FindInMap', { 'Fn::FindInMap': ['M', { Ref: 'AWS::Region' }, 'k'] }, 'M/eu-west-1/k'],
  ['Fn::ImportValue', { 'Fn::ImportValue': { 'Fn::Sub': 'x-${AWS::Region}' } }, 'imported x-eu-west-1'],
  ['AWS::NoValue removes a property', { A: 1, B: { Ref: 'AWS::NoValue' } }, { A: 1 }],
  ['AWS::NoValue removes an element', [1, { 'Fn::If': ['No', 2, { Ref: 'AWS::NoValue' }] }], [1]],
  ['AWS::NoValue for everything', { Ref: 'AWS::NoValue' }, undefined],
  [
    'the key Condition of a policy',
    { Condition: { StringEquals: { a: { Ref: 'Queue' } } } },
    { Condition: { StringEquals: { a: 'https://queue' } } },
  ],
];

const FAILURES: readonly [string, unknown, string][] = [
  [
    'an unknown function',
    { A: { 'Fn::Cidr': [] } },
    'Intrinsic function Fn::Cidr is not implemented by the local cloud',
  ],
  ['an unknown name', { Ref: 'Missing' }, 'no Missing'],
  ['an index that does not exist', { 'Fn::Select': [2, { Ref: 'Names' }] }, 'Fn::Select has no element 2'],
  ['a join of objects', { 'Fn::Join': ['', [{ A: 1 }]] }, 'Fn::Join needs strings, not {"A":1}'],
  ['a list in Fn::Sub', { 'Fn::Sub': '${Names}' }, 'Fn::Sub needs strings, not ["a","b"]'],
  ['too few arguments', { 'Fn::Join': ['-'] }, 'Fn::Join needs a list of 2'],
];

const CONDITIONS: readonly [unknown, boolean][] = [
  [{ 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'eu-west-1'] }, true],
  [{ 'Fn::Equals': ['1', 1] }, true],
  [{ Condition: 'No' }, false],
  [{ 'Fn::Not': [{ Condition: 'No' }] }, true],
  [{ 'Fn::And': [{ Condition: 'Yes' }, { 'Fn::Equals': ['a', 'b'] }] }, false],
  [{ 'Fn::Or': [{ Condition: 'No' }, { Condition: 'Yes' }] }, true],
];

describe('intrinsic functions', () => {
  test.each(VALUES)('%s', (_, value, expected) => {
    expect(resolveIntrinsics(value, scope)).toEqual(expected);
  });

  test.each(FAILURES)('refuses %s', (_, value, message) => {
    expect(() => resolveIntrinsics(value, scope)).toThrow(message);
  });

  test.each(CONDITIONS)('condition %j', (condition, expected) => {
    expect(evaluateCondition(condition, scope)).toBe(expected);
  });

  test('refuses what is not a condition', () => {
    expect(() => evaluateCondition({ 'Fn::Contains': [] }, scope)).toThrow(
      'Condition function Fn::Contains is not implemented',
    );
  });
});
