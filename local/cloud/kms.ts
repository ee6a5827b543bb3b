import { createHash } from 'node:crypto';
import {
  optionalBoolean,
  optionalString,
  physicalName,
  type ResourceInput,
  type ResourceOutput,
  refuseUnknownProperties,
} from '../assembly/resource';
import type { Clock, Random } from '../clock';
import type { AccessNeed } from '../gateway/access/access';
import type { KeyUse } from './key-use';
import { type EncryptionContext, type Key, keyIdOf, open, seal } from './kms/key';
import {
  type Authorizer,
  arn,
  type Call,
  notImplemented,
  type PolicyDocument,
  type Principal,
  ServiceFault,
  type SimulatedService,
} from './service';

export interface KmsOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly authorizer: Authorizer & { checkResourcePolicy(document: unknown, label: string): PolicyDocument };
}

const KEY = 'AWS::KMS::Key';
const ALIAS = 'AWS::KMS::Alias';

/** AWS: bytes of a data key by its specification. */
const DATA_KEY_BYTES: Readonly<Record<string, number>> = { AES_256: 32, AES_128: 16 };
/** AWS: Encrypt takes at most 4,096 bytes with a symmetric key. */
const MOST_PLAINTEXT_BYTES = 4096;

/** AWS KMS: symmetric customer managed keys whose policies are enforced. */
export class Kms implements SimulatedService, KeyUse {
  readonly signingName = 'kms';
  private readonly keys = new Map<string, Key>();
  /** Alias ARN → key ARN. */
  private readonly aliases = new Map<string, string>();

  constructor(private readonly options: KmsOptions) {}

  /** `AWS::KMS::Key`: `Ref` is the key id; attributes `Arn` and `KeyId`. */
  createKey(input: ResourceInput): ResourceOutput {
    const { accountId, region, properties } = input;
    refuseUnknownProperties(KEY, properties, {
      implemented: ['Description', 'Enabled', 'EnableKeyRotation', 'KeyPolicy'],
      inert: {
        PendingWindowInDays: 'the local cloud never deletes a key',
        RotationPeriodInDays: 'rotation does not change what a key can decrypt',
        Tags: 'tags of keys decide nothing here',
      },
    });
    const keyId = uuidOf(`${accountId}/${region}/${input.stackName}/${input.logicalId}`);
    const key: Key = {
      accountId,
      region,
      keyId,
      arn: arn('kms', region, accountId, `key/${keyId}`),
      description: optionalString(KEY, properties, 'Description') ?? '',
      enabled: optionalBoolean(KEY, properties, 'Enabled') ?? true,
      rotation: optionalBoolean(KEY, properties, 'EnableKeyRotation') ?? false,
      createdAtMs: this.options.clock.now(),
      policy: this.keyPolicy(input),
    };
    this.keys.set(key.arn, key);
    return { ref: keyId, attributes: { Arn: key.arn, KeyId: keyId } };
  }

  /** `AWS::KMS::Alias`: `Ref` is the alias name. */
  createAlias(input: ResourceInput): ResourceOutput {
    const { accountId, region, properties } = input;
    refuseUnknownProperties(ALIAS, properties, { implemented: ['AliasName', 'TargetKeyId'] });
    const name = physicalName(input, properties.AliasName, { maxLength: 256 });
    const target = optionalString(ALIAS, properties, 'TargetKeyId') ?? '';
    const aliasArn = arn('kms', region, accountId, name);
    this.aliases.set(aliasArn, this.find(target, accountId, region).arn);
    return { ref: name, attributes: {} };
  }

