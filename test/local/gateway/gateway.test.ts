import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { ListRootsCommand, OrganizationsClient } from '@aws-sdk/client-organizations';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DescribeExecutionCommand, SFNClient } from '@aws-sdk/client-sfn';
import { GetTopicAttributesCommand, PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { ListInstancesCommand, SSOAdminClient } from '@aws-sdk/client-sso-admin';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { ServiceFault } from '../../../local/cloud/service';
import { assume, type Credentials, clientOf, type Endpoint, startEndpoint } from './endpoint';

const TARGET = '333333333333';
const TESTER = `arn:aws:iam::${TARGET}:role/tester`;

let endpoint: Endpoint;

beforeEach(async () => {
  endpoint = await startEndpoint('sso', 'organizations', 'dynamodb', 'states', 'sns', 'sqs', 'lambda', 's3');
  endpoint.iam.createOtherRole({
    accountId: TARGET,
    name: 'tester',
    allow: ['sso:ListInstances', 'dynamodb:*', 'sns:*', 's3:PutObject'],
  });
});

afterEach(() => endpoint.close());

const sso = (credentials: string | Credentials) => new SSOAdminClient(clientOf(endpoint, credentials));
const sts = (credentials: string | Credentials) => new STSClient(clientOf(endpoint, credentials));
const post = (headers: Record<string, string>, body = '{}') =>
  fetch(endpoint.endpoint, { method: 'POST', headers, body });

describe('protocols', () => {
  test('AWS JSON: dates are epoch seconds, the call has account and Region', async () => {
    const CreatedDate = new Date('2026-11-20T10:00:00.250Z');
    endpoint.fake('sso').answer = () => ({ Instances: [{ Name: 'ü & 漢字', CreatedDate }] });
    const output = await sso(TARGET).send(new ListInstancesCommand({ MaxResults: 7 }));
    expect(output.Instances).toEqual([{ Name: 'ü & 漢字', CreatedDate }]);
    expect(endpoint.fake('sso').calls).toEqual([
      {
        operation: 'ListInstances',
        input: { MaxResults: 7 },
        region: 'eu-west-1',
        principal: { kind: 'accountKey', accountId: TARGET, arn: `arn:aws:iam::${TARGET}:root` },
      },
    ]);
  });

  test('AWS JSON: bytes are base64', async () => {
    endpoint.fake('dynamodb').answer = () => ({ Item: { b: { B: Buffer.from([1, 2, 3]) } } });
    const client = new DynamoDBClient(clientOf(endpoint, TARGET));
    const output = await client.send(new GetItemCommand({ TableName: 't', Key: { pk: { S: 'x' } } }));
    expect(Buffer.from(output.Item?.b?.B ?? [])).toEqual(Buffer.from([1, 2, 3]));
  });

  test('AWS JSON: faults keep code, message and members', async () => {
    endpoint.fake('dynamodb').answer = () => {
      throw new ServiceFault('TransactionCanceledException', 'cancelled [None]', 400, {
        CancellationReasons: [{ Code: 'None' }],
      });
    };
    const client = new DynamoDBClient(clientOf(endpoint, TARGET));
    const call = client.send(new GetItemCommand({ TableName: 't', Key: { pk: { S: 'x' } } }));
    await expect(call).rejects.toMatchObject({
      name: 'TransactionCanceledException',
      message: 'cancelled [None]',
      CancellationReasons: [{ Code: 'None' }],
    });
  });

  test('AWS Query: lists, maps and special characters both ways', async () => {
    endpoint.fake('sns').answer = ({ operation }) =>
      operation === 'Publish' ? { MessageId: 'id-1' } : { Attributes: { Policy: '{"a":"<&>"}', Owner: TARGET } };
    const client = new SNSClient(clientOf(endpoint, TARGET));
    const TopicArn = `arn:aws:sns:eu-west-1:${TARGET}:t`;
    const MessageAttributes = { kind: { DataType: 'String', StringValue: 'ä+b=&%25' } };
    const published = await client.send(new PublishCommand({ TopicArn, Message: 'line\nä & <b>', MessageAttributes }));
    expect(published.MessageId).toBe('id-1');
    const { Attributes } = await client.send(new GetTopicAttributesCommand({ TopicArn }));
    expect(Attributes).toEqual({ Policy: '{"a":"<&>"}', Owner: TARGET });
    expect(endpoint.fake('sns').calls[0]?.input).toEqual({ TopicArn, Message: 'line\nä & <b>', MessageAttributes });
  });

  test('AWS Query: faults', async () => {
    endpoint.fake('sns').answer = () => {
      throw new ServiceFault('NotFound', 'Topic does not exist', 404);
    };
    const client = new SNSClient(clientOf(endpoint, TARGET));
    const call = client.send(new GetTopicAttributesCommand({ TopicArn: 'arn:aws:sns:eu-west-1:1:t' }));
    await expect(call).rejects.toMatchObject({ name: 'NotFoundException', message: 'Topic does not exist' });
  });

  test('Lambda: Invoke carries payload and function error', async () => {
    endpoint.fake('lambda').answer = ({ input }) => ({
      StatusCode: 200,
      FunctionError: 'Unhandled',
      Payload: Buffer.from(JSON.stringify({ got: JSON.parse(input.Payload.toString()), name: input.FunctionName })),
    });
    const url = `${endpoint.endpoint}/2015-03-31/functions/my%3Afunction/invocations`;
    const authorization = `AWS4-HMAC-SHA256 Credential=${TARGET}/20261120/eu-west-1/lambda/aws4_request, SignedHeaders=host, Signature=x`;
    const response = await fetch(url, { method: 'POST', headers: { authorization }, body: '{"a":1}' });
    expect(response.headers.get('x-amz-function-error')).toBe('Unhandled');
    expect(await response.json()).toEqual({ got: { a: 1 }, name: 'my:function' });
  });

  test.each([
    ['no JSON', '{', 'SerializationException'],
    ['no object', '[]', 'SerializationException'],
  ])('a body that is %s is 400', async (_name, body, code) => {
    const response = await post(signedFor('sso', 'SWBExternalService.ListInstances'), body);
    expect([response.status, response.headers.get('x-amzn-errortype')]).toEqual([400, code]);
  });

  test('a target of another service is refused', async () => {
    const response = await post(signedFor('sso', 'AWSIdentityStore.ListGroups'));
    expect(await response.json()).toMatchObject({ __type: 'com.amazonaws.swbexternal#UnknownOperationException' });
  });

  test('a service that is not there is refused by name', async () => {
    const response = await post(signedFor('ec2', ''), 'Action=DescribeInstances');
    expect([response.status, await response.text()]).toEqual([501, expect.stringContaining('does not implement ec2')]);
  });

  test('rpc-v2-cbor is refused by name', async () => {
    const response = await post({ ...signedFor('monitoring', ''), 'smithy-protocol': 'rpc-v2-cbor' });
    expect(response.status).toBe(501);
    expect(await response.text()).toContain('does not implement the rpc-v2-cbor protocol');
  });

  test('a defect of a service shows as 500 with its message', async () => {
    endpoint.fake('sso').answer = () => {
      throw new Error('oops');
    };
    const call = sso(TARGET).send(new ListInstancesCommand({}));
    await expect(call).rejects.toMatchObject({ name: 'InternalServerError', message: expect.stringContaining('oops') });
  });
});

function signedFor(service: string, target: string): Record<string, string> {
  const credential = `Credential=${TARGET}/20261120/eu-west-1/${service}/aws4_request`;
  return {
    authorization: `AWS4-HMAC-SHA256 ${credential}, SignedHeaders=host, Signature=x`,
    'x-amz-target': target,
  };
}

describe('who calls', () => {
  test('GetCallerIdentity of an account key and of a session', async () => {
    expect(await sts(TARGET).send(new GetCallerIdentityCommand({}))).toMatchObject({
      Account: TARGET,
      UserId: TARGET,
      Arn: `arn:aws:iam::${TARGET}:root`,
    });
    const session = assume(endpoint, TESTER, 'me');
    expect(await sts(session).send(new GetCallerIdentityCommand({}))).toMatchObject({
      Account: TARGET,
      UserId: expect.stringMatching(/^AROA\w+:me$/),
      Arn: `arn:aws:sts::${TARGET}:assumed-role/tester/me`,
    });
  });

  test('AssumeRole hands out credentials that work', async () => {
    const command = new AssumeRoleCommand({ RoleArn: TESTER, RoleSessionName: 'me', DurationSeconds: 900 });
    const { Credentials: keys } = await sts(TARGET).send(command);
    expect(keys?.Expiration).toEqual(new Date(endpoint.clock.now() + 900_000));
    const credentials = {
      accessKeyId: keys?.AccessKeyId ?? '',
      secretAccessKey: keys?.SecretAccessKey ?? '',
      sessionToken: keys?.SessionToken ?? '',
    };
    await sso(credentials).send(new ListInstancesCommand({}));
    expect(endpoint.fake('sso').calls[0]?.principal).toEqual({
      kind: 'role',
      accountId: TARGET,
      arn: `arn:aws:sts::${TARGET}:assumed-role/tester/me`,
      roleArn: TESTER,
      sessionName: 'me',
    });
  });

  const tamper: readonly [string, (keys: Credentials) => Credentials, json: string, xml: string][] = [
    [
      'another secret',
      (keys) => ({ ...keys, secretAccessKey: 'x' }),
      'InvalidSignatureException',
      'SignatureDoesNotMatch',
    ],
    [
      'another token',
      (keys) => ({ ...keys, sessionToken: 'x' }),
      'UnrecognizedClientException',
      'InvalidClientTokenId',
    ],
    [
      'an unknown key',
      (keys) => ({ ...keys, accessKeyId: 'AKIAEXAMPLE' }),
      'UnrecognizedClientException',
      'InvalidClientTokenId',
    ],
  ];
  test.each(tamper)('%s is refused', async (_name, change, json, xml) => {
    const credentials = change(assume(endpoint, TESTER));
    const refused = { $metadata: { httpStatusCode: 403 } };
    await expect(sso(credentials).send(new ListInstancesCommand({}))).rejects.toMatchObject({ ...refused, name: json });
    await expect(sts(credentials).send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({
      ...refused,
      name: xml,
    });
  });

  test('a session that has ended is refused', async () => {
    const credentials = assume(endpoint, TESTER);
    await endpoint.clock.runUntil(endpoint.clock.sleep(3_600_000));
    const expired = { $metadata: { httpStatusCode: 403 }, name: 'ExpiredTokenException' };
    await expect(sso(credentials).send(new ListInstancesCommand({}))).rejects.toMatchObject(expired);
    await expect(sts(credentials).send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({
      Code: 'ExpiredToken',
    });
  });

  test('signatures over S3 keys with any character are understood, and wrong ones are not', async () => {
    const Key = "links_data/account_tag%a^b c%ps+=,.@-%gr%25oup '(é漢)!*&;:%GROUP%ssofile";
    const credentials = assume(endpoint, TESTER);
    const put = (keys: Credentials) =>
      new S3Client(clientOf(endpoint, keys)).send(new PutObjectCommand({ Bucket: 'bucket', Key, Body: 'text' }));
    await put(credentials);
    expect(endpoint.fake('s3').calls[0]?.input).toMatchObject({ Bucket: 'bucket', Key });
    const wrong = put({ ...credentials, secretAccessKey: 'x' });
    await expect(wrong).rejects.toMatchObject({ name: 'SignatureDoesNotMatch', $metadata: { httpStatusCode: 403 } });
  });

  test('a body changed after signing is refused', async () => {
    const credentials = assume(endpoint, TESTER);
    const client = sso(credentials);
    client.middlewareStack.add(
      (next) => (args) => {
        const request = args.request as { body: string; headers: Record<string, string> };
        request.body = '{"MaxResults":8}';
        request.headers['content-length'] = String(request.body.length);
        return next(args);
      },
      { step: 'finalizeRequest', priority: 'low', name: 'tamper' },
    );
    await expect(client.send(new ListInstancesCommand({}))).rejects.toMatchObject({
      name: 'InvalidSignatureException',
    });
  });

  test('a request without signature is 403, in the protocol of the service', async () => {
    const json = await post({ 'x-amz-target': 'SWBExternalService.ListInstances' });
    expect([json.status, await json.json()]).toEqual([
      403,
      expect.objectContaining({ message: 'Missing Authentication Token' }),
    ]);
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const xml = await post(form, 'Action=GetCallerIdentity&Version=2011-06-15');
    expect([xml.status, await xml.text()]).toEqual([
      403,
      expect.stringContaining('<Code>MissingAuthenticationToken</Code>'),
    ]);
  });
});

describe('what the caller may', () => {
  test('a role without the right is denied before the service sees the call, and it is recorded', async () => {
    const client = new OrganizationsClient(clientOf(endpoint, assume(endpoint, TESTER)));
    const denied = {
      name: 'AccessDeniedException',
      message: expect.stringContaining('Missing statement: {"Effect":"Allow"'),
    };
    await expect(client.send(new ListRootsCommand({}))).rejects.toMatchObject(denied);
    expect(endpoint.fake('organizations').calls).toEqual([]);
    expect(endpoint.iam.report().denied).toEqual([{ role: TESTER, action: 'organizations:ListRoots', resource: '*' }]);
  });

  test('an account key does nothing in another account', async () => {
    const client = new SFNClient(clientOf(endpoint, TARGET));
    const executionArn = 'arn:aws:states:eu-west-1:444444444444:execution:m:x';
    const call = client.send(new DescribeExecutionCommand({ executionArn }));
    await expect(call).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });

  test("a resource's policy lets another account in", async () => {
    const queues = endpoint.fake('sqs');
    const QueueUrl = `${endpoint.endpoint}/444444444444/q`;
    const client = new SQSClient({ ...clientOf(endpoint, TARGET), md5: false });
    const send = () => client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' }));
    await expect(send()).rejects.toMatchObject({ name: expect.stringContaining('AccessDenied') });
    const statement = { Effect: 'Allow', Principal: { AWS: TARGET }, Action: 'sqs:SendMessage', Resource: '*' };
    Object.assign(queues, { resourcePoliciesOf: () => [{ Version: '2012-10-17', Statement: [statement] }] });
    await send();
    expect(queues.calls).toHaveLength(1);
  });
});

describe('faults and metrics', () => {
  test('faults touch roles only, with the throttling code of the service', async () => {
    endpoint.gateway.setFaults({ throttle: 1 });
    const credentials = assume(endpoint, TESTER);
    await sso(TARGET).send(new ListInstancesCommand({}));
    const throttled = { name: 'ThrottlingException', message: 'Rate exceeded' };
    await expect(sso(credentials).send(new ListInstancesCommand({}))).rejects.toMatchObject(throttled);
    const table = new DynamoDBClient(clientOf(endpoint, credentials));
    const call = table.send(new GetItemCommand({ TableName: 't', Key: { pk: { S: 'x' } } }));
    await expect(call).rejects.toMatchObject({ name: 'ProvisionedThroughputExceededException' });
    const organization = new OrganizationsClient(clientOf(endpoint, credentials));
    await expect(organization.send(new ListRootsCommand({}))).rejects.toMatchObject({
      name: 'TooManyRequestsException',
    });
    expect(endpoint.observed.map(({ throttled: isThrottled }) => isThrottled)).toEqual([false, true, true, true]);
  });

  test('server errors are 500, and no faults end them', async () => {
    const client = sso(assume(endpoint, TESTER));
    endpoint.gateway.setFaults({ serverError: 1 });
    await expect(client.send(new ListInstancesCommand({}))).rejects.toMatchObject({ name: 'InternalServerError' });
    endpoint.gateway.setFaults({});
    await client.send(new ListInstancesCommand({}));
  });

  test('every call is observed with its caller and outcome', async () => {
    const credentials = assume(endpoint, TESTER);
    await sso(credentials).send(new ListInstancesCommand({}));
    await new OrganizationsClient(clientOf(endpoint, credentials))
      .send(new ListRootsCommand({}))
      .catch(() => undefined);
    expect(endpoint.observed).toEqual([
      expect.objectContaining({
        service: 'sso',
        operation: 'ListInstances',
        principal: expect.objectContaining({ roleArn: TESTER }),
      }),
      expect.objectContaining({ service: 'organizations', operation: 'ListRoots', faultCode: 'AccessDeniedException' }),
    ]);
  });
});

test('routes and the welcome answer without a signature', async () => {
  endpoint.gateway.route('/_local/', async ({ path, query }) => ({
    statusCode: 200,
    headers: {},
    body: `${path} ${query}`,
  }));
  expect(await (await fetch(`${endpoint.endpoint}/_local/x?a=b`)).text()).toBe('/_local/x a=b');
  expect(await (await fetch(endpoint.endpoint)).text()).toBe('hello');
});

test('a body over the limit is 413', async () => {
  const response = await fetch(endpoint.endpoint, { method: 'POST', body: Buffer.alloc(65 * 1024 * 1024) });
  expect(response.status).toBe(413);
});
