import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

const FILE = join(__dirname, '../../../config/local-organization.yaml');

/** The lists of an organization file that tests add to. */
export interface EditableOrganization {
  readonly groups: { displayName: string }[];
  readonly users: { userName: string }[];
  readonly permissionSets: { permissionSetName: string }[];
  readonly assignments: {
    accountId: string;
    permissionSetName: string;
    principalType: 'GROUP' | 'USER';
    principalName: string;
  }[];
  readonly root: { organizationalUnits: { id: string; name: string; accounts: { id: string; name: string }[] }[] };
  roles?: { accountId: string; name: string; allow?: string[] }[];
}

/** A copy of the organization that the local cloud simulates by default, to be added to. */
export function defaultOrganization(): EditableOrganization {
  return parse(readFileSync(FILE, 'utf8'));
}
