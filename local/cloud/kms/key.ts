import { createCipheriv, createDecipheriv, createHash } from 'node:crypto';
import type { PolicyDocument } from '../service';

/** A symmetric customer managed key. */
export interface Key {
  readonly accountId: string;
  readonly region: string;
  readonly keyId: string;
  readonly arn: string;
  readonly description: string;
  readonly enabled: boolean;
  readonly rotation: boolean;
  readonly createdAtMs: number;
  readonly policy: PolicyDocument;
}

const KEY_ID_LENGTH = 36;
const IV_LENGTH = 12;
const TAG_LENGTH = 16;

export type EncryptionContext = Readonly<Record<string, string>>;

/** Encrypts under a key and a context; the ciphertext begins with the key's id, as KMS knows the key of any blob. */
export function seal(key: Key, plaintext: Buffer, context: EncryptionContext, iv: Buffer): Buffer {
  const cipher = createCipheriv('aes-256-gcm', material(key), iv.subarray(0, IV_LENGTH));
  cipher.setAAD(additionalData(context));
  const encrypted = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return Buffer.concat([Buffer.from(key.keyId), iv.subarray(0, IV_LENGTH), cipher.getAuthTag(), encrypted]);
}

/** The plaintext, or undefined when blob, key and context do not belong together. */
export function open(key: Key, blob: Buffer, context: EncryptionContext): Buffer | undefined {
  const iv = blob.subarray(KEY_ID_LENGTH, KEY_ID_LENGTH + IV_LENGTH);
  const tag = blob.subarray(KEY_ID_LENGTH + IV_LENGTH, KEY_ID_LENGTH + IV_LENGTH + TAG_LENGTH);
  if (keyIdOf(blob) !== key.keyId || tag.length !== TAG_LENGTH) return undefined;
  const decipher = createDecipheriv('aes-256-gcm', material(key), iv);
  decipher.setAAD(additionalData(context));
  decipher.setAuthTag(tag);
  try {
    const rest = blob.subarray(KEY_ID_LENGTH + IV_LENGTH + TAG_LENGTH);
    return Buffer.concat([decipher.update(rest), decipher.final()]);
  } catch {
    // A wrong tag: AWS answers InvalidCiphertextException, which is the caller's to say.
    return undefined;
  }
}

export function keyIdOf(blob: Buffer): string {
  return blob.subarray(0, KEY_ID_LENGTH).toString('latin1');
}

/** Derived from the ARN: nothing here is secret, the cloud is a simulation. */
function material(key: Key): Buffer {
  return createHash('sha256').update(`local key material of ${key.arn}`).digest();
}

function additionalData(context: EncryptionContext): Buffer {
  const sorted = Object.entries(context).sort(([left], [right]) => (left < right ? -1 : 1));
  return Buffer.from(JSON.stringify(sorted));
}
