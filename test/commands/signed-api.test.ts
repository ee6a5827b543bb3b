import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { apiOf } from '../../bin/commands/command-line';
import { SignedApi } from '../../bin/commands/signed-api';
import { loadConfiguration } from '../../lib/config';

interface Received {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly authorization: string | undefined;
  readonly body: string;
}

/** Answers given statuses, one after the other, and keeps what it was asked. */
class TestServer {
  readonly received: Received[] = [];
  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async answering(...statuses: readonly number[]): Promise<TestServer> {
    const left = [...statuses];
    const server = createServer(async (request, response) => {
      const { method, url, headers } = request;
      started.received.push({ method, url, authorization: headers.authorization, body: await textOf(request) });
      const status = left.shift() ?? 200;
      response.writeHead(status).end(JSON.stringify({ message: `answer ${status}` }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const started = new TestServer(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}/prod/`);
    servers.push(started);
    return started;
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}

const servers: TestServer[] = [];
const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = process.env;
beforeAll(() => {
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: '333333333333', AWS_SECRET_ACCESS_KEY: 'any' });
});
afterAll(() => {
  for (const server of servers) server.stop();
  for (const [name, value] of Object.entries({ AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY })) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
});

test('a query reaches the API as it is signed, whatever it holds', async () => {
  const server = await TestServer.answering();
  const linkData = "account_tag%a + b^c/d%Ps%50%25 'x' (y)*!~&=?ü%GROUP%ssofile";
  await new SignedApi(server.url, 'eu-west-1').get('/links', { linkData });
  const [{ url = '', authorization } = {} as Received] = server.received;
  expect(url).toMatch(/^\/prod\/links\?linkData=[\w.~%-]+$/);
  expect(new URL(url, server.url).searchParams.get('linkData')).toBe(linkData);
  expect(authorization).toMatch(/^AWS4-HMAC-SHA256 Credential=333333333333\/\d{8}\/eu-west-1\/execute-api\//);
});

test('a body is posted as JSON, and again while the API says to try again', async () => {
  const server = await TestServer.answering(429, 503);
  const body = { action: 'create', linkData: 'ü' };
  expect(await new SignedApi(server.url, 'eu-west-1').post('/postLinkData', body, { dryRun: 'true' })).toEqual({
    message: 'answer 200',
  });
  const asked = { method: 'POST', url: '/prod/postLinkData?dryRun=true', body: JSON.stringify(body) };
  expect(server.received).toMatchObject([asked, asked, asked]);
});

test('a refusal is told with what was asked, and what is missing', async () => {
  const api = new SignedApi((await TestServer.answering(403, 400)).url, 'eu-west-1');
  await expect(api.get('/links')).rejects.toThrow('403: your credentials need execute-api:Invoke on GET /links');
  await expect(api.get('/links')).rejects.toThrow('GET /links was answered 400: {"message":"answer 400"}');
});

test('without the URL of the API a command says how to look it up', () => {
  const configuration = loadConfiguration('local');
  const command = /--api: .*--stack-name local-identity-center-extensions-controller .*linkApiendpointURL/;
  for (const url of [undefined, 'nonsense']) expect(() => apiOf(configuration, url)).toThrow(command);
  expect(apiOf(configuration, 'https://example.com/prod/')).toBeInstanceOf(SignedApi);
});
