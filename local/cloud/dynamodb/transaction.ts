import { createHash } from 'node:crypto';
import type { Clock } from '../../clock';
import { ServiceFault } from '../service';
import { validationFault } from './attribute-value';
import { ConsumedCapacity, RETURN_CONSUMED_CAPACITY } from './capacity';
import { type Outcome, readItem } from './item-operations';
import { checkMembers, constraintFault, isRequest, oneOf, type Request, requestList } from './request';
import type { Table } from './table';
import {
  checkWrite,
  commitWrite,
  consumedBytes,
  keyOfWrite,
  type PlannedWrite,
  planWrite,
  readWrite,
  type Write,
  type WriteKind,
} from './write';

/** AWS: a transaction has up to 100 items and 4 MB. */
const MAX_ITEMS = 100;
const MAX_BYTES = 4 * 1024 * 1024;
/** AWS: a client request token is valid for 10 minutes. */
const TOKEN_MS = 10 * 60 * 1000;
/** AWS: 1 to 36 characters. */
const MAX_TOKEN_LENGTH = 36;

const ACTIONS: readonly (readonly [string, WriteKind, readonly string[]])[] = [
  ['Put', 'put', ['Item']],
  ['Update', 'update', ['Key', 'UpdateExpression']],
  ['Delete', 'delete', ['Key']],
  ['ConditionCheck', 'check', ['Key']],
];

const WRITE_MEMBERS = [
  'TableName',
  'ConditionExpression',
  'ExpressionAttributeNames',
  'ExpressionAttributeValues',
  'ReturnValuesOnConditionCheckFailure',
];

/** A reason as in TransactionCanceledException. */
interface CancellationReason {
  readonly Code: string;
  readonly Message?: string;
  readonly Item?: unknown;
}

type Step = { readonly write: Write } | { readonly reason: CancellationReason };

type FindTable = (name: unknown) => Table;

/** Writes transactions and remembers their client request tokens. */
export class Transactions {
  private readonly tokens = new Map<string, { digest: string; until: number }>();

  constructor(private readonly clock: Clock) {}

  /** TransactWriteItems: all or nothing, at one moment. `scope` is the account and Region that the token belongs to. */
  write(request: Request, scope: string, findTable: FindTable): Outcome {
    const members = ['TransactItems', 'ClientRequestToken', 'ReturnConsumedCapacity', 'ReturnItemCollectionMetrics'];
    checkMembers('TransactWriteItems', request, members);
    const entries = requestList(request, 'TransactItems', 1, MAX_ITEMS);
    const token = readToken(request, scope);
    const digest = token === undefined ? '' : digestOf(entries);
    const consumed = new ConsumedCapacity(true);
    if (token === undefined || !this.isRepeated(token, digest)) {
      for (const planned of commitAll(entries, findTable)) {
        consumed.write(planned.write.table, consumedBytes(planned));
      }
      if (token !== undefined) this.remember(token, digest);
    }
    const capacity = consumed.answer(oneOf(request, 'ReturnConsumedCapacity', RETURN_CONSUMED_CAPACITY));
    return { answer: { ...(capacity && { ConsumedCapacity: capacity }) }, consumed };
  }

  private isRepeated(token: string, digest: string): boolean {
    const known = this.tokens.get(token);
    if (!known || known.until <= this.clock.now()) return false;
    if (known.digest === digest) return true;
    throw new ServiceFault(
      'IdempotentParameterMismatchException',
      'The requested transaction has been issued with the same token but different parameters',
    );
  }

  private remember(token: string, digest: string): void {
    for (const [known, { until }] of this.tokens) {
      if (until > this.clock.now()) break;
      this.tokens.delete(known);
    }
    this.tokens.delete(token);
    this.tokens.set(token, { digest, until: this.clock.now() + TOKEN_MS });
  }
}

function digestOf(entries: readonly Request[]): string {
  return createHash('sha256').update(JSON.stringify(entries)).digest('base64');
}

