import fc from 'fast-check';
import type { AccountId, OrganizationalUnitId, PermissionSetName } from '../../lambda/domain/ids';
import type { Link } from '../../lambda/domain/link';
import {
  linkIdOf,
  pairIdOf,
  pairIdOfText,
  parseLinkText,
  parseStructuredLink,
  printLink,
  structuredLinkOf,
} from '../../lambda/domain/link';
import { anyLink, parsedLink } from '../support/any-link';

const GROUP = { type: 'GROUP', name: 'team-Accountants' } as const;
const BILLING = 'Billing-ps' as PermissionSetName;

const GOOD: [text: string, link: Link][] = [
  [
    'root%all%Billing-ps%team-Accountants%GROUP%ssofile',
    { scope: { type: 'root' }, permissionSetName: BILLING, principal: GROUP },
  ],
  [
    'account%123456789012%Billing-ps%team-Accountants%GROUP%ssofile',
    {
      scope: { type: 'account', accountId: '123456789012' as AccountId },
      permissionSetName: BILLING,
      principal: GROUP,
    },
  ],
  [
    'ou_id%ou-ab12-workloads%Billing-ps%alice%USER%ssofile',
    {
      scope: { type: 'ou_id', organizationalUnitId: 'ou-ab12-workloads' as OrganizationalUnitId },
      permissionSetName: BILLING,
      principal: { type: 'USER', name: 'alice' },
    },
  ],
  [
    'ou_id%r-ab12%Billing-ps%alice@example.com%USER%ssofile',
    {
      scope: { type: 'ou_id', organizationalUnitId: 'r-ab12' as OrganizationalUnitId },
      permissionSetName: BILLING,
      principal: { type: 'USER', name: 'alice@example.com' },
    },
  ],
  [
    'account_tag%cost center^Größe: 1/2 =_.@+-%A_+=,.@-b%team, "Prüfung" & 会計%GROUP%ssofile',
    {
      scope: { type: 'account_tag', key: 'cost center', value: 'Größe: 1/2 =_.@+-' },
      permissionSetName: 'A_+=,.@-b' as PermissionSetName,
      principal: { type: 'GROUP', name: 'team, "Prüfung" & 会計' },
    },
  ],
  [
    'account_tag%team^%Billing-ps%team-Accountants%GROUP%ssofile',
    { scope: { type: 'account_tag', key: 'team', value: '' }, permissionSetName: BILLING, principal: GROUP },
  ],
  [
    'root%all%Billing-ps%50%25 owners%2525%GROUP%ssofile',
    { scope: { type: 'root' }, permissionSetName: BILLING, principal: { type: 'GROUP', name: '50% owners%25' } },
  ],
  [
    // Fields that begin with 25 are no escapes.
    'account%251234567890%25Admin%25 people%GROUP%ssofile',
    {
      scope: { type: 'account', accountId: '251234567890' as AccountId },
      permissionSetName: '25Admin' as PermissionSetName,
      principal: { type: 'GROUP', name: '25 people' },
    },
  ],
  [
    'root%all%Billing-ps%GROUP%GROUP%ssofile',
    { scope: { type: 'root' }, permissionSetName: BILLING, principal: { type: 'GROUP', name: 'GROUP' } },
  ],
];

const BAD: [name: string, text: string, paths: string[]][] = [
  ['nothing', '', ['scopeType', 'scopeValue', 'permissionSetName', 'principalName', 'principalType', 'suffix']],
  ['an unknown scope', 'org%all%Ps%a%GROUP%ssofile', ['scopeType']],
  ['text before the key', 'zzzroot%all%Ps%a%GROUP%ssofile', ['scopeType']],
  ['a space before the key', ' root%all%Ps%a%GROUP%ssofile', ['scopeType']],
  ['text after the key', 'root%all%Ps%a%GROUP%ssofileEXTRA', ['suffix']],
  ['a line end after the key', 'root%all%Ps%a%GROUP%ssofile\n', ['suffix']],
  ['fields after the key', 'root%all%Ps%a%GROUP%ssofile%x', ['principalName', 'principalType', 'suffix']],
  ['no suffix', 'root%all%Ps%a%GROUP', ['suffix']],
  ['a root with another value', 'root%everything%Ps%a%GROUP%ssofile', ['scopeValue']],
  ['an account id of 11 digits', 'account%12345678901%Ps%a%GROUP%ssofile', ['scopeValue']],
  ['an account id of 13 digits', 'account%1234567890123%Ps%a%GROUP%ssofile', ['scopeValue']],
  ['an account id in other digits', 'account%١٢٣٤٥٦٧٨٩٠١٢%Ps%a%GROUP%ssofile', ['scopeValue']],
  ['a missing separator', 'account123456789012%Ps%alice%USER%ssofile', ['scopeType', 'principalName']],
  ['an OU id that AWS does not have', 'ou_id%ou-id12345%Ps%a%GROUP%ssofile', ['scopeValue']],
  ['an OU id with capitals', 'ou_id%ou-AB12-workloads%Ps%a%GROUP%ssofile', ['scopeValue']],
  ['a tag without a value', 'account_tag%team%Ps%a%GROUP%ssofile', ['scopeValue']],
  ['a tag without a key', 'account_tag%^Finance%Ps%a%GROUP%ssofile', ['scopeValue']],
  ['a tag with a character AWS forbids', 'account_tag%team^R&D%Ps%a%GROUP%ssofile', ['scopeValue']],
  ['a tag with two separators', 'account_tag%team^a^b%Ps%a%GROUP%ssofile', ['scopeValue']],
  ['a tag with an escaped percent sign', 'account_tag%team^50%25%Ps%a%GROUP%ssofile', ['scopeValue']],
  ['a permission set name of 33 characters', `root%all%${'p'.repeat(33)}%a%GROUP%ssofile`, ['permissionSetName']],
  ['a permission set name with a space', 'root%all%P s%a%GROUP%ssofile', ['permissionSetName']],
  ['no principal', 'root%all%Ps%GROUP%ssofile', ['principalName']],
  ['an empty principal', 'root%all%Ps%%GROUP%ssofile', ['principalName']],
  ['an unescaped percent sign', 'root%all%Ps%50% owners%GROUP%ssofile', ['principalName']],
  ['a user name with a space', 'root%all%Ps%alice b%USER%ssofile', ['principalName']],
  ['a user name of 129 characters', `root%all%Ps%${'u'.repeat(129)}%USER%ssofile`, ['principalName']],
  ['a group name of 1025 characters', `root%all%Ps%${'g'.repeat(1025)}%GROUP%ssofile`, ['principalName']],
  ['a group name with a control character', 'root%all%Ps%a\u0000b%GROUP%ssofile', ['principalName']],
  ['half a character', 'root%all%Ps%a\ud800b%GROUP%ssofile', ['principalName']],
  ['a wrong type', 'root%all%Ps%a%group%ssofile', ['principalType']],
  ['no type', 'root%all%Ps%a%ssofile', ['principalType']],
  [
    'everything wrong at once',
    'accounts%1%P s%a\u0000%TEAM%ssofil',
    ['scopeType', 'permissionSetName', 'principalName', 'principalType', 'suffix'],
  ],
];

