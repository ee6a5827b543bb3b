import type { AccountId, PermissionSetArn, PermissionSetName, RequestId } from '../domain/ids';
import type { ImportedAssignment } from '../domain/import-report';
import { type Link, printLink } from '../domain/link';
import type { LinkDocument } from '../domain/link-document';
import { linkOfAssignment } from '../domain/link-of-assignment';
import { MOST_LOST_RACES } from '../intake/post';
import { readLink, submitLink } from '../intake/submit-link';
import { Conflict } from '../ports/faults';
import type { AssignedPrincipal } from '../ports/instance-reader';
import { type ImportContext, type OpenWalk, submitterOf } from './import-context';
import type { NameOf } from './principal-names';

/** An account assignment as the walk came by it. */
export interface FoundAssignment extends AssignedPrincipal {
  readonly accountId: AccountId;
  readonly permissionSetArn: PermissionSetArn;
  readonly permissionSetName: PermissionSetName;
  /** The ledger has a row for it, before or after it was seen. */
  readonly hasRow: boolean;
}

/** Makes an `account` link of an assignment that no row is about, unless there is something against it. */
export async function takeOverAssignment(
  context: ImportContext,
  open: OpenWalk,
  found: FoundAssignment,
  nameOf: NameOf,
): Promise<ImportedAssignment> {
  const principalName = await nameOf(found.principalType, found.principalId);
  const named = typeof principalName === 'string' ? { principalName } : {};
  const link = linkOfAssignment(found, principalName, { ...context, ...reasonOf(open) });
  if (!link.ok) {
    const why = link.problems.map(({ path, message }) => (path ? `${path}: ${message}` : message)).join('; ');
    return {
      ...entryOf(found, found.hasRow ? 'known' : 'notRepresentable'),
      ...named,
      ...(found.hasRow ? {} : { why }),
    };
  }
  const linkData = printLink(link.value);
  const outcome = await submitUnlessKnown(context, open, link.value, found.hasRow);
  return { ...entryOf(found, outcome), ...named, linkData };
}

function reasonOf({ leftAlone }: OpenWalk) {
  return leftAlone === undefined ? {} : { leftAlone };
}

/** `known`: somebody has declared the link, or had it until a moment ago. */
async function submitUnlessKnown(
  context: ImportContext,
  open: OpenWalk,
  link: Link,
  hasRow: boolean,
): Promise<'imported' | 'known'> {
  for (let attempt = 0; attempt < MOST_LOST_RACES; attempt += 1) {
    const read = await readLink(context.store, link);
    if (isOwn(read, open)) return 'imported';
    if (hasRow || (read && isTaken(read, open))) return 'known';
    const submitted = await submitLink(context, link, read, {
      state: 'present',
      requestId: context.newId() as RequestId,
      submittedBy: submitterOf(open),
      source: 'imported',
      limits: {},
      now: context.clock.now(),
    });
    if (submitted) return 'imported';
  }
  throw new Conflict(`The link ${printLink(link)} is being submitted by many at once.`);
}

/** An earlier attempt at this step, or an execution that was interrupted, had submitted it. */
function isOwn(read: LinkDocument | undefined, open: OpenWalk): boolean {
  return read?.source === 'imported' && read.submittedBy === submitterOf(open);
}

/** Somebody declared it, or has deleted it since the import began: what was decided meanwhile counts. */
function isTaken({ state, submittedAt }: LinkDocument, { startedAt }: OpenWalk): boolean {
  return state === 'present' || Date.parse(submittedAt) >= Date.parse(startedAt);
}

function entryOf(
  { accountId, permissionSetName, principalType, principalId }: FoundAssignment,
  outcome: ImportedAssignment['outcome'],
): ImportedAssignment {
  return { kind: 'assignment', outcome, accountId, permissionSetName, principalType, principalId };
}
