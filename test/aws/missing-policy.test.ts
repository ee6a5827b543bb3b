import fc from 'fast-check';
import { missingPolicyIn } from '../../lambda/aws/missing-policy';
import { policyNotSupported } from '../../local/world/identity-center/failure-reasons';

const ACCOUNT = '444444444444';

test.each([
  '/cmp-3',
  '/cmp/1/cmp-1',
  '/a.b/c.d/e.f',
  '/name.',
  '/deep/er/and/deep.er/name..',
  '/with_all+of=these,are@allowed/in-a.name',
  '/1',
])('%s is read from the reason, whose own dot is not a part of it', (policy) => {
  expect(missingPolicyIn(policyNotSupported(ACCOUNT, policy))).toBe(policy);
});

test('every path and name that Identity Center takes is read as it was written', () => {
  const step = fc.stringMatching(/^[\w+=,.@-]{1,20}$/);
  fc.assert(
    fc.property(fc.array(step, { maxLength: 4 }), step, (path, name) => {
      const policy = ['', ...path, name].join('/');
      expect(missingPolicyIn(policyNotSupported(ACCOUNT, policy))).toBe(policy);
    }),
  );
});

test.each(['aws', 'aws-cn', 'aws-us-gov'])(
  'in the partition %s, with or without the dot and what follows it',
  (partition) => {
    const said = `Not supported policy arn:${partition}:iam::${ACCOUNT}:policy/cmp/1/cmp-1`;
    for (const reason of [said, `${said}.`, `Received a 404 status error: ${said}. Try again.`, `${said} (404)`]) {
      expect(missingPolicyIn(reason)).toBe('/cmp/1/cmp-1');
    }
  },
);

test.each([
  '',
  'Received a 404 status error: Assignment not found.',
  'Not supported policy',
  `Not supported policy arn:aws:iam::aws:policy/ReadOnlyAccess.`,
  `Not supported policy arn:aws:iam::${ACCOUNT}:role/name.`,
  `Access denied to arn:aws:iam::${ACCOUNT}:policy/cmp-1.`,
])('"%s" names no policy', (reason) => {
  expect(missingPolicyIn(reason)).toBeUndefined();
});
