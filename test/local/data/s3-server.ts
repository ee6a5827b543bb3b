import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { S3Client } from '@aws-sdk/client-s3';
import { seededRandom, VirtualClock } from '../../../local/clock';
import type { KeyUse } from '../../../local/cloud/key-use';
import { S3 } from '../../../local/cloud/s3';
import { ServiceFault } from '../../../local/cloud/service';
import { Sqs } from '../../../local/cloud/sqs';
import type { Exchange, HttpRequest, HttpResponse } from '../../../local/gateway/protocol';
import { S3Protocol } from '../../../local/gateway/s3-protocol';
import { ACCOUNT, principal, REGION, resource } from './fixture';
import { PermissiveAuthorizer } from './permissive-authorizer';

export const BUCKET = 'artefacts';
export const BUCKET_ARN = `arn:aws:s3:::${BUCKET}`;
export const QUEUE_ARN = `arn:aws:sqs:${REGION}:${ACCOUNT}:uploads`;

export interface S3World {
  readonly s3: S3;
  readonly sqs: Sqs;
  readonly clock: VirtualClock;
  readonly authorizer: PermissiveAuthorizer;
}

/** A bucket (versioned unless said otherwise) beside a queue. */
export function s3World(
  properties: Record<string, unknown> = {},
  options: { readonly kms?: KeyUse; readonly denied?: string[] } = {},
): S3World {
  const clock = new VirtualClock();
  const random = seededRandom(1);
  const authorizer = new PermissiveAuthorizer(options.denied);
  const sqs = new Sqs({ clock, random, authorizer });
  sqs.createQueue(resource('Uploads', { QueueName: 'uploads' }));
  const s3 = new S3({ clock, random, authorizer, ...(options.kms && { kms: options.kms }) });
  s3.connect({ sqs });
  const versioning = { VersioningConfiguration: { Status: 'Enabled' } };
  s3.createBucket(resource('Artefacts', { BucketName: BUCKET, ...versioning, ...properties }));
  return { s3, sqs, clock, authorizer };
}

/** Serves an S3 model over HTTP with the gateway's protocol, on the loopback interface. */
export class S3Server {
  private constructor(
    private readonly server: Server,
    readonly client: S3Client,
    readonly endpoint: string,
  ) {}

  static async start(s3: S3): Promise<S3Server> {
    const server = createServer(async (incoming, outgoing) => {
      const { statusCode, headers, body } = await respond(s3, await readRequest(incoming));
      outgoing.writeHead(statusCode, headers).end(incoming.method === 'HEAD' ? undefined : body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const credentials = { accessKeyId: ACCOUNT, secretAccessKey: 'any' };
    return new S3Server(server, new S3Client({ endpoint, region: REGION, credentials, maxAttempts: 1 }), endpoint);
  }

  async stop(): Promise<void> {
    this.client.destroy();
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

async function readRequest(incoming: IncomingMessage): Promise<HttpRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const [path = '', query = ''] = (incoming.url ?? '').split('?');
  const headers = Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]);
  return {
    method: incoming.method ?? '',
    path,
    query,
    headers: Object.fromEntries(headers),
    rawHeaders: incoming.rawHeaders,
    body: Buffer.concat(chunks),
  };
}

async function respond(s3: S3, request: HttpRequest): Promise<HttpResponse> {
  const protocol = new S3Protocol();
  let exchange: Exchange = { service: 's3', request, requestId: 'request' };
  try {
    const decoded = protocol.decode(request);
    exchange = { ...exchange, decoded };
    return protocol.encode(exchange, await s3.handle({ ...decoded, principal, region: REGION }));
  } catch (error) {
    if (!(error instanceof ServiceFault)) throw error;
    return protocol.encodeFault(exchange, error);
  }
}
