import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { HttpRequest, HttpResponse } from './protocol';

/** Larger than any body the AWS APIs in use accept (Lambda payloads and API bodies have smaller limits of their own). */
const LARGEST_BODY_BYTES = 64 * 1024 * 1024;
/**
 * How long an idle connection stays open: longer than any client keeps one in its pool, so that the server never
 * closes a connection on which a client just sends its next request.
 */
const KEEP_ALIVE_MS = 10 * 60 * 1000;

export type HttpHandler = (request: HttpRequest) => Promise<HttpResponse>;

/** An HTTP server on the loopback interface only. `handler` must not reject. */
export class HttpServer {
  private readonly server: Server;

  constructor(handler: HttpHandler) {
    this.server = createServer((incoming, outgoing) => {
      void answer(incoming, outgoing, handler);
    });
    this.server.keepAliveTimeout = KEEP_ALIVE_MS;
    this.server.headersTimeout = KEEP_ALIVE_MS + 1000;
    this.server.requestTimeout = 0;
  }

  /** Port 0 takes a free one. Resolves with the port; rejects with the system's error (`EADDRINUSE`). */
  listen(port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(port, '127.0.0.1', () => {
        this.server.removeListener('error', reject);
        const address = this.server.address();
        resolve(typeof address === 'object' && address !== null ? address.port : port);
      });
    });
  }

  /** Ends all connections, also those with a request under way. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      this.server.close(() => resolve());
      this.server.closeAllConnections();
    });
  }
}

async function answer(incoming: IncomingMessage, outgoing: ServerResponse, handler: HttpHandler): Promise<void> {
  const body = await readBody(incoming).catch(() => undefined);
  if (body === undefined) {
    outgoing.writeHead(413, { connection: 'close' }).end();
    return;
  }
  const response = await handler(toRequest(incoming, body));
  try {
    write(incoming, outgoing, response);
  } catch (error) {
    // A handler (or a function behind it) gave a header that HTTP cannot carry.
    outgoing.writeHead(500, { 'content-type': 'text/plain; charset=utf-8' }).end(String(error));
  }
}

function write(incoming: IncomingMessage, outgoing: ServerResponse, response: HttpResponse): void {
  for (const [name, value] of Object.entries(response.headers)) outgoing.setHeader(name, value);
  for (const [name, values] of Object.entries(response.multiValueHeaders ?? {})) outgoing.setHeader(name, [...values]);
  outgoing.statusCode = response.statusCode;
  // An answer to HEAD states the length of the body it does not have: the protocol sets it.
  if (incoming.method === 'HEAD') {
    outgoing.end();
    return;
  }
  outgoing.setHeader('content-length', Buffer.byteLength(response.body));
  outgoing.end(response.body);
}

function toRequest(incoming: IncomingMessage, body: Buffer): HttpRequest {
  const url = incoming.url ?? '/';
  const mark = url.indexOf('?');
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return {
    method: incoming.method ?? 'GET',
    path: mark < 0 ? url : url.slice(0, mark),
    query: mark < 0 ? '' : url.slice(mark + 1),
    headers,
    rawHeaders: incoming.rawHeaders,
    body,
  };
}

function readBody(incoming: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    incoming.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= LARGEST_BODY_BYTES) chunks.push(chunk);
      else reject(new Error('body too large'));
    });
    incoming.on('end', () => resolve(Buffer.concat(chunks, size)));
    incoming.on('error', reject);
  });
}
