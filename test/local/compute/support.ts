import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ResourceInput } from '../../../local/assembly/resource';
import { SimulatedClock, seededRandom } from '../../../local/clock';
import { Lambda } from '../../../local/cloud/lambda/lambda';
import { Logs } from '../../../local/cloud/logs';
import type { ResourceAuthorizer } from '../../../local/cloud/resource-authorizer';
import type { AuthorizationRequest, Call, PolicyDocument, Principal } from '../../../local/cloud/service';
import { ServiceFault } from '../../../local/cloud/service';

export const ACCOUNT = '333333333333';
export const REGION = 'eu-west-1';
export const ROLE = `arn:aws:iam::${ACCOUNT}:role/executor`;
export const ADMINISTRATOR: Principal = {
  kind: 'accountKey',
  accountId: ACCOUNT,
  arn: `arn:aws:iam::${ACCOUNT}:root`,
};

/** Allows everything but the actions in `denied`, and remembers what was asked. */
export class OpenAuthorizer implements ResourceAuthorizer {
  readonly denied = new Set<string>();
  readonly asked: AuthorizationRequest[] = [];

  authorize(request: AuthorizationRequest): void {
    this.asked.push(request);
    if (!this.denied.has(request.action)) return;
    throw new ServiceFault('AccessDeniedException', `${request.principal.arn} may not ${request.action}`, 403);
  }

  checkResourcePolicy(document: unknown): PolicyDocument {
    return document as PolicyDocument;
  }

  actions(): string[] {
    return this.asked.map((request) => request.action);
  }
}

export function resource(logicalId: string, properties: Record<string, unknown>): ResourceInput {
  return { accountId: ACCOUNT, region: REGION, stackName: 'test', logicalId, properties };
}

export function call(operation: string, input: unknown): Call {
  return { operation, input, principal: ADMINISTRATOR, region: REGION };
}

/** A local Lambda with handlers written to a temporary folder. `close` ends everything. */
export class LambdaBench {
  readonly clock: SimulatedClock;
  readonly authorizer = new OpenAuthorizer();
  readonly logs: Logs;
  readonly lambda: Lambda;
  /** Simulated seconds for which the credentials of an instance are good. */
  credentialSeconds = 12 * 3600;
  endpoint = 'http://127.0.0.1:1';
  private readonly folder = mkdtempSync(join(tmpdir(), 'functions-'));

  constructor(speed = 100) {
    this.clock = new SimulatedClock(speed, Date.UTC(2030, 0, 1));
    this.logs = new Logs({ clock: this.clock, authorizer: this.authorizer });
    this.lambda = new Lambda({
      clock: this.clock,
      random: seededRandom(7),
      authorizer: this.authorizer,
      logs: this.logs,
      endpoint: () => this.endpoint,
      assetPath: (properties) => join(this.folder, String((properties.Code as { S3Key: string }).S3Key)),
      roleCredentials: (roleArn) => {
        if (roleArn !== ROLE) throw new ServiceFault('InvalidParameterValueException', 'role cannot be assumed');
        const expiration = new Date(this.clock.now() + this.credentialSeconds * 1000);
        return { accessKeyId: 'ASIATEST', secretAccessKey: 'secret', sessionToken: 'token', expiration };
      },
    });
  }

  /** Deploys a handler: the body of `async function (event, context)`. Answers with the function's ARN. */
  deploy(name: string, body: string, properties: Record<string, unknown> = {}): string {
    return this.deploySource(name, `exports.handler = async (event, context) => {\n${body}\n};`, properties);
  }

  deploySource(name: string, source: string, properties: Record<string, unknown> = {}): string {
    const directory = join(this.folder, name);
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, 'index.js'), source);
    const { attributes } = this.lambda.createFunction(
      resource(name, {
        FunctionName: name,
        Code: { S3Bucket: 'assets', S3Key: name },
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
        Role: ROLE,
        ...properties,
      }),
    );
    return attributes.Arn ?? '';
  }

  invoke(functionArn: string, payload: unknown = {}) {
    return this.lambda.invoke({ functionArn, payload, principal: ADMINISTRATOR });
  }

  async messages(group: string): Promise<string[]> {
    const answer = (await this.logs.handle(call('FilterLogEvents', { logGroupName: group }))) as {
      events: { message: string }[];
    };
    return answer.events.map(({ message }) => message);
  }

  async close(): Promise<void> {
    await this.lambda.stop();
    this.clock.stop();
    rmSync(this.folder, { recursive: true });
  }
}

/** Looks before `until` gives up: a minute at least, so that a busy machine fails no test. */
const MOST_LOOKS = 30_000;

/** Waits, in real time but without a fixed length, until `condition` holds. */
export async function until(condition: () => boolean): Promise<void> {
  for (let looks = 0; !condition(); looks += 1) {
    if (looks > MOST_LOOKS) throw new Error(`waited in vain for ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
