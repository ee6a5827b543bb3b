import { type Notification, named } from '../domain/notification';
import { type Change, operationOf } from '../domain/plan';
import type { PairPlan } from '../domain/plan-document';

/**
 * What happens although nobody asked for it: assignments that existed are taken over, or go since a name no longer stands
 * for what it stood for.
 */
export function notificationsOfPair(plan: PairPlan): Notification[] {
  return [...adoption(plan), ...leaving(plan)];
}

function adoption({ changes }: PairPlan): Notification[] {
  const adopted = changes.flatMap(({ change }) => (isUnasked(change) ? [change.row] : []));
  const [first] = adopted;
  if (!first) return [];
  const { permissionSetName, principalType, principalName, reason } = first;
  return [
    {
      subject: `Account assignments of ${permissionSetName} were adopted: ${adopted.length}`,
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

/** An import tells of all that it took over itself, at once. */
function isUnasked(change: Change): change is Extract<Change, { type: 'insert' }> {
  return change.type === 'insert' && change.row.adopted === true && !change.isApplied;
}

function leaving({ left = [], changes }: PairPlan): Notification[] {
  const removed = changes.filter(({ change }) => operationOf(change) === 'delete').map(({ change }) => change.row);
  const [first] = removed;
  if (left.length === 0 || !first) return [];
  const { permissionSetName, principalType, principalName } = first;
  return [
    {
      subject: `Access goes, since a name stands for something else: ${permissionSetName}`,
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
