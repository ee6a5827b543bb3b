import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';

/** As much of `curl` as the documents use, for machines that have none. */
async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      silent: { type: 'boolean', short: 's' },
      request: { type: 'string', short: 'X' },
      data: { type: 'string', short: 'd' },
      'write-out': { type: 'string', short: 'w' },
      'aws-sigv4': { type: 'string' },
      user: { type: 'string' },
    },
  });
  const [address = ''] = positionals;
  const { request, user } = values;
  const data = values.data && contentOf(values.data);
  const method = request ?? (data === undefined ? 'GET' : 'POST');
  const form = data === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' };
  const sigv4 = values['aws-sigv4'];
  const unsigned = { method, url: new URL(address), headers: form, ...(data === undefined ? {} : { body: data }) };
  const headers = sigv4 === undefined ? form : await signed(unsigned, sigv4, user ?? ':');
  const answer = await fetch(unsigned.url, { method, headers, ...(data === undefined ? {} : { body: data }) });
  process.stdout.write(await answer.text());
  process.stdout.write((values['write-out'] ?? '').replaceAll('\\n', '\n'));
}

/** `@file` stands for what the file holds, its line ends left out. */
function contentOf(data: string): string {
  return data.startsWith('@') ? readFileSync(data.slice(1), 'utf8').replace(/[\r\n]/g, '') : data;
}

interface Unsigned {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

async function signed({ url, headers, ...request }: Unsigned, sigv4: string, user: string) {
  const [, , region = '', service = ''] = sigv4.split(':');
  const [accessKeyId = '', secretAccessKey = ''] = user.split(':');
  const signer = new SignatureV4({ service, region, credentials: { accessKeyId, secretAccessKey }, sha256: Sha256 });
  const { headers: all } = await signer.sign({
    ...request,
    protocol: url.protocol,
    hostname: url.hostname,
    port: Number(url.port),
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: { ...headers, host: url.host },
  });
  return all;
}

void main();
