import { seededRandom, VirtualClock } from '../../../local/clock';
import { Iam } from '../../../local/cloud/iam';
import { Kms } from '../../../local/cloud/kms';
import type { Call, SimulatedService } from '../../../local/cloud/service';
import { Sts } from '../../../local/cloud/sts';
import { Gateway, type ObservedCall } from '../../../local/gateway/gateway';
import { S3Protocol } from '../../../local/gateway/s3-protocol';

export const ORGANIZATION = {
  id: 'o-exampleorg1',
  managementAccountId: '111111111111',
  has: (accountId: string) => accountId !== '999999999999',
};

/** A service that answers what the test says and remembers its calls. */
export class FakeService implements SimulatedService {
  readonly calls: Call[] = [];
  answer: (call: Call) => unknown = () => ({});

  constructor(readonly signingName: string) {}

  async handle(call: Call): Promise<unknown> {
    this.calls.push(call);
    return this.answer(call);
  }
}

/** A gateway on a free port, with real IAM, STS and KMS and fakes of the services named. */
export async function startEndpoint(...fakes: readonly string[]) {
  const clock = new VirtualClock();
  const iam = new Iam({ clock, organization: ORGANIZATION });
  const kms = new Kms({ clock, random: seededRandom(1), authorizer: iam });
  const services = new Map(fakes.map((name) => [name, new FakeService(name)]));
  const gateway = new Gateway({
    clock,
    random: seededRandom(1),
    iam,
    organization: ORGANIZATION,
    services: [iam, new Sts(iam), kms, ...services.values()],
    s3Protocol: new S3Protocol(),
    access: { s3: ({ operation }) => [{ action: `s3:${operation}`, resources: ['*'] }] },
    welcome: 'hello',
  });
  const observed: ObservedCall[] = [];
  gateway.onCall((call) => observed.push(call));
  const port = await gateway.listen(0);
  const endpoint = `http://127.0.0.1:${port}`;
  const fake = (name: string): FakeService => {
    const service = services.get(name);
    if (service === undefined) throw new Error(`no fake ${name}`);
    return service;
  };
  return { clock, iam, kms, gateway, observed, endpoint, fake, close: () => gateway.close() };
}

export type Endpoint = Awaited<ReturnType<typeof startEndpoint>>;

/** Client configuration: an account's administrator, or temporary credentials. */
export function clientOf(endpoint: Endpoint, credentials: string | Credentials) {
  const keys = typeof credentials === 'string' ? { accessKeyId: credentials, secretAccessKey: 'any' } : credentials;
  return { endpoint: endpoint.endpoint, region: 'eu-west-1', credentials: keys, maxAttempts: 1 };
}

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Temporary credentials of a role, assumed by its own account. */
export function assume(endpoint: Endpoint, roleArn: string, sessionName = 'session'): Credentials {
  const accountId = roleArn.split(':')[4] ?? '';
  const principal = { kind: 'accountKey', accountId, arn: `arn:aws:iam::${accountId}:root` } as const;
  return endpoint.iam.assumeRole({ roleArn, sessionName, principal }).credentials;
}
