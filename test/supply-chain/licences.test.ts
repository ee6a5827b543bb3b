import { ACCEPTED_LICENCES, declaredLicences, EXCEPTIONS, refusedLicences } from '../../bin/licences';
import { isAcceptedLicence } from '../../bin/licences/licence-expression';
import { PROJECT_ROOT } from '../support/project-files';

const packages = declaredLicences(PROJECT_ROOT);

test('every package of the lock file has a licence that is accepted', () => {
  expect(packages.length).toBeGreaterThan(400);
  expect(refusedLicences(packages)).toEqual([]);
});

test('exceptions are needed, and have reasons', () => {
  for (const { name, licence, reason } of EXCEPTIONS) {
    expect(packages).toContainEqual({ name, licence });
    expect(ACCEPTED_LICENCES.has(licence)).toBe(false);
    expect(reason).toMatch(/^[A-Z].*\.$/);
  }
});

test('a package without a licence, or with another one, is refused by name', () => {
  expect(
    refusedLicences([
      { name: 'silent' },
      { name: 'strict', licence: 'AGPL-3.0-only' },
      { name: 'other', licence: 'CC-BY-4.0' },
      { name: 'free', licence: 'MIT' },
    ]),
  ).toEqual(['silent declares no licence', 'strict is under AGPL-3.0-only', 'other is under CC-BY-4.0']);
});

test.each([
  ['MIT', true],
  ['GPL-3.0-or-later', false],
  ['(MIT OR GPL-3.0-or-later)', true],
  ['GPL-3.0-or-later OR MIT', true],
  ['Apache-2.0 AND MIT', true],
  ['Apache-2.0 AND GPL-2.0-only', false],
  ['GPL-2.0-only AND Apache-2.0 OR MIT', true],
  ['GPL-2.0-only AND (Apache-2.0 OR MIT)', false],
  ['MIT AND (GPL-2.0-only OR (ISC AND BSD-3-Clause))', true],
  ['(MIT', false],
  ['MIT ISC', false],
  ['SEE LICENSE IN LICENSE.md', false],
  ['', false],
])('%s: %p', (expression, isAccepted) => {
  expect(isAcceptedLicence(expression, ACCEPTED_LICENCES)).toBe(isAccepted);
});
