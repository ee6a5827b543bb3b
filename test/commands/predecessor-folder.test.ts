import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { readPredecessorFolder } from '../../bin/commands/predecessor-folder';
import { readPredecessorTables } from '../../bin/commands/predecessor-tables';
import { temporaryFolder } from '../lib/temporary-folder';
import { linkRow, writeBelow, writeS3Export, writeScan } from '../support/predecessor-folder';

const ONE = 'root%all%Ps%one%GROUP%ssofile';
const TWO = 'root%all%Ps%net/ops%GROUP%ssofile';
const ROWS = [linkRow(ONE), linkRow(TWO)];
const SET = { permissionSetName: 'Ps', tags: [{ Key: 'team', Value: '' }], inlinePolicyDocument: { a: false, b: 1 } };

test('tables and both prefixes are read, files of the system not', () => {
  const folder = temporaryFolder();
  writeScan(folder, 'env-linksTable', ROWS);
  writeS3Export(folder, 'permissionSetTable', [SET, { permissionSetName: 'Other' }]);
  writeScan(folder, 'env-provisionedLinksTable', []);
  // One of its two files is empty.
  writeS3Export(folder, 'env-permissionSetArnTable', [{ permissionSetName: 'Ps', permissionSetArn: 'arn' }]);
  for (const text of [ONE, TWO, '.DS_Store']) writeBelow(folder, `links_data/${text}`);
  writeBelow(folder, 'permission_sets/Ps.json', JSON.stringify(SET));
  writeBelow(folder, 'tables/.DS_Store', 'binary');
  expect(readPredecessorFolder(folder)).toEqual({
    tables: {
      linksTable: ROWS,
      permissionSetTable: [SET, { permissionSetName: 'Other' }],
      provisionedLinksTable: [],
      permissionSetArnTable: [{ permissionSetName: 'Ps', permissionSetArn: 'arn' }],
    },
    linkFiles: [TWO, ONE],
    permissionSetFiles: [{ name: 'Ps.json', content: { ok: true, value: SET } }],
  });
});

test('what was not given is absent, not empty', () => {
  const folder = temporaryFolder();
  writeBelow(folder, `links_data/${ONE}`);
  expect(readPredecessorFolder(folder)).toEqual({ tables: {}, linkFiles: [ONE] });
  expect(() => readPredecessorFolder(temporaryFolder())).toThrow(/--from: expected a folder with tables, links_data/);
});

const page = (more: object) => JSON.stringify({ Items: ROWS.map((row) => marshall(row)), ...more });

test.each<[string, RegExp, (folder: string) => void]>([
  ['a part', /only a part of the table/, (to) => writeBelow(to, 'tables/linksTable.json', page({ NextToken: 'x' }))],
  ['a page', /only a part/, (to) => writeBelow(to, 'tables/linksTable.json', page({ LastEvaluatedKey: { k: {} } }))],
  [
    'an export that lacks items',
    /tells of 3 items, but 2/,
    (to) => writeS3Export(to, 'linksTable', ROWS, { itemCount: 3 }),
  ],
  ['another format', /DYNAMODB_JSON, got ION/, (to) => writeS3Export(to, 'linksTable', ROWS, { outputFormat: 'ION' })],
  [
    'an incremental export',
    /full export, got INCREMENTAL_EXPORT/,
    (to) => writeS3Export(to, 'linksTable', ROWS, { exportType: 'INCREMENTAL_EXPORT' }),
  ],
  [
    'a folder without an export',
    /expected one export with its manifest/,
    (to) => writeBelow(to, 'tables/linksTable/x'),
  ],
  [
    'another table',
    /is not the permissionSetTable: an item has no permissionSetName/,
    (to) => writeScan(to, 'permissionSetTable', [{ awsEntityId: ONE }]),
  ],
  ['an unknown table', /ends with one of linksTable, /, (to) => writeScan(to, 'things', [])],
  [
    'a table twice',
    /holds the linksTable more than once/,
    (to) => {
      writeScan(to, 'a-linksTable', ROWS);
      writeScan(to, 'b-linksTable', ROWS);
    },
  ],
  ['what is not JSON', /is not JSON/, (to) => writeBelow(to, 'tables/linksTable.json', 'Items')],
  ['other JSON', /neither what aws dynamodb scan prints/, (to) => writeBelow(to, 'tables/linksTable.json', '{}')],
])('%s is refused', (_, message, write) => {
  const folder = temporaryFolder();
  write(folder);
  expect(() => readPredecessorFolder(folder)).toThrow(message);
});

/** DynamoDB that answers each request of a table with its next page. */
function answering(pages: Readonly<Record<string, readonly object[][]>>): DynamoDBClient {
  const asked: Record<string, number> = {};
  return new DynamoDBClient({
    region: 'eu-west-1',
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
    maxAttempts: 1,
    requestHandler: {
      handle: async ({ body }: { body: Uint8Array }) => {
        const { TableName } = JSON.parse(new TextDecoder().decode(body)) as { TableName: string };
        const found = pages[TableName];
        const at = asked[TableName] ?? 0;
        asked[TableName] = at + 1;
        const more = found && at + 1 < found.length ? { LastEvaluatedKey: marshall({ key: String(at) }) } : {};
        const answer = found
          ? { Items: (found[at] ?? []).map((item) => marshall(item)), ...more }
          : { __type: 'com.amazonaws.dynamodb.v20120810#ResourceNotFoundException', message: 'not found' };
        const bytes = Buffer.from(JSON.stringify(answer));
        return { response: { statusCode: found ? 200 : 400, headers: {}, body: bytes } };
      },
    } as never,
  });
}

test('tables are read from DynamoDB, all pages', async () => {
  const tables = {
    'env-linksTable': [[linkRow(ONE)], [], [linkRow(TWO)]],
    'env-provisionedLinksTable': [[]],
    'env-permissionSetTable': [[SET]],
    'env-permissionSetArnTable': [[{ permissionSetName: 'Ps', permissionSetArn: 'arn' }]],
  };
  expect(await readPredecessorTables(answering(tables), 'env')).toEqual({
    linksTable: ROWS,
    provisionedLinksTable: [],
    permissionSetTable: [SET],
    permissionSetArnTable: [{ permissionSetName: 'Ps', permissionSetArn: 'arn' }],
  });
  await expect(readPredecessorTables(answering({}), 'env')).rejects.toThrow('there is no table env-linksTable here');
});
