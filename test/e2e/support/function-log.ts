import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import { administratorOf, type LocalCloud, REGION, TARGET } from './local-cloud';

/** What a function has logged as JSON so far, those lines that contain `term`. */
export async function loggedBy(
  cloud: LocalCloud,
  functionName: string,
  term: string,
  // biome-ignore lint/suspicious/noExplicitAny: fields are compared as they are
): Promise<any[]> {
  const { events = [] } = await filterLogEvents(cloud, {
    logGroupName: `/aws/lambda/${functionName}`,
    filterPattern: JSON.stringify(term),
  });
  return events.map(({ message }) => JSON.parse(message));
}

async function filterLogEvents(cloud: LocalCloud, input: unknown): Promise<{ events?: { message: string }[] }> {
  const { hostname, port, host, protocol, origin } = new URL(cloud.url);
  const credentials = administratorOf(TARGET);
  const signer = new SignatureV4({ service: 'logs', region: REGION, credentials, sha256: Sha256 });
  const body = JSON.stringify(input);
  const headers = {
    host,
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': 'Logs_20140328.FilterLogEvents',
  };
  const signed = await signer.sign({
    method: 'POST',
    protocol,
    hostname,
    port: Number(port),
    path: '/',
    headers,
    body,
  });
  const answer = await fetch(origin, { method: 'POST', headers: signed.headers, body });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`FilterLogEvents: ${answer.status} ${text}`);
  return JSON.parse(text);
}
