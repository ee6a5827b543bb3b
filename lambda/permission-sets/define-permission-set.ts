import type { PermissionSetArn } from '../domain/ids';
import {
  createdDefinition,
  type Definition,
  type Difference,
  differences,
  mattersToAccounts,
  PARTS,
} from '../domain/permission-set-definition';
import { markWrite } from '../domain/slice';
import { ring } from '../leadership/ring';
import { Conflict } from '../ports/faults';
import type { Look } from './look';
import { isDisowned, type Owned, ownPermissionSet } from './own-permission-set';

/** Comparisons of one attempt: reading, and reading again what was written. More means that somebody else is writing, too. */
const MOST_COMPARISONS = 4;

/**
 * Makes the live permission set equal to its document: compares, writes the differences, and compares again what it
 * wrote until nothing differs. Answers nothing when the permission set has disappeared.
 */
export async function definePermissionSet(look: Look, desired: Definition): Promise<PermissionSetArn | undefined> {
  const owned = await ownPermissionSet(look, desired);
  try {
    const hasChanged = await equalize(look, desired, owned);
    await complete(look, hasChanged || owned.isNew);
    return owned.arn;
  } catch (fault) {
    if (await isDisowned(look, owned.arn, fault)) return undefined;
    throw fault;
  }
}

/** Answers whether anything was written. */
async function equalize(look: Look, desired: Definition, { arn, isNew }: Owned): Promise<boolean> {
  const { service } = look.step;
  let parts = PARTS;
  let live = isNew ? createdDefinition(desired) : await service.read(arn, parts);
  for (let comparison = 1; comparison <= MOST_COMPARISONS; comparison += 1) {
    const found = differences(desired, live, parts);
    if (found.length === 0) return comparison > 1;
    await announce(look, !isNew && mattersToAccounts(found, live));
    for (const difference of found) await look.change(() => service.write(arn, difference));
    parts = partsOf(found);
    live = await service.read(arn, parts);
  }
  throw new Conflict(`${look.name} is being changed by somebody else.`);
}

/** Says before the first change that the permission set is not to be used, and whether accounts will have to get it again. */
async function announce(look: Look, matters: boolean): Promise<void> {
  const { incomplete, mustProvision } = look.convergence;
  if (incomplete && (mustProvision || !matters)) return;
  await look.note({ set: { incomplete: true, ...(matters ? { mustProvision: true } : {}) } });
}

/** From here on links may use it; those that waited for it are planned. */
async function complete(look: Look, hasChanged: boolean): Promise<void> {
  const { step, document, name } = look;
  const { incomplete, defined } = look.convergence;
  const isNews = hasChanged || incomplete === true || defined < document.generation;
  const slice = { kind: 'permissionSet', permissionSetName: name } as const;
  const mark = markWrite(slice, step.uniqueId(), new Date(step.clock.now()).toISOString());
  const set = { defined: document.generation, compared: look.work.version, unprovisioned: [] };
  await look.note({ set, remove: ['incomplete', 'provisionedAll', 'rounds', 'vacant'] }, isNews ? [mark] : []);
  if (isNews) await ring(step, 'reconcile');
}

function partsOf(found: readonly Difference[]) {
  const parts = new Set(found.map(({ part }) => part));
  return PARTS.filter((part) => parts.has(part));
}
