import type { Call } from '../service';
import { isRequest, type Request } from './request';
import { type Location, tableArn } from './table-catalog';

/** One IAM action and the one resource it must be allowed on. */
export interface Access {
  readonly action: string;
  readonly resource: string;
}

/** AWS: a transaction needs the rights of the single operations it consists of. */
const TRANSACTION_ACTIONS: Readonly<Record<string, string>> = {
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'ConditionCheckItem',
  Get: 'GetItem',
};

/** What a call touches, for the IAM layer: each pair must be allowed. Input that is malformed touches what it names. */
export function dynamodbAccess(call: Call): readonly Access[] {
  const location = { accountId: call.principal.accountId, region: call.region };
  const input: Request = isRequest(call.input) ? call.input : {};
  switch (call.operation) {
    case 'ListTables':
      return [{ action: 'dynamodb:ListTables', resource: '*' }];
    case 'BatchGetItem':
    case 'BatchWriteItem':
      return batchAccess(call.operation, input, location);
    case 'TransactWriteItems':
    case 'TransactGetItems':
      return transactionAccess(input, location);
    default: {
      const table = tableArn(location, input.TableName);
      const index = input.IndexName;
      const resource = typeof index === 'string' ? `${table}/index/${index}` : table;
      return [{ action: `dynamodb:${call.operation}`, resource }];
    }
  }
}

function batchAccess(operation: string, input: Request, location: Location): readonly Access[] {
  const items = isRequest(input.RequestItems) ? input.RequestItems : {};
  return Object.keys(items).map((name) => ({ action: `dynamodb:${operation}`, resource: tableArn(location, name) }));
}

function transactionAccess(input: Request, location: Location): readonly Access[] {
  const items: readonly unknown[] = Array.isArray(input.TransactItems) ? input.TransactItems : [];
  const found = new Map<string, Access>();
  for (const item of items) {
    if (!isRequest(item)) continue;
    for (const [member, operation] of Object.entries(TRANSACTION_ACTIONS)) {
      const request = item[member];
      if (!isRequest(request)) continue;
      const access = { action: `dynamodb:${operation}`, resource: tableArn(location, request.TableName) };
      found.set(`${access.action} ${access.resource}`, access);
    }
  }
  return [...found.values()];
}
