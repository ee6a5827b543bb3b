import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { AttributeTest, Condition, Update, Write } from '../domain/write';
import { InvariantViolated } from '../ports/faults';

/** Collects names and values for the placeholders of one expression set. */
class Placeholders {
  private readonly names = new Map<string, string>();
  private readonly values: Record<string, unknown> = {};

  name(path: string): string {
    return path
      .split('.')
      .map((step) => {
        const placeholder = this.names.get(step) ?? `#n${this.names.size}`;
        this.names.set(step, placeholder);
        return placeholder;
      })
      .join('.');
  }

  value(value: unknown): string {
    const placeholder = `:v${Object.keys(this.values).length}`;
    this.values[placeholder] = value;
    return placeholder;
  }

  members() {
    const names = Object.fromEntries([...this.names].map(([name, placeholder]) => [placeholder, name]));
    const values = marshall(this.values, MARSHALL);
    return {
      ...(this.names.size > 0 ? { ExpressionAttributeNames: names } : {}),
      ...(Object.keys(values).length > 0 ? { ExpressionAttributeValues: values } : {}),
    };
  }
}

const MARSHALL = { removeUndefinedValues: true } as const;

/** A conditional write as DynamoDB's TransactWriteItems takes it. */
export function transactItem(TableName: string, write: Write): TransactWriteItem {
  const placeholders = new Placeholders();
  const Key = marshall({ pk: write.at.pk, sk: write.at.sk });
  const condition: { ConditionExpression?: string } = write.when
    ? { ConditionExpression: conditionExpression(write.when, placeholders) }
    : {};
  if ('put' in write) {
    const Item = marshall({ ...write.put, pk: write.at.pk, sk: write.at.sk }, MARSHALL);
    return { Put: { TableName, Item, ...condition, ...placeholders.members() } };
  }
  if ('update' in write) {
    const UpdateExpression = updateExpression(write.update, placeholders);
    return { Update: { TableName, Key, UpdateExpression, ...condition, ...placeholders.members() } };
  }
  if ('delete' in write) return { Delete: { TableName, Key, ...condition, ...placeholders.members() } };
  if (!condition.ConditionExpression) throw new InvariantViolated('A check without a condition checks nothing.');
  const { ConditionExpression } = condition;
  return { ConditionCheck: { TableName, Key, ConditionExpression, ...placeholders.members() } };
}

function updateExpression({ set = {}, remove = [], add = {} }: Update, placeholders: Placeholders): string {
  const sets = Object.entries(set)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${placeholders.name(name)} = ${placeholders.value(value)}`);
  const adds = Object.entries(add).map(([name, amount]) => `${placeholders.name(name)} ${placeholders.value(amount)}`);
  const removes = remove.map((name) => placeholders.name(name));
  return [
    sets.length > 0 ? `SET ${sets.join(', ')}` : '',
    removes.length > 0 ? `REMOVE ${removes.join(', ')}` : '',
    adds.length > 0 ? `ADD ${adds.join(', ')}` : '',
  ]
    .filter((part) => part !== '')
    .join(' ');
}

/** Any of the conditions; all tests of each. */
function conditionExpression(conditions: readonly Condition[], placeholders: Placeholders): string {
  return conditions
    .map((condition) => {
      const tests = Object.entries(condition).map(([path, test]) => testExpression(path, test, placeholders));
      return `(${tests.join(' AND ')})`;
    })
    .join(' OR ');
}

function testExpression(path: string, test: AttributeTest, placeholders: Placeholders): string {
  const name = placeholders.name(path);
  if ('absent' in test) return `attribute_not_exists(${name})`;
  if ('present' in test) return `attribute_exists(${name})`;
  if ('equals' in test) return `${name} = ${placeholders.value(test.equals)}`;
  if ('below' in test) return `${name} < ${placeholders.value(test.below)}`;
  return `${name} <= ${placeholders.value(test.atMost)}`;
}
