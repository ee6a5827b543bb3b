import { type LedgerRow, OPERATIONS, rowId, rowKey, WORK_PARTITIONS } from '../../lambda/domain/ledger-row';
import { type LinkDocument, linkDocumentOf } from '../../lambda/domain/link-document';
import { MARKS, PARKED_MARKS } from '../../lambda/domain/slice';
import { WAITING_LINKS, waits } from '../../lambda/domain/waiting-link';
import { getRequest } from '../../lambda/query/get-request';
import type { Cloud } from './cloud';
import { expectation } from './oracle';
import type { Safety } from './safety';
import type { Submissions } from './submissions';

const FINAL = ['COMPLETED', 'COMPLETED_WITH_FAILURES', 'WAITING'];

/** Whether nothing goes on and nothing is due. */
export function isIdle({ active, store, assignments }: Cloud): boolean {
  if (active > 0 || assignments.outstanding().length > 0) return false;
  if (store.count('control', MARKS) > 0) return false;
  return [OPERATIONS, WORK_PARTITIONS.create, WORK_PARTITIONS.delete].every((pk) => store.count('ledger', pk) === 0);
}

export function linksOf({ store }: Cloud): LinkDocument[] {
  return store.all('links').map(linkDocumentOf);
}

export function rowsOf({ store }: Cloud): LedgerRow[] {
  return store.all('ledger').filter(({ pk }) => pk.startsWith('arn:')) as unknown as LedgerRow[];
}

/** Whether events alone had to be enough: none was lost, and nothing was given up. */
export function hasHeardAll(cloud: Cloud): boolean {
  if (cloud.lostEvents + cloud.directory.failedLookups > 0 || cloud.store.count('control', PARKED_MARKS) > 0)
    return false;
  return !rowsOf(cloud).some(({ parked }) => parked !== undefined);
}

/** Compares what there is with what the documents mean, now that everything is at rest. */
export function checkAssignments(cloud: Cloud, safety: Safety): void {
  const present = linksOf(cloud).filter(({ state }) => state === 'present');
  const { required, undecided } = expectation(
    cloud,
    present.map(({ linkData }) => linkData),
  );
  const { touchedByHand } = cloud.assignments;
  const isExcused = (id: string) => touchedByHand.has(id) && safety.everOwned.has(id);
  for (const [id, assignment] of required) {
    if (isExcused(id)) continue;
    const row = cloud.store.peek(rowKey(assignment));
    const isThere = cloud.assignments.isAssigned(assignment);
    safety.check(isThere, () => `${id} is missing at the end; its row is ${JSON.stringify(row)}`);
    safety.check(row !== undefined, () => `${id} is declared, but not in the ledger`);
  }
  for (const assignment of cloud.assignments.all()) {
    const id = rowId(assignment);
    if (required.has(id) || isExcused(id) || !safety.everOwned.has(id)) continue;
    if (cloud.organization.account(assignment.accountId)?.state !== 'ACTIVE') continue;
    const row = cloud.store.peek(rowKey(assignment)) as unknown as LedgerRow | undefined;
    const { permissionSetName, principalName } = row ?? {};
    const name = `${assignment.accountId} ${permissionSetName} ${assignment.principalType} ${principalName}`;
    safety.check(undecided.has(name), () => `${id} is left behind; its row is ${JSON.stringify(row)}`);
  }
}

/** Whoever operates it finds every link that waits, and no other, without reading all. */
export function checkWaitingLinks(cloud: Cloud, safety: Safety): void {
  const listed = new Set(cloud.store.all('control').flatMap(({ pk, sk }) => (pk === WAITING_LINKS ? [sk] : [])));
  const waiting = new Set<string>(
    linksOf(cloud)
      .filter(waits)
      .map(({ linkId }) => linkId),
  );
  for (const linkId of new Set([...listed, ...waiting])) {
    safety.check(
      listed.has(linkId) === waiting.has(linkId),
      () =>
        `the link ${linkId} ${waiting.has(linkId) ? 'waits, but is not' : 'does not wait, but is'} in the list of what waits`,
    );
  }
}

/** Whoever was told that a submission was taken learns what became of it. */
export async function checkRequests(cloud: Cloud, safety: Safety, { acknowledged }: Submissions): Promise<void> {
  for (const { requestId, linkData } of acknowledged) {
    const { body } = await getRequest(cloud.store, 'asked-at-the-end', requestId);
    const isFinal = FINAL.includes(String(body.status));
    safety.check(isFinal, () => `the request ${requestId} about ${linkData} ends as ${JSON.stringify(body)}`);
  }
}
