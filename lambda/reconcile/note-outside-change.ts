import { permissionSetWorkWrite } from '../domain/convergence';
import type { DriftMode } from '../domain/drift-mode';
import type { OutsideChange, Subject } from '../domain/events/event-reading';
import type { PermissionSetName } from '../domain/ids';
import { type LedgerRow, rowKey } from '../domain/ledger-row';
import { notificationWrite } from '../domain/notification';
import { permissionSetDocumentOf, permissionSetKey } from '../domain/permission-set-document';
import { markWrite, type Slice } from '../domain/slice';
import { ring } from '../leadership/ring';
import { nameSeenBefore } from '../permission-sets/permission-set-names';
import type { Bell } from '../ports/bell';
import type { Clock, UniqueId } from '../ports/clock';
import type { LeveledLog } from '../ports/leveled-log';
import type { Metrics } from '../ports/metrics';
import type { Store } from '../ports/store';

export interface OutsideContext {
  readonly store: Store;
  readonly clock: Pick<Clock, 'now'>;
  readonly newId: UniqueId;
  readonly bell: Bell;
  readonly driftMode: DriftMode;
  readonly log: Pick<LeveledLog, 'info' | 'warn'>;
  readonly metrics: Metrics;
}

/** What belongs to this installation and was changed by somebody else. */
interface Changed {
  readonly subject: string;
  /** Lists, since much may be changed at once. */
  readonly details: Readonly<Record<string, string | readonly string[]>>;
}

/**
 * Somebody else changed permission sets or assignments: those that are managed are looked at again at once, unless
 * drift is only to be reported; people learn who it was. What is not managed is nobody's business.
 */
export async function noteOutsideChange(
  context: OutsideContext,
  subjects: readonly Subject[],
  change: OutsideChange,
): Promise<void> {
  for (const subject of subjects) {
    const changed = await lookAgain(context, subject, change);
    if (changed === undefined) continue;
    const { action, who, at, from } = change;
    context.metrics.count('DriftsNoticed');
    context.log.info('Somebody else changed what is managed', { action, who, driftMode: context.driftMode });
    const next =
      context.driftMode === 'repair'
        ? 'It is compared with what is declared, and made equal.'
        : 'Nothing is changed, since DriftMode is report. To restore it, submit the link or permission set again.';
    const notification = {
      subject: `Changed by somebody else: ${changed.subject}`,
      details: { what: action, who, from, when: [at], ...changed.details, next },
    };
    await context.store.transact([notificationWrite(notification)]);
  }
}

function lookAgain(context: OutsideContext, subject: Subject, change: OutsideChange): Promise<Changed | undefined> {
  switch (subject.kind) {
    case 'assignment':
      return assignmentChanged(context, subject, change);
    case 'permissionSet':
      return permissionSetChanged(context, subject.permissionSetName);
    case 'permissionSetArn':
      return nameSeenBefore(context.store, subject.permissionSetArn).then((name) =>
        // A permission set that was never seen is none that a link or document depends on.
        name === undefined ? undefined : permissionSetChanged(context, name),
      );
    default:
      return mark(context, subject).then(() => undefined);
  }
}

async function assignmentChanged(
  context: OutsideContext,
  slice: Slice & { kind: 'assignment' },
  { action }: OutsideChange,
): Promise<Changed | undefined> {
  const { accountId } = slice;
  if (accountId === undefined) return undefined;
  const row = (await context.store.get(rowKey({ ...slice, accountId }))) as unknown as LedgerRow | undefined;
  if (row === undefined || !row.desired || !/^Delete/.test(action)) return undefined;
  if (context.driftMode === 'repair') await mark(context, slice);
  const { permissionSetName, principalType, principalName, reason } = row;
  return {
    subject: `assignments of ${permissionSetName}`,
    details: {
      permissionSet: permissionSetName,
      accounts: [accountId],
      principals: [`${principalType} ${principalName}`],
      declared: [reason],
    },
  };
}

/** Links may have waited for it, whoever declared it; only what is declared is converged. */
async function permissionSetChanged(context: OutsideContext, name: PermissionSetName): Promise<Changed | undefined> {
  await mark(context, { kind: 'permissionSet', permissionSetName: name });
  const document = permissionSetDocumentOf(await context.store.get(permissionSetKey(name)));
  if (document?.state !== 'present') return undefined;
  if (context.driftMode === 'repair') {
    await context.store.transact([permissionSetWorkWrite(name, context.newId())]);
    await ring(context, 'converge-permission-sets');
  }
  return { subject: `permission set ${name}`, details: { permissionSet: name } };
}

async function mark({ store, clock, newId }: OutsideContext, slice: Slice): Promise<void> {
  await store.transact([markWrite(slice, newId(), new Date(clock.now()).toISOString())]);
}
