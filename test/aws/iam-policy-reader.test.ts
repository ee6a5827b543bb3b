import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { IAMClient } from '@aws-sdk/client-iam';
import { IamPolicyReader, iamClients } from '../../lambda/aws/iam-policy-reader';
import { policyReader } from '../../lambda/aws/policy-clients';
import type { AccountId } from '../../lambda/domain/ids';

const ONE = '444444444444' as AccountId;
const OTHER = '555555555555' as AccountId;

/** IAM of every account: knows these policies (by ARN), fails as told, and keeps what it was asked and by which client. */
function accounts(present: readonly string[] = [], failure?: { readonly name: string; readonly status?: number }) {
  const asked: string[] = [];
  const made: AccountId[] = [];
  const clientOf = (accountId: AccountId) => {
    made.push(accountId);
    const send = async ({ input }: { input: { PolicyArn: string } }) => {
      asked.push(input.PolicyArn);
      const name = failure?.name ?? 'NoSuchEntityException';
      const $metadata = { httpStatusCode: failure?.status ?? 404 };
      if (failure || !present.includes(input.PolicyArn)) throw Object.assign(new Error(name), { name, $metadata });
      return { Policy: { Arn: input.PolicyArn } };
    };
    return { send } as unknown as IAMClient;
  };
  return { asked, made, reader: new IamPolicyReader('aws', clientOf) };
}

test('policies that an account lacks are told in the order they were asked for', async () => {
  const { reader, asked } = accounts([`arn:aws:iam::${ONE}:policy/cmp/1/cmp-1`, `arn:aws:iam::${OTHER}:policy/cmp-3`]);
  expect(await reader.missing(ONE, ['/cmp-3', '/cmp/1/cmp-1', '/name.'])).toEqual(['/cmp-3', '/name.']);
  expect(asked).toEqual(['cmp-3', 'cmp/1/cmp-1', 'name.'].map((policy) => `arn:aws:iam::${ONE}:policy/${policy}`));
});

test('an account that has them all lacks nothing, and without policies nobody is asked', async () => {
  const { reader, asked } = accounts([`arn:aws:iam::${ONE}:policy/cmp-3`]);
  expect(await reader.missing(ONE, ['/cmp-3'])).toEqual([]);
  expect(await reader.missing(ONE, [])).toEqual([]);
  expect(asked).toHaveLength(1);
});

test('policies of another partition are asked for there', async () => {
  const asked: string[] = [];
  const send = async ({ input }: { input: { PolicyArn: string } }) => void asked.push(input.PolicyArn);
  const reader = new IamPolicyReader('aws-cn', () => ({ send }) as unknown as IAMClient);
  expect(await reader.missing(ONE, ['/a/b'])).toEqual([]);
  expect(asked).toEqual([`arn:aws-cn:iam::${ONE}:policy/a/b`]);
});

test.each([
  ['AccessDenied', 403, 'Denied'],
  ['AccessDeniedException', 403, 'Denied'],
  ['Throttling', 400, 'Throttled'],
  ['ServiceFailureException', 500, 'Unavailable'],
])('%s (%d) is thrown as %3$s and never taken for a missing policy', async (name, status, fault) => {
  const { reader } = accounts([], { name, status });
  await expect(reader.missing(ONE, ['/cmp-3'])).rejects.toMatchObject({ name: fault });
});

test('each account has one client, however often it is asked', async () => {
  const { reader, made } = accounts();
  await reader.missing(ONE, ['/a', '/b']);
  await reader.missing(OTHER, ['/a']);
  await reader.missing(ONE, ['/c']);
  expect(made).toEqual([ONE, OTHER]);
});