  /** Charges the use of a key by a service on behalf of `principal`; see `KeyUse`. */
  use(
    keyArn: string,
    action: 'kms:Decrypt' | 'kms:GenerateDataKey' | 'kms:Encrypt' | 'kms:DescribeKey',
    principal: Principal,
    viaService: string | undefined,
    context: Readonly<Record<string, string>> = {},
  ): void {
    const key = this.find(keyArn, principal.accountId, keyArn.split(':')[3] ?? '');
    const names = Object.keys(context).map((name) => /^kms:encryptioncontext:(.+)$/i.exec(name)?.[1]);
    this.options.authorizer.authorize({
      ...this.need(key, action, principal),
      principal,
      context: {
        'kms:calleraccount': principal.accountId,
        // AWS: a service that calls with its own identity calls KMS directly, not via a service.
        ...(viaService === undefined || principal.kind === 'service' ? {} : { 'kms:viaservice': viaService }),
        'kms:encryptioncontextkeys': names.filter((name) => name !== undefined),
        ...context,
      },
    });
    if (!key.enabled) throw new ServiceFault('DisabledException', `${key.arn} is disabled.`);
  }

  /** KMS knows the key of a ciphertext, so it derives itself which key a call needs. */
  access = (call: Call): readonly AccessNeed[] => {
    const action = `kms:${call.operation}`;
    if (call.operation === 'ListKeys' || call.operation === 'ListAliases') return [{ action, resources: ['*'] }];
    const encryptionContext: EncryptionContext = call.input.EncryptionContext ?? {};
    const context = Object.entries(encryptionContext).map(([name, value]) => [`kms:encryptioncontext:${name}`, value]);
    return [
      {
        ...this.need(this.keyOfCall(call), action, call.principal),
        context: {
          ...Object.fromEntries(context),
          'kms:encryptioncontextkeys': Object.keys(encryptionContext),
          'kms:calleraccount': call.principal.accountId,
        },
      },
    ];
  };

  async handle(call: Call): Promise<unknown> {
    const { accountId } = call.principal;
    switch (call.operation) {
      case 'Encrypt':
        return this.encrypt(call);
      case 'Decrypt':
        return this.decrypt(call);
      case 'GenerateDataKey':
        return this.generateDataKey(call);
      case 'DescribeKey':
        return { KeyMetadata: describe(this.keyOfCall(call)) };
      case 'ListKeys':
        return {
          Keys: [...this.keys.values()]
            .filter((key) => key.accountId === accountId && key.region === call.region)
            .map((key) => ({ KeyId: key.keyId, KeyArn: key.arn })),
          Truncated: false,
        };
      case 'ListAliases':
        return { Aliases: this.listAliases(accountId, call.region), Truncated: false };
      default:
        throw notImplemented('kms', call.operation);
    }
  }

