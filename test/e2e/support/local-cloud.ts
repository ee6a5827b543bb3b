import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Sha256 } from '@aws-crypto/sha256-js';
import { IdentitystoreClient } from '@aws-sdk/client-identitystore';
import { OrganizationsClient } from '@aws-sdk/client-organizations';
import { S3Client } from '@aws-sdk/client-s3';
import {
  DescribePermissionSetCommand,
  ListAccountAssignmentsCommand,
  ListPermissionSetsCommand,
  SSOAdminClient,
} from '@aws-sdk/client-sso-admin';
import { SignatureV4 } from '@smithy/signature-v4';

const PROJECT_ROOT = join(__dirname, '../../..');
const READY_WITHIN_MS = 120_000;
/** Much longer than it takes: a busy machine must not fail a test. */
const SETTLED_WITHIN_SECONDS = 150;
/** `fetch` gives up after 300 seconds without an answer. */
const LONGEST_ANSWER_SECONDS = 240;

export const MANAGEMENT = '111111111111';
export const ADMINISTRATION = '222222222222';
export const TARGET = '333333333333';
export const REGION = 'eu-west-1';
export const INSTANCE_ARN = 'arn:aws:sso:::instance/ssoins-1111222233334444';
export const IDENTITY_STORE_ID = 'd-1234567890';

/** An access key as the local cloud understands it, or one handed out by AssumeRole. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export interface HttpAnswer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: answers are compared as they are
  readonly body: any;
}

export interface StartOptions {
  /** An organization file as an object; default: config/local-organization.yaml. */
  readonly organization?: unknown;
  readonly speed?: number;
  readonly seed?: number;
  /** The Region of target and Identity Center; default: that of config/local.yaml. */
  readonly region?: string;
  /** Default: cold, since no test needs all functions. */
  readonly functions?: 'warm' | 'cold';
  /** More arguments of `npm start`. */
  readonly extra?: readonly string[];
}

export function administratorOf(accountId: string): Credentials {
  return { accessKeyId: accountId, secretAccessKey: 'any' };
}

