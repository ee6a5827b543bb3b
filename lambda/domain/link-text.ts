import { quoted } from '../../schemas/schema-problems';
import type { Problem } from './problem';
import { TAG_SEPARATOR } from './scope';

/** What the fields of a text form say, as a structured link that still has to be validated. */
export interface SplitLinkText {
  readonly candidate: unknown;
  /** What only the text form can get wrong: missing fields, the suffix, an unescaped percent sign. */
  readonly problems: readonly Problem[];
}

/** The field of the text form that a property of the structured form came from. */
export const TEXT_PATHS: Readonly<Record<string, string>> = {
  'scope.type': 'linkData.scopeType',
  'scope.accountId': 'linkData.scopeValue',
  'scope.organizationalUnitId': 'linkData.scopeValue',
  'scope.key': 'linkData.scopeValue',
  'scope.value': 'linkData.scopeValue',
  permissionSet: 'linkData.permissionSetName',
  'principal.type': 'linkData.principalType',
  'principal.name': 'linkData.principalName',
};

const SUFFIX = 'ssofile';
const PRINCIPAL_TYPES = ['GROUP', 'USER'];
const FIELDS = 'scopetype%scopevalue%permissionsetname%principalname%principaltype%ssofile';
/** How many fields stand before the suffix, and before the principal type. */
const BEFORE_SUFFIX = 5;
const BEFORE_TYPE = 4;

interface Fields {
  readonly scopeType: string | undefined;
  readonly scopeValue: string | undefined;
  readonly permissionSetName: string | undefined;
  readonly principalName: string | undefined;
  readonly principalType: string | undefined;
  readonly suffix: string | undefined;
}

/**
 * Cuts the text form into its fields from both ends, so that whatever is between belongs to the principal name, the
 * only field that may contain a percent sign. Fields are cut before anything is unescaped: `account%251234567890%…` is
 * an account id that begins with 25, not an escaped percent sign.
 */
export function splitLinkText(text: string): SplitLinkText {
  const fields = cut(text);
  const problems = [...missingFields(fields), ...suffixProblems(fields), ...escapeProblems(fields)];
  const scope = scopeCandidate(fields, problems);
  const principalName = fields.principalName?.replaceAll('%25', '%') ?? '';
  return {
    candidate: {
      scope,
      permissionSet: fields.permissionSetName ?? '',
      principal: { type: fields.principalType ?? '', name: principalName },
    },
    problems,
  };
}

function cut(text: string): Fields {
  const parts = text.split('%');
  const suffix = takeLast(parts, [SUFFIX], BEFORE_SUFFIX, PRINCIPAL_TYPES);
  const principalType = takeLast(parts, PRINCIPAL_TYPES, BEFORE_TYPE, []);
  const [scopeType, scopeValue, permissionSetName, ...name] = parts;
  const principalName = name.length > 0 ? name.join('%') : undefined;
  return { scopeType, scopeValue, permissionSetName, principalName, principalType, suffix };
}

/**
 * Takes the last part when it is what belongs there, or when there are parts to spare so that it can only be a wrong
 * one. A part that belongs to the field before (`next`) stays: then this field was left out.
 */
function takeLast(
  parts: string[],
  expected: readonly string[],
  spare: number,
  next: readonly string[],
): string | undefined {
  const last = parts.at(-1);
  if (last === undefined || parts.length === 1) return undefined;
  const taken = expected.includes(last) || (parts.length > spare && !next.includes(last));
  return taken ? parts.pop() : undefined;
}

function missingFields(fields: Fields): Problem[] {
  const required = [
    'scopeType',
    'scopeValue',
    'permissionSetName',
    'principalName',
    'principalType',
    'suffix',
  ] as const;
  const mayBeEmpty = fields.scopeType === 'account_tag' ? ['scopeValue'] : [];
  return required
    .filter((name) => fields[name] === undefined || (fields[name] === '' && !mayBeEmpty.includes(name)))
    .map((name) => ({ path: `linkData.${name}`, message: `is missing: expected ${FIELDS}` }));
}

function suffixProblems({ suffix }: Fields): Problem[] {
  if (!suffix || suffix === SUFFIX) return [];
  return [
    { path: 'linkData.suffix', message: `expected the text to end with %${SUFFIX}, got ${quoted(`%${suffix}`)}` },
  ];
}

function escapeProblems({ principalName, scopeType, permissionSetName }: Fields): Problem[] {
  if (!principalName || !/%(?!25)/.test(principalName)) return [];
  if (scopeType === 'account_tag' && permissionSetName?.startsWith('25')) {
    const message = 'expected a tag without percent signs: AWS allows letters, digits, spaces and _ . : / = + - @';
    return [{ path: 'linkData.scopeValue', message }];
  }
  const message = `expected ${FIELDS}, with a percent sign inside the principal name written as %25, got ${quoted(principalName)}`;
  return [{ path: 'linkData.principalName', message }];
}

function scopeCandidate({ scopeType, scopeValue = '' }: Fields, problems: Problem[]): Record<string, unknown> {
  switch (scopeType) {
    case 'account':
      return { type: scopeType, accountId: scopeValue };
    case 'ou_id':
      return { type: scopeType, organizationalUnitId: scopeValue };
    case 'root':
      if (scopeValue !== '' && scopeValue !== 'all') {
        const message = `expected all: the scope root covers every account, got ${quoted(scopeValue)}`;
        problems.push({ path: 'linkData.scopeValue', message });
      }
      return { type: scopeType };
    case 'account_tag':
      return tagCandidate(scopeType, scopeValue, problems);
    default:
      return { type: scopeType ?? '' };
  }
}

function tagCandidate(type: string, scopeValue: string, problems: Problem[]): Record<string, unknown> {
  const at = scopeValue.indexOf(TAG_SEPARATOR);
  if (at >= 0) return { type, key: scopeValue.slice(0, at), value: scopeValue.slice(at + 1) };
  const message = `expected the tag that the accounts carry as key^value, such as team^Finance, got ${quoted(scopeValue)}`;
  problems.push({ path: 'linkData.scopeValue', message });
  return { type, key: 'key', value: '' };
}