describe('as IAM itself answers', () => {
  const answer = (status: number, code: string) => ({
    response: {
      statusCode: status,
      headers: { 'content-type': 'text/xml' },
      body: new TextEncoder().encode(
        `<ErrorResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><Error><Type>Sender</Type><Code>${code}</Code><Message>no</Message></Error></ErrorResponse>`,
      ),
    },
  });
  const asking = (status: number, code: string) =>
    new IamPolicyReader(
      'aws',
      () =>
        new IAMClient({
          region: 'eu-west-1',
          credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
          maxAttempts: 1,
          requestHandler: { handle: async () => answer(status, code) },
        }),
    ).missing(ONE, ['/cmp-3']);

  test('NoSuchEntity is a policy that is missing, AccessDenied is not', async () => {
    expect(await asking(404, 'NoSuchEntity')).toEqual(['/cmp-3']);
    await expect(asking(403, 'AccessDenied')).rejects.toMatchObject({ name: 'Denied' });
    await expect(asking(403, 'InvalidClientTokenId')).rejects.toThrow();
  });
});

describe('clients of the accounts', () => {
  const before = { ...process.env };
  let server: Server;
  const bodies: URLSearchParams[] = [];
  let isDenied = false;

  beforeAll(async () => {
    server = createServer((request, response) => {
      let text = '';
      request.on('data', (chunk) => {
        text += String(chunk);
      });
      request.on('end', () => {
        const body = new URLSearchParams(text);
        bodies.push(body);
        response.statusCode = isDenied ? 403 : 200;
        response.setHeader('content-type', 'text/xml');
        response.end(isDenied ? DENIED : body.get('Action') === 'AssumeRole' ? SESSION : POLICY);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    Object.assign(process.env, {
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'own',
      AWS_SECRET_ACCESS_KEY: 'own',
      AWS_ENDPOINT_URL_STS: url,
      AWS_ENDPOINT_URL_IAM: url,
    });
  });
  afterAll(async () => {
    process.env = before;
    await new Promise((resolve) => server.close(resolve));
  });
  beforeEach(() => {
    bodies.length = 0;
    isDenied = false;
  });

  const SESSION = `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>
    <AccessKeyId>key</AccessKeyId><SecretAccessKey>secret</SecretAccessKey><SessionToken>token</SessionToken>
    <Expiration>2999-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`;
  const POLICY = `<GetPolicyResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><GetPolicyResult><Policy>
    <PolicyName>any</PolicyName></Policy></GetPolicyResult></GetPolicyResponse>`;
  const DENIED = `<ErrorResponse><Error><Code>AccessDenied</Code><Message>not you</Message></Error></ErrorResponse>`;

  test('have a session each of the role of the same name, path included', async () => {
    const reader = new IamPolicyReader('aws', iamClients('aws', 'audit/policy-reader'));
    for (const accountId of [ONE, OTHER, ONE]) expect(await reader.missing(accountId, ['/a'])).toEqual([]);
    expect(bodies.map((body) => body.get('RoleArn') ?? body.get('PolicyArn'))).toEqual([
      `arn:aws:iam::${ONE}:role/audit/policy-reader`,
      `arn:aws:iam::${ONE}:policy/a`,
      `arn:aws:iam::${OTHER}:role/audit/policy-reader`,
      `arn:aws:iam::${OTHER}:policy/a`,
      `arn:aws:iam::${ONE}:policy/a`,
    ]);
  });

  test('a role that cannot be assumed says nothing about the policies', async () => {
    isDenied = true;
    const reader = new IamPolicyReader('aws', iamClients('aws', 'policy-reader'));
    await expect(reader.missing(ONE, ['/a'])).rejects.toMatchObject({
      name: 'Unavailable',
      message: expect.stringContaining(`arn:aws:iam::${ONE}:role/policy-reader`),
    });
  });

  test('are there where the configuration names a role', async () => {
    expect(policyReader()).toEqual({});
    Object.assign(process.env, { POLICY_READER_ROLE_NAME: 'policy-reader', PARTITION: 'aws' });
    const { policies } = policyReader();
    expect(await policies?.missing(OTHER, ['/b'])).toEqual([]);
    expect(bodies.map((body) => body.get('Action'))).toEqual(['AssumeRole', 'GetPolicy']);
  });
});