  private encrypt(call: Call): unknown {
    const key = usable(this.keyOfCall(call));
    const plaintext = blobOf(call.input.Plaintext, 'plaintext');
    if (plaintext.length === 0 || plaintext.length > MOST_PLAINTEXT_BYTES) {
      throw new ServiceFault('ValidationException', `plaintext must have 1 to ${MOST_PLAINTEXT_BYTES} bytes`);
    }
    const CiphertextBlob = seal(key, plaintext, call.input.EncryptionContext ?? {}, this.bytes(12));
    return { CiphertextBlob, KeyId: key.arn, EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' };
  }

  private decrypt(call: Call): unknown {
    const key = usable(this.keyOfCall(call));
    const blob = blobOf(call.input.CiphertextBlob, 'ciphertextBlob');
    const Plaintext = open(key, blob, call.input.EncryptionContext ?? {});
    if (Plaintext === undefined) throw new ServiceFault('InvalidCiphertextException', 'null');
    return { Plaintext, KeyId: key.arn, EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' };
  }

  private generateDataKey(call: Call): unknown {
    const key = usable(this.keyOfCall(call));
    const size = call.input.NumberOfBytes ?? DATA_KEY_BYTES[call.input.KeySpec];
    if (!Number.isInteger(size) || size < 1 || size > 1024) {
      throw new ServiceFault('ValidationException', 'Please specify either number of bytes or key spec.');
    }
    const Plaintext = this.bytes(size);
    const CiphertextBlob = seal(key, Plaintext, call.input.EncryptionContext ?? {}, this.bytes(12));
    return { CiphertextBlob, Plaintext, KeyId: key.arn };
  }

  private need(key: Key, action: string, principal: Principal): Omit<AccessNeed, 'context'> {
    const resourcePolicies = [key.policy];
    return { action, resources: [key.arn], resourcePolicies, resourceAccountId: key.accountId ?? principal.accountId };
  }

  private keyOfCall({ operation, input, principal, region }: Call): Key {
    if (operation === 'Decrypt' && input.KeyId === undefined) {
      return this.find(keyIdOf(blobOf(input.CiphertextBlob, 'ciphertextBlob')), principal.accountId, region);
    }
    return this.find(String(input.KeyId), principal.accountId, region);
  }

  /** By id, key ARN, alias name or alias ARN. */
  private find(nameOrArn: string, accountId: string, region: string): Key {
    const isAlias = nameOrArn.startsWith('alias/');
    const full = nameOrArn.startsWith('arn:')
      ? nameOrArn
      : arn('kms', region, accountId, isAlias ? nameOrArn : `key/${nameOrArn}`);
    const key = this.keys.get(this.aliases.get(full) ?? full);
    if (key !== undefined) return key;
    throw new ServiceFault('NotFoundException', `${isAlias ? 'Alias' : 'Key'} '${full}' does not exist`);
  }

  private keyPolicy(input: ResourceInput): PolicyDocument {
    const label = `key policy of ${input.stackName}/${input.logicalId}`;
    // AWS: without a policy a key gets the default one, which leaves everything to the account's IAM policies.
    const fallback = {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { AWS: `arn:aws:iam::${input.accountId}:root` },
          Action: 'kms:*',
          Resource: '*',
        },
      ],
    };
    return this.options.authorizer.checkResourcePolicy(input.properties.KeyPolicy ?? fallback, label);
  }

  private listAliases(accountId: string, region: string): unknown[] {
    const prefix = arn('kms', region, accountId, '');
    return [...this.aliases]
      .filter(([aliasArn]) => aliasArn.startsWith(prefix))
      .map(([aliasArn, keyArn]) => ({
        AliasName: aliasArn.slice(prefix.length),
        AliasArn: aliasArn,
        TargetKeyId: keyArn.split('/')[1],
      }));
  }

  private bytes(size: number): Buffer {
    return Buffer.from(Array.from({ length: size }, () => Math.floor(this.options.random() * 256)));
  }
}

function usable(key: Key): Key {
  if (!key.enabled) throw new ServiceFault('DisabledException', `${key.arn} is disabled.`);
  return key;
}

/** Blobs arrive as base64 over the wire and as bytes from within. */
function blobOf(value: unknown, member: string): Buffer {
  if (typeof value === 'string') return Buffer.from(value, 'base64');
  if (value instanceof Uint8Array) return Buffer.from(value);
  throw new ServiceFault('ValidationException', `${member} is required`);
}

function describe(key: Key): unknown {
  return {
    AWSAccountId: key.accountId,
    KeyId: key.keyId,
    Arn: key.arn,
    CreationDate: new Date(key.createdAtMs),
    Enabled: key.enabled,
    Description: key.description,
    KeyUsage: 'ENCRYPT_DECRYPT',
    KeyState: key.enabled ? 'Enabled' : 'Disabled',
    Origin: 'AWS_KMS',
    KeyManager: 'CUSTOMER',
    CustomerMasterKeySpec: 'SYMMETRIC_DEFAULT',
    KeySpec: 'SYMMETRIC_DEFAULT',
    EncryptionAlgorithms: ['SYMMETRIC_DEFAULT'],
    MultiRegion: false,
  };
}

function uuidOf(identity: string): string {
  const hex = createHash('sha256').update(identity).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
}
