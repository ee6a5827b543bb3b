import { type DynamoDBClient, ResourceNotFoundException } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb';
import {
  PREDECESSOR_TABLES,
  type PredecessorData,
  type PredecessorItem,
  type PredecessorTable,
} from '../../lambda/domain/migration/predecessor-data';
import { requireItems } from './predecessor-folder';

/** Reads the four tables of the predecessor's `environment` as they are now. */
export async function readPredecessorTables(
  client: DynamoDBClient,
  environment: string,
): Promise<PredecessorData['tables']> {
  const tables: Partial<Record<PredecessorTable, readonly PredecessorItem[]>> = {};
  for (const table of Object.keys(PREDECESSOR_TABLES) as PredecessorTable[]) {
    const TableName = `${environment}-${table}`;
    const items = await scanned(client, TableName);
    requireItems(table, items, `--tables: ${TableName}`);
    tables[table] = items;
  }
  return tables;
}

async function scanned(client: DynamoDBClient, TableName: string): Promise<PredecessorItem[]> {
  const items: PredecessorItem[] = [];
  const documents = DynamoDBDocumentClient.from(client);
  try {
    for await (const { Items = [] } of paginateScan({ client: documents }, { TableName, ConsistentRead: true }))
      items.push(...Items);
    return items;
  } catch (fault) {
    if (!(fault instanceof ResourceNotFoundException)) throw fault;
    throw new Error(`--tables: there is no table ${TableName} here: expected the Environment of the predecessor.`);
  }
}
