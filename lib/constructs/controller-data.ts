import type { Construct } from 'constructs';
import type { TableName } from '../names';
import type { ArtefactsBucket } from './artefacts-bucket';
import type { FunctionEnvironment } from './bundled-function';
import type { Installation } from './installation';
import type { NotificationsTopic } from './notifications-topic';
import { Table, type TableIndex } from './table';

/** What the controller remembers, and how it is told and tells. */
export interface ControllerData {
  readonly tables: Tables;
  readonly bucket: ArtefactsBucket;
  readonly topic: NotificationsTopic;
}

export type Tables = Readonly<Record<TableName, Table>>;

/** Indexes hold keys only where rows are read anew anyway. */
const INDEXES: Readonly<Record<TableName, readonly TableIndex[]>> = {
  links: [{ name: 'byLinkId', partitionKey: 'linkId', projection: 'ALL' }],
  ledger: [
    { name: 'byAccount', partitionKey: 'accountId', sortKey: 'pk', projection: 'KEYS_ONLY' },
    { name: 'byPrincipal', partitionKey: 'principalKey', sortKey: 'pk', projection: 'KEYS_ONLY' },
    { name: 'byPermissionSet', partitionKey: 'permissionSetName', sortKey: 'pk', projection: 'KEYS_ONLY' },
  ],
  'permission-sets': [{ name: 'byListed', partitionKey: 'listed', sortKey: 'pk', projection: 'KEYS_ONLY' }],
  control: [],
  organization: [],
};

/** Tables whose changes are audited: what was asked for and decided, what became of assignments and of permission sets. */
export const AUDITED_TABLES = ['control', 'ledger', 'permission-sets'] as const satisfies readonly TableName[];

/** Ids of the tables' constructs. A table would be replaced, and its items lost, if they changed. */
const IDS: Readonly<Record<TableName, string>> = {
  links: 'LinksTable',
  'permission-sets': 'PermissionSetsTable',
  ledger: 'LedgerTable',
  control: 'ControlTable',
  organization: 'OrganizationTable',
};

export function createTables(scope: Construct, { names, key }: Installation): Tables {
  const create = (name: TableName): Table =>
    new Table(scope, IDS[name], {
      tableName: names.table(name),
      key,
      indexes: INDEXES[name],
      stream: AUDITED_TABLES.some((audited) => audited === name),
    });
  return {
    links: create('links'),
    'permission-sets': create('permission-sets'),
    ledger: create('ledger'),
    control: create('control'),
    organization: create('organization'),
  };
}

/** Names of the indexes of a table. */
export function indexesOf(table: TableName): string[] {
  return INDEXES[table].map(({ name }) => name);
}

/** The environment variables by which a function finds its tables. */
export function tableVariables(tables: Tables, ...names: readonly TableName[]): FunctionEnvironment {
  const entries = names.map((name) => [`${name.replace('-', '_').toUpperCase()}_TABLE`, tables[name].tableName]);
  return Object.fromEntries(entries);
}
