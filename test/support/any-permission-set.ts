import fc from 'fast-check';
import type { PermissionSet } from '../../lambda/domain/permission-set';

const name = fc.stringMatching(/^[\w+=,.@-]{1,32}$/);

const statement = fc.record(
  {
    Resource: fc.oneof(fc.constant('*'), fc.constant(['arn:aws:s3:::one', 'arn:aws:s3:::two'])),
    Condition: fc.constant({
      StringEquals: { 'aws:PrincipalTag/team': ['b', 'a'], 'aws:PrincipalTag/env': 'prod' },
      Bool: { 'aws:SecureTransport': false },
    }),
    Action: fc.oneof(fc.constant('s3:*'), fc.constant(['s3:PutObject', 's3:GetObject'])),
    Effect: fc.constantFrom('Allow' as const, 'Deny' as const),
    Sid: fc.constantFrom('One', '2'),
  },
  { requiredKeys: ['Effect', 'Action', 'Resource'] },
);

/** Permission sets with every property, in orders of properties that are not the schema's. */
export const anyPermissionSet: fc.Arbitrary<PermissionSet> = fc.record(
  {
    permissionsBoundary: fc.oneof(
      fc.constant({}),
      fc.constant({ ManagedPolicyArn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' }),
      fc.constant({ CustomerManagedPolicyReference: { Path: '/teams/', Name: 'boundary' } }),
    ),
    inlinePolicyDocument: fc.oneof(
      fc.constant({}),
      statement.map((one) => ({ Statement: one, Version: '2012-10-17' as const })),
      fc
        .uniqueArray(statement, { selector: ({ Sid }) => Sid, minLength: 1, maxLength: 3 })
        .map((several) => ({ Statement: several, Id: 'any' })),
    ),
    customerManagedPoliciesList: fc.constant([{ Path: '/cmp/1/', Name: 'cmp-1' }, { Name: 'cmp-3' }]),
    managedPoliciesArnList: fc.constant(['arn:aws:iam::aws:policy/job-function/Billing']),
    tags: fc.constant([
      { Value: 'Support', Key: 'team' },
      { Key: 'empty', Value: '' },
    ]),
    relayState: fc.constant('https://console.aws.amazon.com/support'),
    sessionDurationInMinutes: fc.oneof(fc.constant('120'), fc.constant(90)),
    description: fc.constantFrom('0', 'für Prüfer\n'),
    permissionSetName: name,
  },
  { requiredKeys: ['permissionSetName'] },
);
