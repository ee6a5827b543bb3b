import type { AuditEvent } from '../../lambda/domain/audit/audit-event';
import { auditEvents } from '../../lambda/domain/audit/audit-events';
import { replayAudit } from '../../lambda/domain/audit/replay-audit';
import { type LedgerRow, rowId } from '../../lambda/domain/ledger-row';
import { validateAuditEvent } from '../../schemas/generated/audit-event';
import type { Cloud } from './cloud';
import type { Safety } from './safety';
import type { AppliedWrite } from './watched-store';

/** What the streams of the tables would have told of a run, and whether it accounts for what there is. */
export class AuditTrail {
  private readonly events: AuditEvent[] = [];
  private changes = 0;

  constructor(
    private readonly cloud: Cloud,
    private readonly safety: Safety,
  ) {
    const { onApplied } = cloud.store;
    cloud.store.onApplied = (writes, by) => {
      onApplied(writes, by);
      for (const write of writes) this.note(write);
    };
  }

  /** Now that everything is at rest: replaying gives the managed assignments that exist. */
  check(): void {
    const { cloud, safety } = this;
    const replayed = new Set(replayAudit(this.events).map(rowId));
    // The trail tells what the solution did, not what others do past it.
    const isExcused = (id: string) => cloud.assignments.touchedByHand.has(id);
    for (const row of cloud.store.all('ledger').filter(({ pk }) => pk.startsWith('arn:')) as unknown as LedgerRow[]) {
      const id = rowId(row);
      if (isExcused(id) || cloud.organization.account(row.accountId)?.state !== 'ACTIVE') continue;
      const isThere = cloud.assignments.isAssigned(row);
      safety.check(
        replayed.has(id) === isThere,
        () => `${id} exists: ${isThere}, but not by the trail; ${JSON.stringify(row)}`,
      );
      replayed.delete(id);
    }
    for (const id of replayed) {
      const isLeft =
        !isExcused(id) &&
        safety.everOwned.has(id) &&
        cloud.store.all('ledger').every(({ pk, sk }) => `${pk}#${sk}` !== id);
      safety.check(!isLeft, () => `${id} exists by the trail, but has no row`);
    }
  }

  private note({ write: { at }, before, after }: AppliedWrite): void {
    if (before === undefined && after === undefined) return;
    this.changes += 1;
    const sequence = String(this.changes);
    const change = { changeId: `${at.table}-${sequence}`, sequence, at: '2026-11-27T00:00:00Z', hasExpired: false };
    const told = auditEvents({ ...change, ...(before ? { before } : {}), ...(after ? { after } : {}) });
    for (const event of told) {
      const isValid = validateAuditEvent(event);
      this.safety.check(isValid, () => `no audit event: ${JSON.stringify([event, validateAuditEvent.errors])}`);
      this.events.push(event);
    }
  }
}
