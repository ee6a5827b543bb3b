import type { LookOutcome, Unprovisioned } from './convergence';
import type { PermissionSetName } from './ids';
import { type Notification, named } from './notification';
import type { PermissionSetDocument } from './permission-set-document';

/** The service's refusal may quote the document, which is for those who may read it. */
const MOST_REASON_CHARACTERS = 300;

/** What people are told of how a look at a permission set ended; nothing while it goes on by itself, or when all is well. */
export function outcomeNotification(document: PermissionSetDocument, outcome: LookOutcome): Notification | undefined {
  if (outcome.state === 'parked') return parked(document, outcome.reason);
  if (outcome.state === 'done' && outcome.unprovisioned.length > 0) return behind(document, outcome.unprovisioned);
  return undefined;
}

/** A permission set that existed is ours from now on. */
export function adoptionNotification(permissionSetName: PermissionSetName): Notification {
  return {
    subject: `Permission set ${permissionSetName} was adopted`,
    details: {
      what: 'A permission set that existed is managed from now on: it is made equal to its document.',
      permissionSet: permissionSetName,
      why: 'A permission set of this name was submitted.',
      next: `Nothing has to be done. ${toSee(permissionSetName)}`,
    },
  };
}

function parked({ permissionSetName, generation, state }: PermissionSetDocument, reason: string): Notification {
  const [done, what] =
    state === 'present'
      ? ['applied', 'It is not as declared. Links that need it wait if it was left half changed.']
      : ['deleted', 'It is still there.'];
  return {
    subject: `Permission set ${permissionSetName} could not be ${done}`,
    details: {
      what,
      permissionSet: permissionSetName,
      generation,
      why: reason.slice(0, MOST_REASON_CHARACTERS),
      next: `Submit it again without what was refused. It is also tried again every hour. ${toSee(permissionSetName)}`,
    },
  };
}

function behind(
  { permissionSetName, generation }: PermissionSetDocument,
  unprovisioned: readonly Unprovisioned[],
): Notification {
  const accounts = unprovisioned.map(({ accountId, message }) => `${accountId}: ${message}`);
  return {
    subject: `Permission set ${permissionSetName} did not reach all accounts`,
    details: {
      what: 'In these accounts, whoever has it still has an earlier version.',
      permissionSet: permissionSetName,
      generation,
      accounts: named(accounts.map((text) => text.slice(0, MOST_REASON_CHARACTERS))),
      next: `Remove the causes. The accounts are tried again every hour. ${toSee(permissionSetName)}`,
    },
  };
}

function toSee(permissionSetName: PermissionSetName): string {
  return `To see it: GET /permission-sets/${encodeURIComponent(permissionSetName)}`;
}