describe('the text form of a link', () => {
  test.each(GOOD)('%s', (text, link) => {
    expect(parseLinkText(text)).toEqual({ ok: true, value: link });
    expect(printLink(link)).toBe(text);
  });

  test.each(BAD)('refuses %s and names the fields', (_, text, fields) => {
    const parsed = parseLinkText(text);
    const paths = parsed.ok ? [] : parsed.problems.map(({ path }) => path);
    expect(paths.sort()).toEqual(fields.map((field) => `linkData.${field}`).sort());
  });

  test('says what is expected and what was probably meant', () => {
    const parsed = parseLinkText('acount%12345678901%Ps%a%groop%ssofile');
    expect(parsed).toEqual({
      ok: false,
      problems: [
        {
          path: 'linkData.scopeType',
          message: 'expected account, root, ou_id or account_tag (did you mean account?), got "acount"',
        },
        { path: 'linkData.principalType', message: 'expected GROUP or USER (did you mean GROUP?), got "groop"' },
      ],
    });
  });

  test('printing and parsing give back every link', () => {
    fc.assert(
      fc.property(anyLink, (link) => {
        expect(parsedLink(printLink(link))).toEqual(link);
      }),
      { numRuns: 1000 },
    );
  });

  test('any text is either refused with problems or is the canonical form of what it means', () => {
    const field = fc.oneof(
      fc.constantFrom(
        'root',
        'all',
        'account',
        '123456789012',
        'ou_id',
        'Ps',
        'GROUP',
        'USER',
        'ssofile',
        '',
        '25',
        '25x',
      ),
      fc.string({ maxLength: 6 }),
    );
    fc.assert(
      fc.property(fc.array(field, { maxLength: 9 }), (fields) => {
        const text = fields.join('%');
        const parsed = parseLinkText(text);
        if (parsed.ok) expect(printLink(parsed.value)).toBe(text);
        else expect(parsed.problems.length).toBeGreaterThan(0);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('the structured form of a link', () => {
  test('means the same as the text form and has the same id', () => {
    fc.assert(
      fc.property(anyLink, (link) => {
        const parsed = parseStructuredLink(JSON.parse(JSON.stringify(structuredLinkOf(link))), 'link');
        expect(parsed).toEqual({ ok: true, value: link });
        expect(parsed.ok && linkIdOf(parsed.value)).toBe(linkIdOf(parsedLink(printLink(link))));
      }),
    );
  });
});

describe('ids of links', () => {
  test('are 26 characters of lower-case base32', () => {
    expect(linkIdOf(parsedLink('root%all%Billing-ps%team-Accountants%GROUP%ssofile'))).toMatch(/^[a-z2-7]{26}$/);
  });

  test('differ for different links, and names are taken as they are', () => {
    fc.assert(
      fc.property(anyLink, anyLink, (one, other) => {
        const same = printLink(one) === printLink(other);
        expect(linkIdOf(one) === linkIdOf(other)).toBe(same);
      }),
    );
    const composed = parsedLink('root%all%Ps%Caf\u00e9%GROUP%ssofile');
    const decomposed = parsedLink('root%all%Ps%Cafe\u0301%GROUP%ssofile');
    expect(linkIdOf(composed)).not.toBe(linkIdOf(decomposed));
  });

  test('links of one permission set and principal are one pair, whatever their scope', () => {
    const one = parsedLink('root%all%Ps%a%GROUP%ssofile');
    expect(pairIdOf(parsedLink('account%123456789012%Ps%a%GROUP%ssofile'))).toBe(pairIdOf(one));
    expect(pairIdOf(parsedLink('root%all%Ps%a%USER%ssofile'))).not.toBe(pairIdOf(one));
    expect(pairIdOf(parsedLink('root%all%Pt%a%GROUP%ssofile'))).not.toBe(pairIdOf(one));
  });

  test('the pair of a link is known from its text', () => {
    fc.assert(
      fc.property(anyLink, (link) => {
        expect(pairIdOfText(printLink(link))).toBe(pairIdOf(link));
      }),
    );
    expect(pairIdOfText('root%all%Ps%GROUP%ssofile')).toBeUndefined();
  });
});
