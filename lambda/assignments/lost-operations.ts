import type { Assignment, OperationKind } from '../domain/ledger-row';
import { rowId } from '../domain/ledger-row';
import { askInTurn } from './ask-in-turn';
import type { RowInOperation } from './outstanding-operations';
import type { ApplyStep } from './submit-work';

/** Request ids of operations that are under way, by the row they are about. */
export type LostOperations = ReadonlyMap<string, string>;

/**
 * Operations of abandoned rows that were started after all, and whose request ids were lost: they are among those in
 * progress that no row knows. `undefined` when that cannot be told now.
 */
export async function findLost(
  step: ApplyStep,
  abandoned: readonly RowInOperation[],
): Promise<LostOperations | undefined> {
  const lost = new Map<string, string>();
  for (const kind of new Set(abandoned.map(({ operation }) => operation.kind))) {
    const subjects = await unknownOperations(step, kind);
    if (!subjects) return undefined;
    for (const { subject, requestId } of subjects) lost.set(lostKey(kind, subject), requestId);
  }
  return lost;
}

export function lostKey(kind: OperationKind, assignment: Assignment): string {
  return `${kind}#${rowId(assignment)}`;
}

/** The service runs few operations at once, so that few are asked about. */
async function unknownOperations({ bucket, clock, service, operations }: ApplyStep, kind: OperationKind) {
  const running = await askInTurn(bucket, clock, () => service.inProgress(kind));
  if (!running) return undefined;
  const known = operations.requestIds();
  const found: { requestId: string; subject: Assignment }[] = [];
  for (const requestId of running) {
    if (known.has(requestId)) continue;
    const subject = await askInTurn(bucket, clock, () => service.subject(kind, requestId));
    if (!subject) return undefined;
    found.push({ requestId, subject });
  }
  return found;
}
