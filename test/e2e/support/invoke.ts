import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import { administratorOf, type LocalCloud, REGION, TARGET } from './local-cloud';

/** Invokes a function and waits for its answer. */
export async function invoke(cloud: LocalCloud, functionName: string, payload: unknown): Promise<unknown> {
  const { hostname, port, host, protocol, origin } = new URL(cloud.url);
  const signer = new SignatureV4({
    service: 'lambda',
    region: REGION,
    credentials: administratorOf(TARGET),
    sha256: Sha256,
  });
  const path = `/2015-03-31/functions/${functionName}/invocations`;
  const body = JSON.stringify(payload);
  const headers = { host, 'content-type': 'application/json' };
  const signed = await signer.sign({ method: 'POST', protocol, hostname, port: Number(port), path, headers, body });
  const answer = await fetch(`${origin}${path}`, { method: 'POST', headers: signed.headers, body });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`Invoke of ${functionName}: ${answer.status} ${text}`);
  return JSON.parse(text);
}
