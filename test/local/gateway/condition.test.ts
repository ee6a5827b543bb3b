import { compileConditions } from '../../../local/cloud/iam/condition';
import { conditionContext } from '../../../local/cloud/iam/condition-context';
import { variable } from './policy-variable';

type Row = readonly [
  name: string,
  condition: Record<string, Record<string, unknown>>,
  context: Record<string, string | string[]>,
  holds: boolean,
];

const ROLE = 'arn:aws:iam::333333333333:role/team/worker';

const ROWS: readonly Row[] = [
  ['StringEquals: the value', { StringEquals: { 'aws:PrincipalOrgID': 'o-a' } }, { 'aws:principalorgid': 'o-a' }, true],
  [
    'StringEquals: another value',
    { StringEquals: { 'aws:PrincipalOrgID': 'o-a' } },
    { 'aws:principalorgid': 'o-b' },
    false,
  ],
  ['StringEquals: key absent', { StringEquals: { 'aws:PrincipalOrgID': 'o-a' } }, {}, false],
  [
    'StringEquals: case counts',
    { StringEquals: { 'aws:PrincipalOrgID': 'O-A' } },
    { 'aws:principalorgid': 'o-a' },
    false,
  ],
  [
    'StringEquals: wildcard is literal',
    { StringEquals: { 'aws:SourceArn': 'arn:*' } },
    { 'aws:sourcearn': 'arn:x' },
    false,
  ],
  [
    'StringEquals: one of several',
    { StringEquals: { 'aws:SourceAccount': ['1', '2'] } },
    { 'aws:sourceaccount': '2' },
    true,
  ],
  [
    'StringEquals: variable',
    { StringEquals: { 'aws:PrincipalOrgID': variable('aws:ResourceOrgID') } },
    { 'aws:principalorgid': 'o-a', 'aws:resourceorgid': 'o-a' },
    true,
  ],
  [
    'StringEquals: variable differs',
    { StringEquals: { 'aws:PrincipalOrgID': variable('aws:ResourceOrgID') } },
    { 'aws:principalorgid': 'o-a', 'aws:resourceorgid': 'o-b' },
    false,
  ],
  [
    'StringEquals: variable absent on both sides',
    { StringEquals: { 'aws:PrincipalOrgID': variable('aws:ResourceOrgID') } },
    {},
    false,
  ],
  [
    'StringEquals: variable absent',
    { StringEquals: { 'aws:PrincipalOrgID': variable('aws:ResourceOrgID') } },
    { 'aws:principalorgid': 'o-a' },
    false,
  ],
  [
    'StringEquals: variable with default',
    { StringEquals: { 'aws:PrincipalOrgID': variable("aws:ResourceOrgID, 'o-a'") } },
    { 'aws:principalorgid': 'o-a' },
    true,
  ],
  [
    'StringEqualsIgnoreCase',
    { StringEqualsIgnoreCase: { 'aws:PrincipalOrgID': 'O-A' } },
    { 'aws:principalorgid': 'o-a' },
    true,
  ],
  [
    'StringNotEquals: another value',
    { StringNotEquals: { 'aws:PrincipalOrgID': 'o-a' } },
    { 'aws:principalorgid': 'o-b' },
    true,
  ],
  [
    'StringNotEquals: none of several',
    { StringNotEquals: { 'aws:PrincipalOrgID': ['o-a', 'o-b'] } },
    { 'aws:principalorgid': 'o-b' },
    false,
  ],
  ['StringNotEquals: key absent', { StringNotEquals: { 'aws:PrincipalOrgID': 'o-a' } }, {}, true],
  ['StringLike: wildcard', { StringLike: { 's3:prefix': 'links_data/*' } }, { 's3:prefix': 'links_data/a/b' }, true],
  ['StringLike: question mark is one letter', { StringLike: { 's3:prefix': 'a?' } }, { 's3:prefix': 'a' }, false],
  [
    'StringLike: variable value is literal',
    { StringLike: { 's3:prefix': `${variable('aws:PrincipalAccount')}*` } },
    { 's3:prefix': 'xyz', 'aws:principalaccount': '*' },
    false,
  ],
  ['StringNotLike', { StringNotLike: { 's3:prefix': 'links_data/*' } }, { 's3:prefix': 'plans/' }, true],
  ['StringEqualsIfExists: absent', { StringEqualsIfExists: { 'aws:SourceAccount': '1' } }, {}, true],
  [
    'StringEqualsIfExists: other',
    { StringEqualsIfExists: { 'aws:SourceAccount': '1' } },
    { 'aws:sourceaccount': '2' },
    false,
  ],
  ['ArnEquals: exact', { ArnEquals: { 'aws:PrincipalArn': ROLE } }, { 'aws:principalarn': ROLE }, true],
  [
    'ArnLike: wildcard in a part',
    { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/team/*' } },
    { 'aws:principalarn': ROLE },
    true,
  ],
  [
    'ArnLike: wildcard stays in its part',
    { ArnLike: { 'aws:PrincipalArn': 'arn:aws:*:role/team/worker' } },
    { 'aws:principalarn': ROLE },
    false,
  ],
  [
    'ArnLike: colons in the last part',
    { ArnLike: { 'aws:SourceArn': 'arn:aws:states:*:*:stateMachine:*' } },
    { 'aws:sourcearn': 'arn:aws:states:eu-west-1:1:stateMachine:m' },
    true,
  ],
  [
    'ArnLike: variable with colon in its name',
    { ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::${variable('aws:PrincipalAccount')}:role/team/worker` } },
    { 'aws:principalarn': ROLE, 'aws:principalaccount': '333333333333' },
    true,
  ],
  [
    'ArnNotLike',
    { ArnNotLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/other' } },
    { 'aws:principalarn': ROLE },
    true,
  ],
  ['Bool', { Bool: { 'aws:SecureTransport': 'false' } }, { 'aws:securetransport': 'true' }, false],
  ['Bool: as JSON value', { Bool: { 'aws:SecureTransport': true } }, { 'aws:securetransport': 'true' }, true],
  ['Null: absent', { Null: { 'aws:SourceArn': 'true' } }, {}, true],
  ['Null: present', { Null: { 'aws:SourceArn': 'true' } }, { 'aws:sourcearn': 'x' }, false],
  ['Null false: present', { Null: { 'aws:SourceArn': false } }, { 'aws:sourcearn': 'x' }, true],
  ['NumericLessThan', { NumericLessThan: { 'aws:EpochTime': 10 } }, { 'aws:epochtime': '9' }, true],
  [
    'NumericGreaterThanEquals',
    { NumericGreaterThanEquals: { 'aws:EpochTime': '10' } },
    { 'aws:epochtime': '9' },
    false,
  ],
  ['NumericNotEquals', { NumericNotEquals: { 'aws:EpochTime': '10' } }, { 'aws:epochtime': '9' }, true],
  [
    'DateLessThan: ISO',
    { DateLessThan: { 'aws:CurrentTime': '2026-01-02T00:00:00Z' } },
    { 'aws:currenttime': '2026-01-01T00:00:00Z' },
    true,
  ],
  [
    'DateGreaterThan: epoch seconds',
    { DateGreaterThan: { 'aws:CurrentTime': '1' } },
    { 'aws:currenttime': '1970-01-01T00:00:00Z' },
    false,
  ],
  [
    'IpAddress: in the network',
    { IpAddress: { 'aws:SourceIp': '127.0.0.0/8' } },
    { 'aws:sourceip': '127.0.0.1' },
    true,
  ],
  [
    'NotIpAddress: in the network',
    { NotIpAddress: { 'aws:SourceIp': '127.0.0.1' } },
    { 'aws:sourceip': '127.0.0.1' },
    false,
  ],
  [
    'ForAllValues: all',
    { 'ForAllValues:StringEquals': { 'kms:EncryptionContextKeys': ['a', 'b'] } },
    { 'kms:encryptioncontextkeys': ['a'] },
    true,
  ],
  [
    'ForAllValues: one more',
    { 'ForAllValues:StringEquals': { 'kms:EncryptionContextKeys': ['a', 'b'] } },
    { 'kms:encryptioncontextkeys': ['a', 'c'] },
    false,
  ],
  ['ForAllValues: absent', { 'ForAllValues:StringEquals': { 'kms:EncryptionContextKeys': ['a'] } }, {}, true],
  [
    'ForAnyValue: one',
    { 'ForAnyValue:StringLike': { 'kms:EncryptionContextKeys': 'a*' } },
    { 'kms:encryptioncontextkeys': ['x', 'ab'] },
    true,
  ],
  ['ForAnyValue: absent', { 'ForAnyValue:StringEquals': { 'kms:EncryptionContextKeys': 'a' } }, {}, false],
  [
    'key with a name of its own',
    { StringEquals: { 'kms:EncryptionContext:aws:s3:arn': 'x' } },
    { 'kms:encryptioncontext:aws:s3:arn': 'x' },
    true,
  ],
  [
    'all operators and keys must hold',
    { StringEquals: { 'aws:SourceAccount': '1' }, Bool: { 'aws:SecureTransport': 'true' } },
    { 'aws:sourceaccount': '1', 'aws:securetransport': 'false' },
    false,
  ],
];

test.each(ROWS)('%s', (_name, condition, values, holds) => {
  const context = conditionContext(values);
  expect(compileConditions(condition).every((test) => test(context))).toBe(holds);
});

test.each([
  ['an operator', { StringMatches: { 'aws:SourceArn': 'x' } }, 'condition operator StringMatches is not implemented'],
  ['a key', { StringEquals: { 'aws:MultiFactorAuthPresent': 'x' } }, 'condition key aws:MultiFactorAuthPresent is not'],
  [
    'a variable',
    { StringEquals: { 'aws:SourceArn': variable('aws:username') } },
    `policy variable ${variable('aws:username')} is not`,
  ],
])('refuses by name %s that it does not evaluate', (_name, condition, message) => {
  expect(() => compileConditions(condition)).toThrow(message);
});
