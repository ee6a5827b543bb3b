import { operationOf } from '../domain/plan';
import type { PairPlan } from '../domain/plan-document';
import type { LeveledLog } from '../ports/leveled-log';
import type { Notification, Notifier } from '../ports/notifier';

/** Accounts that a message names; `GET /assignments` names all. */
const MOST_NAMED = 20;

/**
 * Tells what happens although nobody asked for it: assignments that existed are taken over, or go since a name no
 * longer stands for what it stood for. Told before it happens, so at least once; a message that could not be sent
 * holds nothing up.
 */
export async function tellOfPair(
  { notifier, log }: { readonly notifier: Notifier; readonly log: LeveledLog },
  plan: PairPlan,
): Promise<void> {
  for (const notification of [...adoption(plan), ...leaving(plan)]) {
    try {
      await notifier.notify(notification);
    } catch (error) {
      log.error('A notification could not be sent', { subject: notification.subject, error });
    }
  }
}

function adoption({ changes }: PairPlan): Notification[] {
  const adopted = changes.flatMap(({ change }) => (change.type === 'insert' && change.row.adopted ? [change.row] : []));
  const [first] = adopted;
  if (!first) return [];
  const { permissionSetName, principalType, principalName, reason } = first;
  return [
    {
      subject: `Account assignments of ${ascii(permissionSetName)} were adopted: ${adopted.length}`,
      details: {
        what: 'Assignments that existed are managed from now on: they go when no link claims them any more.',
        permissionSet: permissionSetName,
        principal: `${principalType} ${principalName}`,
        accounts: named(adopted.map(({ accountId }) => accountId)),
        why: reason,
        next: 'Nothing has to be done. To keep them out, delete the link before anything else.',
      },
    },
  ];
}

function leaving({ left = [], changes }: PairPlan): Notification[] {
  const removed = changes.filter(({ change }) => operationOf(change) === 'delete').map(({ change }) => change.row);
  const [first] = removed;
  if (left.length === 0 || !first) return [];
  const { permissionSetName, principalType, principalName } = first;
  return [
    {
      subject: `Access goes, since a name stands for something else: ${ascii(permissionSetName)}`,
      details: {
        what: 'Assignments are removed, unless the guard holds them.',
        permissionSet: permissionSetName,
        principal: `${principalType} ${principalName}`,
        accounts: named(removed.map(({ accountId }) => accountId)),
        why: left,
        next: 'If this was not meant, give the name back, or declare links for the present name.',
      },
    },
  ];
}

function named(accountIds: readonly string[]): string[] {
  const more = accountIds.length - MOST_NAMED;
  return more > 0 ? [...accountIds.slice(0, MOST_NAMED), `and ${more} more`] : [...accountIds];
}

/** AWS: the subject of a message is ASCII. */
function ascii(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, '?');
}
