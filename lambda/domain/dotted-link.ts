import { type Link, linkIdOf, parseLinkText, printLink } from './link';
import type { Parsed } from './problem';

/** The six fields with full stops between them, as versions before 3.0.3 of the predecessor named links. */
const DOTTED = /^(account|root|ou_id|account_tag)\.(.+)\.(GROUP|USER)\.ssofile$/s;

/** Readings that a message lists. */
const MOST_READINGS_NAMED = 4;

/** Whether a text can only be a link of that old format: with percent signs, something else follows the scope's type. */
export function isDottedLink(text: string): boolean {
  return DOTTED.test(text);
}

/**
 * Reads a link of the old format, from both ends. Tags and the names of permission sets and principals may contain full
 * stops themselves: where that leaves several readings, only one whose permission set `isKnown` is taken. Never is one guessed.
 */
export function parseDottedLink(text: string, isKnown: (link: Link) => boolean = () => false): Parsed<Link> {
  const readings = readingsOf(text);
  const [first, ...others] = readings;
  if (first === undefined) {
    const message = 'expected scopetype.scopevalue.permissionsetname.principalname.principaltype.ssofile';
    return { ok: false, problems: [{ path: 'linkData', message }] };
  }
  if (others.length === 0) return { ok: true, value: first };
  const known = readings.filter(isKnown);
  const [only] = known;
  if (only !== undefined && known.length === 1) return { ok: true, value: only };
  const named = (known.length > 0 ? known : readings).slice(0, MOST_READINGS_NAMED).map(printLink).join(' or ');
  const message = `its full stops can be read in more than one way; name it as it is meant, such as ${named}`;
  return { ok: false, problems: [{ path: 'linkData', message }] };
}

/** Every link that the text can mean. */
function readingsOf(text: string): Link[] {
  const [, scopeType = '', middle = '', principalType = ''] = DOTTED.exec(text) ?? [];
  const found = new Map<string, Link>();
  for (const [scopeValue, rest] of cutsOf(middle)) {
    for (const [permissionSetName, principalName] of cutsOf(rest)) {
      const escaped = principalName.replaceAll('%', '%25');
      const fields = [scopeType, scopeValue, permissionSetName, escaped, principalType, 'ssofile'];
      const parsed = parseLinkText(fields.join('%'));
      if (parsed.ok) found.set(linkIdOf(parsed.value), parsed.value);
    }
  }
  return [...found.values()];
}

/** What stands before and after each full stop. */
function cutsOf(text: string): [string, string][] {
  return [...text.matchAll(/\./g)].map(({ index }) => [text.slice(0, index), text.slice(index + 1)]);
}
