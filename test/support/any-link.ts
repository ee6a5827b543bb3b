import fc from 'fast-check';
import type { AccountId, OrganizationalUnitId, PermissionSetName } from '../../lambda/domain/ids';
import type { Link, NamedPrincipal } from '../../lambda/domain/link';
import { parseLinkText } from '../../lambda/domain/link';
import type { Scope } from '../../lambda/domain/scope';

/** A link from its text form; for texts that must parse. */
export function parsedLink(text: string): Link {
  const parsed = parseLinkText(text);
  if (!parsed.ok) throw new Error(`${text}: ${JSON.stringify(parsed.problems)}`);
  return parsed.value;
}

const anyCharacters = (alphabet: string) => fc.constantFrom(...alphabet);
const LOWER = 'abcdefghijklmnopqrstuvwxyz0123456789';
const WORD = `${LOWER}ABCDEFGHIJKLMNOPQRSTUVWXYZ_+=,.@-`;
const TAG = `${LOWER}ABCÄß会計Ж _.:/=+-@\u3000`;
const NAME = `${LOWER}%%^&+=@,./\\"'#()?<>|~$€äß会計Жא\u0301😀`;

const text = (alphabet: string, minLength: number, maxLength: number) =>
  fc.string({ unit: anyCharacters(alphabet), minLength, maxLength });

const anyScope: fc.Arbitrary<Scope> = fc.oneof(
  fc.constant<Scope>({ type: 'root' }),
  text('0123456789', 12, 12).map((id): Scope => ({ type: 'account', accountId: id as AccountId })),
  fc
    .oneof(
      text(LOWER, 4, 32).map((id) => `r-${id}`),
      fc.tuple(text(LOWER, 4, 32), text(LOWER, 8, 32)).map(([root, unit]) => `ou-${root}-${unit}`),
    )
    .map((id): Scope => ({ type: 'ou_id', organizationalUnitId: id as OrganizationalUnitId })),
  fc.record({ type: fc.constant('account_tag' as const), key: text(TAG, 1, 20), value: text(TAG, 0, 20) }),
);

const anyPrincipal: fc.Arbitrary<NamedPrincipal> = fc.oneof(
  fc.record({ type: fc.constant('USER' as const), name: text(NAME, 1, 30) }),
  fc.record({ type: fc.constant('GROUP' as const), name: text(`${NAME} \t\n\u00a0\u3000`, 1, 40) }),
  // Names that look like parts of the text form.
  fc.record({
    type: fc.constantFrom('GROUP' as const, 'USER' as const),
    name: fc.constantFrom('GROUP', '%GROUP%ssofile', 'ssofile', '25', '%25', '%', '2525', 'root%all', '%%25%'),
  }),
);

/** Every kind of link that is allowed, with names that are awkward in URLs, keys and escapes. */
export const anyLink: fc.Arbitrary<Link> = fc.record({
  scope: anyScope,
  permissionSetName: fc
    .oneof(text(WORD, 1, 32), fc.constantFrom('25', 'GROUP', 'ssofile'))
    .map((name) => name as PermissionSetName),
  principal: anyPrincipal,
});
