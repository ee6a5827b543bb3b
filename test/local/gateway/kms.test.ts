import { seededRandom, VirtualClock } from '../../../local/clock';
import { Iam } from '../../../local/cloud/iam';
import { Kms } from '../../../local/cloud/kms';
import type { Call, PolicyStatement, Principal } from '../../../local/cloud/service';
import { ORGANIZATION } from './endpoint';

const ACCOUNT = '333333333333';
const ROLE = `arn:aws:iam::${ACCOUNT}:role/worker`;
const ADMIN: Principal = { kind: 'accountKey', accountId: ACCOUNT, arn: `arn:aws:iam::${ACCOUNT}:root` };
const VIA = 'dynamodb.eu-west-1.amazonaws.com';
const TO_ACCOUNT: PolicyStatement = { Effect: 'Allow', Principal: { AWS: ADMIN.arn }, Action: 'kms:*', Resource: '*' };

function setUp(keyPolicy: PolicyStatement[], identity?: PolicyStatement) {
  const clock = new VirtualClock();
  const iam = new Iam({ clock, organization: ORGANIZATION });
  const kms = new Kms({ clock, random: seededRandom(1), authorizer: iam });
  const at = { accountId: ACCOUNT, region: 'eu-west-1', stackName: 'stack' };
  iam.createRole({
    ...at,
    logicalId: 'Worker',
    properties: {
      RoleName: 'worker',
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { AWS: ACCOUNT }, Action: 'sts:AssumeRole' }],
      },
      Policies: identity && [{ PolicyName: 'p', PolicyDocument: { Version: '2012-10-17', Statement: [identity] } }],
    },
  });
  const KeyPolicy = { Version: '2012-10-17', Statement: keyPolicy };
  const { ref, attributes } = kms.createKey({
    ...at,
    logicalId: 'Key',
    properties: { KeyPolicy, EnableKeyRotation: true },
  });
  kms.createAlias({ ...at, logicalId: 'Alias', properties: { AliasName: 'alias/a', TargetKeyId: ref } });
  const { principal: worker } = iam.assumeRole({ roleArn: ROLE, sessionName: 'session', principal: ADMIN });
  return { iam, kms, keyId: ref, keyArn: attributes.Arn ?? '', worker };
}

const call = (operation: string, input: object): Call => ({ operation, input, principal: ADMIN, region: 'eu-west-1' });

describe('use by services', () => {
  const identity: PolicyStatement = {
    Effect: 'Allow',
    Action: ['kms:Decrypt'],
    Resource: '*',
    Condition: { StringEquals: { 'kms:ViaService': VIA } },
  };

  test('the key policy leaves it to IAM, the identity policy allows it via the service', () => {
    const { kms, keyArn, worker } = setUp([TO_ACCOUNT], identity);
    expect(() => kms.use(keyArn, 'kms:Decrypt', worker, VIA, {})).not.toThrow();
    expect(() => kms.use(keyArn, 'kms:GenerateDataKey', worker, VIA, {})).toThrow('kms:GenerateDataKey on resource');
    expect(() => kms.use(keyArn, 'kms:Decrypt', worker, 'sqs.eu-west-1.amazonaws.com', {})).toThrow('kms:Decrypt');
  });

  test('a service principal needs the key policy', () => {
    const condition = { StringEquals: { 'aws:SourceAccount': ACCOUNT } };
    const Principal = { Service: 'sns.amazonaws.com' };
    const { kms, keyArn } = setUp([
      { Effect: 'Allow', Principal, Action: 'kms:Decrypt', Resource: '*', Condition: condition },
    ]);
    const sns: Principal = { kind: 'service', accountId: ACCOUNT, arn: 'sns.amazonaws.com' };
    expect(() => kms.use(keyArn, 'kms:Decrypt', sns, undefined, { 'aws:sourceaccount': ACCOUNT })).not.toThrow();
    expect(() => kms.use(keyArn, 'kms:Decrypt', sns, undefined, {})).toThrow('Service: sns.amazonaws.com');
  });

  test('the encryption context is part of the conditions', () => {
    const Condition = {
      StringEquals: { 'kms:EncryptionContext:aws:s3:arn': 'b' },
      Null: { 'kms:EncryptionContextKeys': 'false' },
    };
    const { kms, keyArn, worker } = setUp([
      { Effect: 'Allow', Principal: { AWS: ROLE }, Action: 'kms:Decrypt', Resource: '*', Condition },
    ]);
    expect(() =>
      kms.use(keyArn, 'kms:Decrypt', worker, VIA, { 'kms:encryptioncontext:aws:s3:arn': 'b' }),
    ).not.toThrow();
    expect(() => kms.use(keyArn, 'kms:Decrypt', worker, VIA, { 'kms:encryptioncontext:aws:s3:arn': 'c' })).toThrow();
  });
});

