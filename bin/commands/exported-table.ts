import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { PredecessorItem } from '../../lambda/domain/migration/predecessor-data';

type Attributes = Parameters<typeof unmarshall>[0];

/** What `aws dynamodb scan` prints, or one line of an export to S3. */
interface Exported {
  readonly Items?: readonly Attributes[];
  readonly NextToken?: unknown;
  readonly LastEvaluatedKey?: unknown;
  readonly Item?: Attributes;
}

interface Summary {
  readonly itemCount?: number;
  readonly outputFormat?: string;
  readonly exportType?: string;
}

const SUMMARY = 'manifest-summary.json';
const GZIP = [0x1f, 0x8b];

/**
 * The items of a table: of a file with the output of `aws dynamodb scan`, or of a folder with an export to S3 in DynamoDB
 * JSON. What is not whole is refused: whatever is missing would look as if it had been deleted.
 */
export function readExportedTable(path: string): PredecessorItem[] {
  return statSync(path).isDirectory() ? itemsOfFolder(path) : itemsOfFile(path);
}

function itemsOfFolder(folder: string): PredecessorItem[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name));
  const summaries = files.filter((file) => file.endsWith(SUMMARY));
  const [summaryFile, ...others] = summaries;
  if (summaryFile === undefined || others.length > 0) {
    throw new Error(`--from: expected one export with its ${SUMMARY} in ${folder}, found ${summaries.length}.`);
  }
  const summary = parsed(readFileSync(summaryFile, 'utf8'), summaryFile) as Summary;
  requireFull(summary, summaryFile);
  const items = files.filter((file) => /[\\/]data[\\/][^\\/]+\.json(\.gz)?$/.test(file)).flatMap(itemsOfFile);
  if (items.length === summary.itemCount) return items;
  throw new Error(`--from: ${summaryFile} tells of ${summary.itemCount} items, but ${items.length} are in ${folder}.`);
}

function requireFull({ outputFormat, exportType }: Summary, file: string): void {
  if (outputFormat !== undefined && outputFormat !== 'DYNAMODB_JSON')
    throw new Error(`--from: ${file}: expected an export in DYNAMODB_JSON, got ${outputFormat}.`);
  if (exportType !== undefined && exportType !== 'FULL_EXPORT')
    throw new Error(`--from: ${file}: expected a full export, got ${exportType}.`);
}

function itemsOfFile(file: string): PredecessorItem[] {
  const bytes = readFileSync(file);
  const isPacked = GZIP.every((byte, index) => bytes[index] === byte);
  const text = (isPacked ? gunzipSync(bytes) : bytes).toString('utf8');
  // AWS: a part of an export may hold nothing.
  if (isPacked && text.trim() === '') return [];
  const documents = /^\s*\{"Item":/.test(text) ? text.split('\n').filter((line) => line.trim() !== '') : [text];
  return documents.flatMap((document) => itemsOf(parsed(document, file), file)).map((item) => unmarshall(item));
}

function itemsOf({ Items, Item, NextToken, LastEvaluatedKey }: Exported, file: string): readonly Attributes[] {
  if (NextToken ?? LastEvaluatedKey)
    throw new Error(`--from: ${file} is only a part of the table: scan it without --max-items and --no-paginate.`);
  if (Item) return [Item];
  if (Array.isArray(Items)) return Items;
  throw new Error(`--from: ${file} holds neither what aws dynamodb scan prints nor an export of a table.`);
}

function parsed(text: string, file: string): Exported & Summary {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`--from: ${file} is not JSON.`);
  }
}
