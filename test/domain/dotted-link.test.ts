import fc from 'fast-check';
import { isDottedLink, parseDottedLink } from '../../lambda/domain/dotted-link';
import { type Link, printLink } from '../../lambda/domain/link';
import { printScope } from '../../lambda/domain/scope';
import { anyLink } from '../support/any-link';

/** As versions before 3.0.3 of the predecessor named it. */
function dotted({ scope, permissionSetName, principal }: Link): string {
  return [printScope(scope).replace('%', '.'), permissionSetName, principal.name, principal.type, 'ssofile'].join('.');
}

const read = (text: string, ...known: string[]) => {
  const parsed = parseDottedLink(text, ({ permissionSetName }) => known.includes(permissionSetName));
  return parsed.ok ? printLink(parsed.value) : parsed.problems.map(({ message }) => message).join('; ');
};

test.each([
  ['root.all.Ops-ps.team.GROUP.ssofile', 'root%all%Ops-ps%team%GROUP%ssofile'],
  ['account.123456789012.Ops-ps.team-A.USER.ssofile', 'account%123456789012%Ops-ps%team-A%USER%ssofile'],
  ['ou_id.ou-ab12-security.Ops-ps.a b.GROUP.ssofile', 'ou_id%ou-ab12-security%Ops-ps%a b%GROUP%ssofile'],
  ['account_tag.team^Finance.Ops-ps.team.GROUP.ssofile', 'account_tag%team^Finance%Ops-ps%team%GROUP%ssofile'],
])('%s is %s', (text, link) => {
  expect([isDottedLink(text), read(text)]).toEqual([true, link]);
});

test('the type is read from the end, and full stops of a name by the permission sets that there are', () => {
  const text = 'root.all.team.ops.jane.USER.doe@example.com.USER.ssofile';
  expect(read(text, 'team.ops')).toBe('root%all%team.ops%jane.USER.doe@example.com%USER%ssofile');
  expect(read(text)).toMatch(/more than one way; .* such as root%all%team%ops\.jane.* or root%all%team\.ops%jane/);
  expect(read(text, 'team', 'team.ops')).toMatch(/more than one way/);
});

test.each([
  'root%all%Ops-ps%team.one%GROUP%ssofile',
  'root.some.Ops-ps.team.GROUP.ssofile',
  'root.all.team.GROUP.ssofile',
  'account.12.Ops-ps.team.GROUP.ssofile',
  'root.all.Ops-ps.team.ROLE.ssofile',
  'notes.txt',
])('%s is none', (text) => {
  expect(parseDottedLink(text).ok).toBe(false);
});

test('what is read is never another link than the one that was named', () => {
  let understood = 0;
  fc.assert(
    fc.property(anyLink, (link) => {
      expect(isDottedLink(dotted(link))).toBe(true);
      for (const isKnown of [() => false, (one: Link) => one.permissionSetName === link.permissionSetName]) {
        const parsed = parseDottedLink(dotted(link), isKnown);
        if (!parsed.ok) continue;
        understood += 1;
        expect(printLink(parsed.value)).toBe(printLink(link));
      }
    }),
  );
  expect(understood).toBeGreaterThan(20);
});
