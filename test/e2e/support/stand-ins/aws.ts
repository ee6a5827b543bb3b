import { readFileSync } from 'node:fs';
import { basename } from 'node:path';

/** What of an SDK package is needed to run any of its operations by name. */
type Package = Readonly<Record<string, unknown>>;
type Client = { send(command: object): Promise<Readonly<Record<string, unknown>>> };

/** Each loaded only when it is asked for: they take longer than the call. */
const PACKAGES: Readonly<Record<string, { readonly load: () => Promise<Package>; readonly client: string }>> = {
  'sso-admin': { load: () => import('@aws-sdk/client-sso-admin'), client: 'SSOAdminClient' },
  identitystore: { load: () => import('@aws-sdk/client-identitystore'), client: 'IdentitystoreClient' },
  organizations: { load: () => import('@aws-sdk/client-organizations'), client: 'OrganizationsClient' },
  stepfunctions: { load: () => import('@aws-sdk/client-sfn'), client: 'SFNClient' },
  sts: { load: () => import('@aws-sdk/client-sts'), client: 'STSClient' },
};

/** As much of the `aws` command line as the documents use, for machines that have none. */
async function main(): Promise<void> {
  const [option, endpoint = '', service = '', operation = '', ...others] = process.argv.slice(2);
  if (option !== '--endpoint-url') throw new Error('expected --endpoint-url first');
  if (service === 's3') return runS3(endpoint, operation, others);
  const { load, client } = PACKAGES[service] ?? unknown(service);
  const all = await load();
  const Command = all[`${pascal(operation)}Command`] as new (input: object) => object;
  const SdkClient = all[client] as new (configuration: object) => Client;
  const { $metadata: _, ...output } = await new SdkClient({ endpoint, region: region() }).send(
    new Command(inputOf(service, others)),
  );
  process.stdout.write(`${JSON.stringify(output, undefined, 4)}\n`);
}

async function runS3(endpoint: string, operation: string, [first = '', second = '']: readonly string[]) {
  const { ListObjectsV2Command, PutObjectCommand, S3Client } = await import('@aws-sdk/client-s3');
  const client = new S3Client({ endpoint, region: region(), forcePathStyle: true });
  if (operation === 'cp') {
    const { bucket, key } = location(second);
    const Key = key.endsWith('/') ? `${key}${basename(first)}` : key;
    await client.send(new PutObjectCommand({ Bucket: bucket, Key, Body: readFileSync(first) }));
    process.stdout.write(`upload: ${first} to s3://${bucket}/${Key}\n`);
  } else if (operation === 'ls') {
    const { bucket, key } = location(first);
    const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: key }));
    for (const { Key = '', Size } of Contents) process.stdout.write(`${Size} ${Key.slice(key.length)}\n`);
  } else unknown(`s3 ${operation}`);
}

/** `--account-id 123456789012 …` as the input of the operation. */
function inputOf(service: string, words: readonly string[]): Record<string, string> {
  // The API of Step Functions begins its members with a small letter, the others with a capital one.
  const name = service === 'stepfunctions' ? camel : pascal;
  const options = words.flatMap((word, index) =>
    index % 2 === 0 ? [[name(word.slice(2)), words[index + 1] ?? '']] : [],
  );
  return Object.fromEntries(options);
}

function location(address: string): { bucket: string; key: string } {
  const [, bucket = '', key = ''] = /^s3:\/\/([^/]+)\/(.*)$/.exec(address) ?? [];
  return { bucket, key };
}

function pascal(kebab: string): string {
  const name = camel(kebab);
  return `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`;
}

function camel(kebab: string): string {
  return kebab.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}

function region(): string {
  return process.env.AWS_DEFAULT_REGION ?? '';
}

function unknown(what: string): never {
  throw new Error(`This stand-in does not know ${what}.`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error}\n`);
  process.exit(255);
});
