import type { Parsed } from '../problem';

/** An item of one of the predecessor's tables. */
export type PredecessorItem = Readonly<Record<string, unknown>>;

/** The predecessor's tables, `<environment>-<name>`, and what identifies an item of each. */
export const PREDECESSOR_TABLES = {
  linksTable: 'awsEntityId',
  provisionedLinksTable: 'parentLink',
  permissionSetTable: 'permissionSetName',
  permissionSetArnTable: 'permissionSetName',
} as const;

export type PredecessorTable = keyof typeof PREDECESSOR_TABLES;

/** A file below `permission_sets/`, read as JSON. */
export interface PredecessorFile {
  readonly name: string;
  readonly content: Parsed<unknown>;
}

/** What the predecessor knows. What is absent was not given; an empty list was. */
export interface PredecessorData {
  readonly tables: Readonly<Partial<Record<PredecessorTable, readonly PredecessorItem[]>>>;
  /** Names of files below `links_data/`. */
  readonly linkFiles?: readonly string[];
  readonly permissionSetFiles?: readonly PredecessorFile[];
}

/** Which of both counts where tables and files say different things. */
export type Preference = 'tables' | 'files';

/** The text in an attribute; empty when it holds none. */
export function textOf(item: PredecessorItem, attribute: string): string {
  const value = item[attribute];
  return typeof value === 'string' ? value : '';
}
