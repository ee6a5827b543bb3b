import type { FunctionEntry } from '../names';
import type { BundledFunction, FunctionEnvironment } from './bundled-function';
import { type ControllerData, tableVariables } from './controller-data';
import { allowReaching } from './cross-account-role';
import type { Installation } from './installation';
import { guardVariables, organizationVariables, planningVariables } from './planning-variables';

/** A dry run keeps the organization and the rows that it plans in memory. */
export const DRY_RUN_MEGABYTES = 1024;

const DRY_RUN = 'A dry run says what a submission would change.';

/** What a function has to know that plans and judges without any effect. */
export function dryRunVariables(installation: Installation, { tables }: ControllerData): FunctionEnvironment {
  return {
    ...tableVariables(tables, 'links', 'ledger', 'control', 'organization', 'permission-sets'),
    ...organizationVariables(installation),
    ...planningVariables(installation),
    ...guardVariables(installation),
  };
}

/** A dry run reads what the planner and the guard read, and writes nothing. */
export function allowDryRun(
  entry: FunctionEntry,
  { role }: BundledFunction,
  installation: Installation,
  { tables }: ControllerData,
): void {
  tables.links.allowItems(role, ['Query'], 'All links of a pair are planned together.');
  tables.ledger.allowItems(role, ['Query'], DRY_RUN);
  tables.ledger.allowItems(role, ['Scan'], 'Removals are compared with the number of managed assignments.');
  tables.control.allowItems(
    role,
    ['Query', 'BatchGetItem'],
    'A dry run says what the guard would hold, and what is held already.',
  );
  tables.organization.allowItems(role, ['GetItem', 'Query'], DRY_RUN);
  tables['permission-sets'].allowItems(role, ['Query'], 'Names of permission sets are remembered.');
  for (const reached of ['organization-reader', 'identity-center-reader'] as const) {
    allowReaching({ entry, role }, reached, installation, DRY_RUN);
  }
}