describe('API', () => {
  test('encrypts and decrypts under a context', async () => {
    const { kms, keyArn } = setUp([TO_ACCOUNT]);
    const EncryptionContext = { purpose: 'test' };
    const Plaintext = Buffer.from('secret').toString('base64');
    const sealed = await kms.handle(call('Encrypt', { KeyId: 'alias/a', Plaintext, EncryptionContext }));
    const { CiphertextBlob } = sealed as { CiphertextBlob: Buffer };
    const opened = await kms.handle(call('Decrypt', { CiphertextBlob, EncryptionContext }));
    expect(opened).toMatchObject({ KeyId: keyArn, Plaintext: Buffer.from('secret') });
    await expect(kms.handle(call('Decrypt', { CiphertextBlob }))).rejects.toMatchObject({
      code: 'InvalidCiphertextException',
    });
  });

  test('data keys decrypt to what they are', async () => {
    const { kms, keyId } = setUp([TO_ACCOUNT]);
    const generated = await kms.handle(call('GenerateDataKey', { KeyId: keyId, KeySpec: 'AES_256' }));
    const { CiphertextBlob, Plaintext } = generated as { CiphertextBlob: Buffer; Plaintext: Buffer };
    expect(Plaintext).toHaveLength(32);
    expect(await kms.handle(call('Decrypt', { CiphertextBlob }))).toMatchObject({ Plaintext });
  });

  test('knows which key a ciphertext needs', async () => {
    const { kms, keyArn } = setUp([TO_ACCOUNT]);
    const sealed = await kms.handle(call('Encrypt', { KeyId: keyArn, Plaintext: Buffer.from('x') }));
    const { CiphertextBlob } = sealed as { CiphertextBlob: Buffer };
    expect(kms.access(call('Decrypt', { CiphertextBlob }))[0]?.resources).toEqual([keyArn]);
  });

  test('names what does not exist', async () => {
    const { kms } = setUp([TO_ACCOUNT]);
    await expect(kms.handle(call('DescribeKey', { KeyId: 'alias/none' }))).rejects.toMatchObject({
      code: 'NotFoundException',
    });
    await expect(kms.handle(call('CreateKey', {}))).rejects.toThrow('does not implement kms:CreateKey');
  });
});

test('a key policy that names a missing role is refused', () => {
  expect(() => setUp([{ ...TO_ACCOUNT, Principal: { AWS: `${ROLE}-missing` } }])).toThrow(
    'Invalid principal in policy',
  );
});

test('an asymmetric key is refused by name', () => {
  const { kms } = setUp([TO_ACCOUNT]);
  const input = {
    accountId: ACCOUNT,
    region: 'eu-west-1',
    stackName: 's',
    logicalId: 'K',
    properties: { KeySpec: 'RSA_2048' },
  };
  expect(() => kms.createKey(input)).toThrow(
    'KeySpec is not implemented by the local cloud: AWS::KMS::Key property KeySpec',
  );
});