/** `npm start` in a process of its own, from the assembly that all end-to-end tests share. */
export class LocalCloud {
  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
    private readonly folder: string,
    readonly output: () => string,
    readonly region: string,
  ) {}

  static async start(options: StartOptions = {}): Promise<LocalCloud> {
    const { organization, speed, seed, region = REGION, functions = 'cold', extra = [] } = options;
    const folder = mkdtempSync(join(tmpdir(), 'e2e-cloud-'));
    const file = join(folder, 'organization.json');
    if (organization) writeFileSync(file, JSON.stringify(organization));
    const command = [
      ...['--port', '0', '--assembly', process.env.LOCAL_ASSEMBLY ?? ''],
      ...(organization ? ['--organization', file] : []),
      ...(speed ? ['--speed', String(speed)] : []),
      ...(seed ? ['--seed', String(seed)] : []),
      ...['--functions', functions],
      ...extra,
    ];
    const child = spawn(process.execPath, ['--import', 'tsx', 'local/main.ts', ...command], {
      cwd: PROJECT_ROOT,
      // The channel ends with this process: the local cloud stops then, too.
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    let output = '';
    const url = await new Promise<string>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`The local cloud is not ready:\n${output}`)), READY_WITHIN_MS);
      const read = (chunk: Buffer) => {
        output += chunk.toString();
        const [, found] = /ready on (http:\/\/127\.0\.0\.1:\d+)/.exec(output) ?? [];
        if (!found) return;
        clearTimeout(timer);
        resolve(found);
      };
      child.stdout?.on('data', read);
      child.stderr?.on('data', read);
      child.on('exit', (code) => {
        clearTimeout(timer);
        reject(new Error(`The local cloud ended with ${code}:\n${output}`));
      });
    });
    return new LocalCloud(child, url, folder, () => output, region);
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.child.on('exit', resolve));
    this.child.kill('SIGTERM');
    await ended;
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** A `/_local` route. */
  async local(method: 'GET' | 'POST', path: string, body?: unknown): Promise<HttpAnswer> {
    const answer = await fetch(`${this.url}/_local/${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: answer.status, body: await answer.json() };
  }

  /** Waits until nothing is under way; answers how long that took in simulated seconds since the start. */
  async settle(timeoutSeconds = SETTLED_WITHIN_SECONDS): Promise<number> {
    const patience = Math.min(timeoutSeconds, LONGEST_ANSWER_SECONDS);
    const { status, body } = await this.local('POST', 'settle', { timeoutSeconds: patience });
    if (status === 200) return body.simulatedSeconds;
    if (timeoutSeconds > patience) return this.settle(timeoutSeconds - patience);
    throw new Error(`Not settled: ${JSON.stringify(body)}`);
  }

  /** Simulated time, epoch milliseconds. */
  async now(): Promise<number> {
    return Date.parse((await this.local('GET', 'health')).body.now);
  }

  /** Lets simulated time pass, at once while no function runs. */
  async advance(seconds: number): Promise<void> {
    const timeoutSeconds = LONGEST_ANSWER_SECONDS;
    const { status, body } = await this.local('POST', 'advance', { seconds, timeoutSeconds });
    if (status !== 200) throw new Error(`${seconds} s did not pass: ${JSON.stringify(body)}`);
  }

  async outputNamed(name: string): Promise<string> {
    const { body } = await this.local('GET', 'outputs');
    for (const outputs of Object.values(body as Record<string, Record<string, string>>)) {
      const value = outputs[name];
      if (value) return value;
    }
    throw new Error(`No output ${name}`);
  }

  /** The REST API, signed; `path` begins with `/` and may carry a query. */
  async api(method: 'GET' | 'POST', path: string, body?: unknown, as = administratorOf(TARGET)): Promise<HttpAnswer> {
    const text = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
    const address = new URL(`${(await this.outputNamed('local-linkApi-endpointURL')).replace(/\/$/, '')}${path}`);
    const signer = new SignatureV4({ service: 'execute-api', region: this.region, credentials: as, sha256: Sha256 });
    const signed = await signer.sign({
      method,
      protocol: address.protocol,
      hostname: address.hostname,
      port: Number(address.port),
      path: address.pathname,
      query: Object.fromEntries(address.searchParams),
      headers: { host: address.host, 'content-type': 'application/json' },
      ...(text === undefined ? {} : { body: text }),
    });
    const answer = await fetch(address, {
      method,
      headers: signed.headers,
      ...(text === undefined ? {} : { body: text }),
    });
    return { status: answer.status, body: await answer.json() };
  }

  /** Posts a link in text form and answers the body; fails when it is not accepted. */
  async link(
    action: 'create' | 'delete',
    linkData: string,
  ): Promise<{ requestId: string; linkId: string; message: string }> {
    const { status, body } = await this.api('POST', '/postLinkData', { action, linkData });
    if (status !== 200) throw new Error(`${action} ${linkData}: ${status} ${JSON.stringify(body)}`);
    return body;
  }

  ssoAdmin(as = administratorOf(ADMINISTRATION)): SSOAdminClient {
    return new SSOAdminClient(this.clientOf(as));
  }

  identityStore(as = administratorOf(ADMINISTRATION)): IdentitystoreClient {
    return new IdentitystoreClient(this.clientOf(as));
  }

  organizations(as = administratorOf(MANAGEMENT)): OrganizationsClient {
    return new OrganizationsClient(this.clientOf(as));
  }

  s3(as = administratorOf(TARGET)): S3Client {
    return new S3Client({ ...this.clientOf(as), forcePathStyle: true });
  }

  clientOf(credentials: Credentials) {
    return { endpoint: this.url, region: this.region, credentials, maxAttempts: 5 };
  }

  async permissionSetArn(name: string): Promise<string> {
    const client = this.ssoAdmin();
    let NextToken: string | undefined;
    do {
      const page = await client.send(
        new ListPermissionSetsCommand({ InstanceArn: INSTANCE_ARN, ...(NextToken ? { NextToken } : {}) }),
      );
      for (const PermissionSetArn of page.PermissionSets ?? []) {
        const { PermissionSet } = await client.send(
          new DescribePermissionSetCommand({ InstanceArn: INSTANCE_ARN, PermissionSetArn }),
        );
        if (PermissionSet?.Name === name) return PermissionSetArn;
      }
      NextToken = page.NextToken;
    } while (NextToken);
    throw new Error(`No permission set ${name}`);
  }

  /** Principal ids that hold a permission set in an account, as Identity Center says. */
  async assignedPrincipals(accountId: string, permissionSetArn: string): Promise<string[]> {
    const found: string[] = [];
    let NextToken: string | undefined;
    do {
      const page = await this.ssoAdmin().send(
        new ListAccountAssignmentsCommand({
          InstanceArn: INSTANCE_ARN,
          AccountId: accountId,
          PermissionSetArn: permissionSetArn,
          ...(NextToken ? { NextToken } : {}),
        }),
      );
      found.push(...(page.AccountAssignments ?? []).map(({ PrincipalId = '' }) => PrincipalId));
      NextToken = page.NextToken;
    } while (NextToken);
    return found.sort();
  }
}
