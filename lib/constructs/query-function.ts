import type { Construct } from 'constructs';
import { BundledFunction } from './bundled-function';
import { type ControllerData, indexesOf, tableVariables } from './controller-data';
import type { Installation } from './installation';

/** The function behind every GET of the API. It can read and nothing else. */
export function createQueryFunction(scope: Construct, installation: Installation, { tables, bucket }: ControllerData) {
  const created = new BundledFunction(scope, 'QueryApi', installation, {
    entry: 'query-api',
    purpose: 'Answers questions about links, permission sets, requests and assignments',
    timeoutSeconds: 29,
    memoryMegabytes: 512,
    environment: {
      ...tableVariables(tables, 'links', 'ledger', 'control', 'permission-sets'),
      ARTEFACTS_BUCKET: bucket.bucketName,
    },
  });
  const { role } = created;
  tables.links.allowItems(role, ['GetItem', 'BatchGetItem', 'Query', 'Scan'], 'Links are shown with how they stand.');
  tables.links.allowIndexes(role, indexesOf('links'), 'A link is found by its id.');
  tables.ledger.allowItems(role, ['BatchGetItem', 'Query', 'Scan'], 'Assignments are shown as the ledger has them.');
  tables.ledger.allowIndexes(
    role,
    indexesOf('ledger'),
    'Assignments are found by account, principal and permission set.',
  );
  const permissionSets = tables['permission-sets'];
  const why = 'Permission sets are shown with how they stand, and with their history.';
  permissionSets.allowItems(role, ['GetItem', 'BatchGetItem', 'Query'], why);
  permissionSets.allowIndexes(
    role,
    indexesOf('permission-sets'),
    'Permission sets are listed in order of their names.',
  );
  tables.control.allowItems(role, ['GetItem', 'Query'], 'A request is shown with its changes.');
  bucket.allowReading(role, 'inventory/', 'What is not managed is shown as the last inventory has it.');
  return created;
}
