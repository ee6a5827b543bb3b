import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { marshall } from '@aws-sdk/util-dynamodb';

type Items = readonly Readonly<Record<string, unknown>>[];

/** A file in a folder, with the folders that it needs. */
export function writeBelow(folder: string, path: string, content: string | Buffer = ''): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), content);
}

/** A table as `aws dynamodb scan` prints it. */
export function writeScan(folder: string, name: string, items: Items): void {
  const Items = items.map((item) => marshall(item));
  writeBelow(folder, `tables/${name}.json`, JSON.stringify({ Items, Count: Items.length, ScannedCount: Items.length }));
}

/** A table as DynamoDB exports it to S3, in two files. */
export function writeS3Export(folder: string, name: string, items: Items, summary: object = {}): void {
  const at = `tables/${name}/AWSDynamoDB/01700000000000-abcdef01`;
  const told = { version: '2020-06-30', outputFormat: 'DYNAMODB_JSON', itemCount: items.length, ...summary };
  writeBelow(folder, `${at}/manifest-summary.json`, JSON.stringify(told));
  writeBelow(folder, `${at}/manifest-files.json`, '{"itemCount":0,"dataFileS3Key":"first"}\n');
  const lines = items.map((item) => `${JSON.stringify({ Item: marshall(item) })}\n`);
  writeBelow(folder, `${at}/data/first.json.gz`, gzipSync(lines.slice(0, 1).join('')));
  writeBelow(folder, `${at}/data/second.json.gz`, gzipSync(lines.slice(1).join('')));
}

/** An item of the links table of the predecessor. */
export function linkRow(awsEntityId: string, separator = '%') {
  const [awsEntityType = '', awsEntityData = '', permissionSetName = '', ...rest] = awsEntityId.split(separator);
  const principalType = rest.at(-2) ?? '';
  return {
    awsEntityId,
    awsEntityType,
    awsEntityData,
    permissionSetName,
    principalName: rest.slice(0, -2).join(separator),
    principalType,
  };
}