function readToken(request: Request, scope: string): string | undefined {
  const token = request.ClientRequestToken;
  if (token === undefined || token === null) return undefined;
  if (typeof token === 'string' && token.length >= 1 && token.length <= MAX_TOKEN_LENGTH) return `${scope}/${token}`;
  throw constraintFault(token, 'ClientRequestToken', 'Member must have length less than or equal to 36');
}

function commitAll(entries: readonly Request[], findTable: FindTable): readonly PlannedWrite[] {
  const writes = entries.map((entry) => readAction(entry, findTable));
  const checked = writes.map((write): Step => attempt(() => checkWrite(write)) ?? { write });
  checkDistinct(checked);
  const planned: PlannedWrite[] = [];
  const steps = checked.map((step): Step => {
    if ('reason' in step) return step;
    return attempt(() => planned.push(planWrite(step.write))) ?? step;
  });
  if (planned.length < steps.length) throw cancelled(steps);
  if (planned.reduce((bytes, { nextSize }) => bytes + nextSize, 0) > MAX_BYTES) {
    throw validationFault('Transaction request size exceeded the limit of 4 MB');
  }
  for (const write of planned) commitWrite(write);
  return planned;
}

function readAction(entry: Request, findTable: FindTable): Write {
  checkMembers(
    'TransactWriteItems',
    entry,
    ACTIONS.map(([member]) => member),
  );
  const present = ACTIONS.filter(([member]) => isRequest(entry[member]));
  const [action] = present;
  const request = action && entry[action[0]];
  if (!action || !isRequest(request) || present.length > 1) {
    throw validationFault('TransactItems can only contain one of Check, Put, Update or Delete');
  }
  const [, kind, members] = action;
  checkMembers('TransactWriteItems', request, [...WRITE_MEMBERS, ...members]);
  return readWrite(kind, request, findTable(request.TableName));
}

/** AWS: malformed expressions refuse the request; what does not fit the table or the item cancels the transaction. */
function attempt(work: () => void): { readonly reason: CancellationReason } | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    if (!(error instanceof ServiceFault)) throw error;
    const code = error.code === 'ConditionalCheckFailedException' ? 'ConditionalCheckFailed' : 'ValidationError';
    return { reason: { Code: code, Message: error.message, ...error.members } };
  }
}

function checkDistinct(steps: readonly Step[]): void {
  const items = steps.flatMap((step) => ('write' in step ? [identityOf(step.write)] : []));
  if (new Set(items).size < items.length) {
    throw validationFault('Transaction request cannot include multiple operations on one item');
  }
}

function identityOf(write: Write): string {
  return `${write.table.definition.arn} ${write.table.identityOf(keyOfWrite(write))}`;
}

function cancelled(steps: readonly Step[]): ServiceFault {
  const reasons = steps.map((step) => ('reason' in step ? step.reason : { Code: 'None' }));
  const codes = reasons.map((reason) => reason.Code).join(', ');
  return new ServiceFault(
    'TransactionCanceledException',
    `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
    400,
    { CancellationReasons: reasons },
  );
}

/** TransactGetItems: everything as of one moment. */
export function transactGetItems(request: Request, findTable: FindTable): Outcome {
  checkMembers('TransactGetItems', request, ['TransactItems', 'ReturnConsumedCapacity']);
  const consumed = new ConsumedCapacity(true);
  const members = ['TableName', 'Key', 'ProjectionExpression', 'ExpressionAttributeNames'];
  const responses = requestList(request, 'TransactItems', 1, MAX_ITEMS).map((entry) => {
    const get = entry.Get;
    if (!isRequest(get)) throw constraintFault(null, 'transactItems.member.get', 'Member must not be null');
    checkMembers('TransactGetItems', get, members);
    const item = readItem(get, findTable(get.TableName), true, consumed);
    return item ? { Item: item } : {};
  });
  const capacity = consumed.answer(oneOf(request, 'ReturnConsumedCapacity', RETURN_CONSUMED_CAPACITY));
  return { answer: { Responses: responses, ...(capacity && { ConsumedCapacity: capacity }) }, consumed };
}
