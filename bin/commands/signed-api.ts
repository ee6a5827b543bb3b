import { Sha256 } from '@aws-crypto/sha256-js';
import { STSClient } from '@aws-sdk/client-sts';
import { SignatureV4 } from '@smithy/signature-v4';

/** The REST API of an installation, called with somebody's rights. Throws what was refused, in the API's own words. */
export interface Api {
  get(path: string, query?: Readonly<Record<string, string>>): Promise<Answered>;
  post(path: string, body: unknown, query?: Readonly<Record<string, string>>): Promise<Answered>;
}

// biome-ignore lint/suspicious/noExplicitAny: whoever asks knows what the route answers
export type Answered = any;

/** The API refused a request, in its own words. */
export class RefusedByApi extends Error {
  override readonly name = 'RefusedByApi';
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** How often a request is sent, and what lies between, doubled each time: the API answers 429 and 5xx when to try again. */
const MOST_ATTEMPTS = 6;
const FIRST_PAUSE_MS = 250;

/** The API with the caller's own credentials, found as the AWS command line finds them. */
export class SignedApi implements Api {
  private readonly signer: SignatureV4;

  constructor(
    private readonly url: string,
    region: string,
    /** The profile whose credentials are used; default: as the AWS command line finds them. */
    profile?: string,
  ) {
    const chosen = profile === undefined ? {} : { profile };
    const credentials = () => new STSClient({ region, ...chosen }).config.credentials();
    this.signer = new SignatureV4({ service: 'execute-api', region, credentials, sha256: Sha256 });
  }

  get(path: string, query: Readonly<Record<string, string>> = {}): Promise<Answered> {
    return this.ask('GET', path, query);
  }

  post(path: string, body: unknown, query: Readonly<Record<string, string>> = {}): Promise<Answered> {
    return this.ask('POST', path, query, JSON.stringify(body));
  }

  private async ask(method: string, path: string, query: Readonly<Record<string, string>>, body?: string) {
    for (let attempt = 1; ; attempt += 1) {
      const { status, text } = await this.send(method, path, query, body);
      if (status === 200) return JSON.parse(text) as Answered;
      const isPassing = status === 429 || status >= 500;
      if (!isPassing || attempt === MOST_ATTEMPTS) throw new RefusedByApi(status, refusal(method, path, status, text));
      await new Promise((resolve) => setTimeout(resolve, FIRST_PAUSE_MS * 2 ** (attempt - 1)));
    }
  }

  private async send(method: string, path: string, query: Readonly<Record<string, string>>, body?: string) {
    const address = new URL(`${this.url.replace(/\/$/, '')}${path}${printQuery(query)}`);
    const content = body === undefined ? {} : { body };
    const signed = await this.signer.sign({
      method,
      protocol: address.protocol,
      hostname: address.hostname,
      port: Number(address.port),
      path: address.pathname,
      query: { ...query },
      headers: { host: address.host, 'content-type': 'application/json' },
      ...content,
    });
    const answer = await fetch(address, { method, headers: signed.headers, ...content });
    return { status: answer.status, text: await answer.text() };
  }
}

/** As it is signed: every character but letters, digits and `- _ . ~` as percent signs, a space as `%20`. */
function printQuery(query: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(query).map((pair) => pair.map(escaped).join('='));
  return pairs.length > 0 ? `?${pairs.join('&')}` : '';
}

function escaped(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (found) => `%${found.charCodeAt(0).toString(16).toUpperCase()}`);
}

function refusal(method: string, path: string, status: number, text: string): string {
  const remedy = status === 403 ? `: your credentials need execute-api:Invoke on ${method} ${path}` : '';
  return `${method} ${path} was answered ${status}${remedy}: ${text.slice(0, 2_000)}`;
}
