import { sha256 } from '@noble/hashes/sha2';
import { utf8ToBytes } from '@noble/hashes/utils';

/** A string that the compiler keeps apart from every other kind of string: a name cannot be passed as an id. */
export type Branded<Name extends string> = string & { readonly __brand: Name };

/** Twelve digits. */
export type AccountId = Branded<'AccountId'>;
/** `ou-<4..32>-<8..32>`, or the id of the root, which is a parent like any other. */
export type OrganizationalUnitId = Branded<'OrganizationalUnitId'>;
export type PermissionSetName = Branded<'PermissionSetName'>;
export type PermissionSetArn = Branded<'PermissionSetArn'>;
/** The Identity Store's id of a group or user: stable through renames. */
export type PrincipalId = Branded<'PrincipalId'>;
/** First 26 characters of the lower-case base32 SHA-256 of a link's canonical text form. */
export type LinkId = Branded<'LinkId'>;
/** Hash of permission set name × principal type × principal name: the unit that is planned together. */
export type PairId = Branded<'PairId'>;
export type RequestId = Branded<'RequestId'>;

export type PrincipalType = 'GROUP' | 'USER';

const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';
const HASH_CHARACTERS = 26;

/** 26 characters (130 bits) of lower-case base32 (RFC 4648) of the SHA-256 of the UTF-8 text. */
export function sha26(text: string): string {
  const digest = sha256(utf8ToBytes(text));
  let bits = 0;
  let held = 0;
  let encoded = '';
  for (const byte of digest) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      encoded += BASE32[(held >>> bits) & 31];
      held &= (1 << bits) - 1;
    }
  }
  return encoded.slice(0, HASH_CHARACTERS);
}

/** One key for a principal by name; type and name together, since a group and a user may share a name. */
export function principalKey(type: PrincipalType, name: string): string {
  return sha26(`${type}%${name}`);
}
