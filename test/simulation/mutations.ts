import type { CircumstancesName } from './circumstances';

/** A change of one text of the product's source. */
export interface Edit {
  /** From the project's root. */
  readonly file: string;
  /** Has to stand there exactly once. */
  readonly find: string;
  readonly replace: string;
}

/** The product without one of its rules: the simulation has to notice. */
export interface Mutation {
  readonly name: string;
  /** In which it is noticed; absent: in the usual ones. */
  readonly circumstances?: CircumstancesName;
  readonly edits: readonly Edit[];
}

const LEASE = 'lambda/domain/lease.ts';
const SLICE = 'lambda/domain/slice.ts';
const PLAN = 'lambda/domain/plan.ts';
const PLANNER_WRITES = 'lambda/domain/planner-writes.ts';
const WORKER_WRITES = 'lambda/domain/worker-writes.ts';
const LINK_DOCUMENT = 'lambda/domain/link-document.ts';
const SUBMIT_WORK = 'lambda/assignments/submit-work.ts';
const OUTSTANDING = 'lambda/assignments/outstanding-operations.ts';
const WORK_LIST = 'lambda/assignments/work-list.ts';
const PLAN_LINKS = 'lambda/reconcile/plan-links.ts';
const DIRECTORY = 'lambda/reconcile/directory.ts';
const COMMIT_PLAN = 'lambda/reconcile/commit-plan.ts';
const COMMIT_PAIR = 'lambda/reconcile/commit-pair.ts';

function mutation(
  name: string,
  file: string,
  find: string,
  replace: string,
  circumstances: CircumstancesName = 'usual',
): Mutation {
  return { name, circumstances, edits: [{ file, find, replace }] };
}

/**
 * Not among them: rules that another rule guards as well, such as the condition that a row in operation is not claimed,
 * which the fence and the list of busy accounts imply.
 */
export const MUTATIONS: readonly Mutation[] = [
  mutation(
    'no fence',
    LEASE,
    'return { at: leaderKey(controller), check: true, when: [{ epoch: { equals: epoch } }] };',
    'return { at: leaderKey(controller), check: true, when: [{ epoch: { present: true } }] };',
  ),
  {
    name: 'the lead is taken before the lease ends',
    edits: [
      {
        file: LEASE,
        find: 'return leader.holder === execution || !isLed(leader, now);',
        replace: 'return leader.holder === execution || !isLed(leader, now + 300_000);',
      },
      { file: LEASE, find: '{ epoch, until: { below: now } },', replace: '{ epoch },' },
    ],
  },
  {
    name: 'the epoch is raised once per run',
    edits: [
      {
        file: LEASE,
        find: 'epoch: read.epoch + 1 } },',
        replace: 'epoch: read.holder === execution ? read.epoch : read.epoch + 1 } },',
      },
      {
        file: 'lambda/leadership/lead.ts',
        find: 'epoch: before.epoch + 1 }',
        replace: 'epoch: before.holder === execution ? before.epoch : before.epoch + 1 }',
      },
    ],
  },
  mutation(
    'a mark is deleted whatever its version',
    SLICE,
    '{ at: markKey(slice), delete: true, when: [{ version: { equals: version } }] },',
    '{ at: markKey(slice), delete: true },',
  ),
  mutation(
    'a mark that is set again keeps its version',
    SLICE,
    'put: { slice, version, markedAt } };',
    "put: { slice, version: 'v', markedAt } };",
  ),
  mutation(
    'a slice that is marked again is not a new mark',
    SLICE,
    'return { at: markKey(slice), put: { slice, version, markedAt } };',
    'return { at: markKey(slice), put: { slice, version, markedAt }, when: [{ version: { absent: true } }] };',
  ),
  mutation(
    'a row is claimed whatever its generation',
    WORKER_WRITES,
    'when: [{ generation: { equals: row.generation }, operation: { absent: true }, born: { equals: row.born } }],',
    'when: [{ operation: { absent: true }, born: { equals: row.born } }],',
    'plans meet work',
  ),
  mutation(
    'success is that of the generation that is planned by then',
    WORKER_WRITES,
    'const latest = { ...mine, generation: { equals: operation.generation } };\n  const done',
    'const latest = mine;\n  const done',
  ),
  mutation(
    'success ends nothing when something newer is planned',
    WORKER_WRITES,
    '    // The planner wants something newer: its work item stays.\n    [{ at: rowKey(row), update: done, when: [mine] }, dropMarker(row)],\n',
    '',
  ),
  mutation(
    'a failure ends nothing when something newer is planned',
    WORKER_WRITES,
    "    // A newer generation is not to blame for what an older one met.\n    [{ at: rowKey(row), update: { remove: ['operation'] }, when: [mine] }, dropMarker(row)],\n",
    '',
  ),
  {
    name: 'a failure parks a newer generation',
    edits: [
      {
        file: WORKER_WRITES,
        find: 'const parked = { generation: operation.generation, reason };',
        replace: 'const parked = { generation: row.generation, reason };',
      },
      {
        file: WORKER_WRITES,
        find: "remove: isParked ? ['operation', 'nextAttemptAt'] : ['operation'],\n        },\n        when: [latest],",
        replace:
          "remove: isParked ? ['operation', 'nextAttemptAt'] : ['operation'],\n        },\n        when: [mine],",
      },
      {
        file: WORKER_WRITES,
        find: 'const isParked = failures >= PARK_AFTER_FAILURES;',
        replace: 'const isParked = failures >= PARK_AFTER_FAILURES || row.generation !== operation.generation;',
      },
    ],
  },
  mutation(
    'accounts of a deleted link are removed, whoever else claims them',
    PLAN,
    'const desired = claims.length > 0 || row.keptBy !== undefined;',
    'const desired = claims.length > 0 && !row.claims.some(({ linkId }) => input.deletedLinks.has(linkId));',
  ),
  mutation(
    'only the first claim counts',
    PLAN,
    'const desired = claims.length > 0 || row.keptBy !== undefined;',
    'const desired = row.claims[0] ? claims.some(({ linkId }) => linkId === row.claims[0]?.linkId) : claims.length > 0;',
  ),
  mutation(
    'a failed lookup removes',
    DIRECTORY,
    'if (current === this.nameInDirectory(name)) principalId ??= id;\n      else if (current !== undefined)',
    'if (current !== undefined)',
  ),
  mutation(
    "links by a renamed principal's new name are not asked",
    PLAN_LINKS,
    'await linksByOtherNames(marked.pairId, ids, context)',
    '[]',
    'names change',
  ),
  mutation(
    'ids under which rows are added are not noted',
    COMMIT_PAIR,
    'plan.remembers.map(rememberIds)',
    '[]',
    'names change',
  ),
  mutation(
    'ids that links of another pair claim are not noted for it',
    PLAN_LINKS,
    'remembers: [...without(added, remembered), ...ofOthers],',
    'remembers: without(added, remembered),',
    'names are exchanged',
  ),
  mutation(
    'ids are noted only when rows are added',
    PLAN_LINKS,
    'hasRows(ids, [change.row]) && claimsOf(change).length > 0',
    "change.type === 'insert'",
    'names are taken over',
  ),
  mutation(
    'a reading of the organization that was overtaken goes unnoticed',
    'lambda/reconcile/refresh-organization.ts',
    '!(await bringUpToDate(context, begun.fence, marks))) return',
    '(await bringUpToDate(context, begun.fence, marks)) === undefined) return',
    'reads meet',
  ),
  mutation(
    'an operation that seemed abandoned and was submitted after all is not counted',
    SUBMIT_WORK,
    'if (row && isInOperation(row)) step.operations.add(row);\n    else step.operations.remove(stale);',
    'step.operations.remove(stale);',
    'submissions are late',
  ),
  mutation(
    'an account that cannot be worked in is worked in',
    'lambda/domain/organization.ts',
    "return account.state === 'ACTIVE' ? undefined :",
    "return account.state === 'ACTIVE' ? undefined : undefined &&",
  ),
  mutation(
    'a row is planned over what somebody else planned',
    PLANNER_WRITES,
    'return { revision: { equals: row.revision }, born: { equals: row.born } };',
    'return { born: { equals: row.born } };',
  ),
  mutation(
    'a row is inserted over one that is there',
    PLANNER_WRITES,
    'put: { ...first }, when: [{ generation: { absent: true } }] }',
    'put: { ...first } }',
  ),
  mutation('a change is planned without work', PLANNER_WRITES, '    putWork(revised),\n', ''),
  mutation(
    'the effect comes before the ledger knows of it',
    SUBMIT_WORK,
    'const reserved = await step.store.transact(reservation);',
    'await step.service.submit(operation.kind, row).catch(() => undefined);\n  const reserved = await step.store.transact(reservation);',
  ),
  mutation(
    'no limit on operations at once',
    SUBMIT_WORK,
    'const free = step.limits.outstandingAssignments - step.operations.count();',
    'const free = 100;',
  ),
  mutation(
    'several operations at once in one account',
    WORK_LIST,
    'if (notBefore > now || accounts.has(accountId)) continue;',
    'if (notBefore > now) continue;',
  ),
  mutation(
    'accounts of operations that were begun earlier are free',
    OUTSTANDING,
    'return new Set([...this.watched.values()].map(({ accountId }) => accountId));',
    'return new Set();',
  ),
  mutation(
    'an operation whose request id cannot be noted is given back',
    SUBMIT_WORK,
    'await attempt(step.store, noteRequest(row, row.operation, requestId));',
    'await attempt(step.store, noteRequest(row, row.operation, requestId)).catch((fault) => giveBack(step, row, fault));',
    'notes are lost',
  ),
  mutation(
    'an operation whose request id was lost is not looked for',
    SUBMIT_WORK,
    'const lost = await findLost(step, abandoned);',
    'const lost: LostOperations = new Map();',
    'answers are lost',
  ),
  mutation(
    'an operation without an answer is given back',
    SUBMIT_WORK,
    'if (fault instanceof OutcomeUnknown) return;',
    'if (fault instanceof OutcomeUnknown) fault = new Unavailable();',
  ),
  mutation(
    'an operation is reserved for less long than its function lives',
    SUBMIT_WORK,
    'leaseUntil: step.deadline + LEASE_MARGIN_MS,',
    'leaseUntil: step.clock.now() + 1_000,',
    'answers are lost',
  ),
  mutation(
    'an operation is abandoned before its lease ends',
    OUTSTANDING,
    'operation.requestId === undefined && operation.leaseUntil < now,',
    'operation.requestId === undefined,',
    'answers are lost',
  ),
  mutation(
    'operations of earlier steps are not taken up',
    'lambda/assignments/apply-assignments.ts',
    '  await step.operations.load();\n',
    '',
  ),
  mutation(
    'what is no longer listed has succeeded',
    OUTSTANDING,
    'const status = await this.ask(bucket, () => this.context.service.status(kind, requestId));',
    "const status = { status: 'SUCCEEDED' } as const;",
  ),
  mutation(
    'a refusal because the service is busy is a success',
    SUBMIT_WORK,
    'await attempt(step.store, release(row, operation, nextAttemptAt, reason));',
    'await attempt(step.store, succeed(row, operation));',
  ),
  mutation(
    'a run that ends does not look once more',
    'lambda/leadership/step-down.ts',
    'if (failure !== undefined || !(await isDue(store, controller))) return { rang: false };',
    'if (failure !== undefined || (await isDue(store, controller))) return { rang: false };\n  if (failure === undefined) return { rang: false };',
  ),
  mutation(
    'a run that ends looks once more before it gives the lead up',
    'lambda/leadership/step-down.ts',
    'if (!(await stepDown(store, controller, execution, forgets))) return { rang: false };',
    'const due = await isDue(store, controller);\n  if (!(await stepDown(store, controller, execution, forgets)) || !due) return { rang: false };',
  ),
  mutation(
    'the world is read before the marks',
    'lambda/reconcile/refresh-organization.ts',
    '  const marks = await collectMarks(context.store, begun.fence, begun.before, context.clock.now());\n  if (!marks) return { overtaken: true };\n',
    "  const early = (await context.store.query({ table: 'control', pk: 'MARK#reconcile' })).items as unknown as Mark[];\n  if (early.length > 0 && !(await bringUpToDate(context, begun.fence, early))) return { overtaken: true };\n  const marks = await collectMarks(context.store, begun.fence, begun.before, context.clock.now());\n  if (!marks) return { overtaken: true };\n  return { overtaken: false, marks };\n",
  ),
  mutation(
    'an account that an event names is not read',
    'lambda/reconcile/refresh-organization.ts',
    "    if (slice.kind === 'account') found.accountIds.add(slice.accountId);\n",
    '',
  ),
  mutation(
    'marks are cleared although changes met rows that had changed',
    COMMIT_PLAN,
    'if (!position.conflicts && !(await clearMarks',
    'if (!(await clearMarks',
    'steps meet',
  ),
  mutation(
    'a submission writes over what was submitted meanwhile',
    LINK_DOCUMENT,
    'update: { set, remove }, when: [unchangedSince(read)] };',
    'update: { set, remove } };',
  ),
  mutation(
    'a submission marks nothing',
    'lambda/intake/submit-link.ts',
    '    writes.push(markWrite(slice, newId(), new Date(submission.now).toISOString()));\n',
    '',
  ),
  mutation(
    'requests of a newer submission are answered with an older plan',
    'lambda/reconcile/record-outcomes.ts',
    'when: [{ generation: { equals: outcome.generation } }],',
    'when: [{ generation: { present: true } }],',
  ),
  mutation(
    'a link that waits no more stays in the list of what waits',
    PLAN_LINKS,
    '    ...(waits(document) ? { waited: true } : {}),\n',
    '',
  ),
  mutation(
    'a deleted link goes on claiming',
    PLAN_LINKS,
    "const present = documents.filter((document) => document.state === 'present');",
    'const present = documents;',
  ),
  mutation('people are not told of what is given up', WORKER_WRITES, '      ...(isParked ? writes : []),\n', ''),
  mutation(
    'what people are to be told is taken off before it is sent',
    'lambda/bells/send-notifications.ts',
    '      await notifier.notify(notification);\n      await remove(store, keys);\n',
    '      await remove(store, keys);\n      await notifier.notify(notification);\n',
  ),
  mutation(
    'the trail leaves out removals',
    'lambda/domain/audit/assignment-events.ts',
    "if (operation?.kind === 'delete') return ended('Assignment Change Succeeded', row, operation);",
    "if (operation?.kind === 'delete') return ended('Assignment Change Superseded', row, operation);",
  ),
  mutation(
    'the trail orders numbers as texts',
    'lambda/domain/audit/replay-audit.ts',
    '  if (byLength !== 0) return byLength;\n',
    '',
  ),
];
