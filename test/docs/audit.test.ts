import { AUDIT_RESULTS, type AuditEvent } from '../../lambda/domain/audit/audit-event';
import { replayAudit } from '../../lambda/domain/audit/replay-audit';
import { auditQueries } from '../../lib/audit-queries';
import { AUDIT_COLUMNS } from '../../lib/audit-table';
import schema from '../../schemas/audit-event.schema.json';
import { validateAuditEvent } from '../../schemas/generated/audit-event';
import { readMarkdown } from '../support/markdown';
import { readProjectFile } from '../support/project-files';

interface PropertySchema {
  readonly description?: string;
  readonly type?: string;
  readonly items?: PropertySchema;
  readonly properties?: Readonly<Record<string, PropertySchema>>;
}

const PROPERTIES: Readonly<Record<string, PropertySchema>> = schema.properties;

/** The type of a column that holds a value of the schema. */
function columnType({ type, items = {}, properties = {} }: PropertySchema): string {
  if (type === 'array') return `array<${columnType(items)}>`;
  if (type === 'integer') return 'int';
  if (type !== 'object') return type ?? '';
  return `struct<${Object.entries(properties).map(([name, inner]) => `${name.toLowerCase()}:${columnType(inner)}`)}>`;
}

test('the columns of the Athena table are the properties of the schema', () => {
  const expected = Object.entries(PROPERTIES).map(([name, property]) => [name.toLowerCase(), columnType(property)]);
  expect(expected.length).toBeGreaterThan(25);
  expect(AUDIT_COLUMNS.map(({ name, type }) => [name, type])).toEqual(expected);
});

test('the kinds of events and their results are those of the schema', () => {
  expect(schema.properties.type.enum).toEqual(Object.keys(AUDIT_RESULTS));
  expect([...schema.properties.result.enum].sort()).toEqual([...new Set(Object.values(AUDIT_RESULTS))].sort());
});

test('the guide has every property and every kind of event', () => {
  const { tables } = readMarkdown('docs/audit.md');
  const properties = tables.find(({ header }) => header[0] === 'property');
  expect(properties?.rows).toEqual(
    Object.entries(PROPERTIES).map(([name, { description = '' }]) => [`\`${name}\``, description]),
  );
  const kinds = tables.find(({ header }) => header[0] === 'type');
  expect(kinds?.rows.map(([type, result]) => [type, result])).toEqual(
    Object.entries(AUDIT_RESULTS).map(([type, result]) => [type, `\`${result}\``]),
  );
});

test('the guide has every saved query', () => {
  const rows = readMarkdown('docs/audit.md').tables.find(({ header }) => header[0] === 'query')?.rows ?? [];
  const said = rows.map(([name, answers = '']) => [name, answers.charAt(0).toUpperCase() + answers.slice(1)]);
  expect(said).toEqual(auditQueries('database').map(({ name, description }) => [`\`${name}\``, description]));
});

/** Words of the queries that are neither columns nor names that the query itself gives. */
const OTHER_WORDS = new Set(
  (
    'with as select distinct from where and or not in like between order by partition over desc over row_number length ' +
    'contains any_match day true since ends place caller claim'
  ).split(' '),
);

test.each(auditQueries('database'))('the query $name asks for columns of the table alone', ({ sql, description }) => {
  expect(description).not.toBe('');
  expect(sql).toContain('FROM database.audit_events');
  // Only the days that are asked for are read.
  expect(sql).toMatch(/\bday (<=|>=|BETWEEN)/);
  const code = sql
    .replaceAll(/--.*$/gm, '')
    .replaceAll(/'[^']*'/g, '')
    .replace('database.audit_events', '');
  const words = [...new Set(code.toLowerCase().match(/[a-z_]+/g) ?? [])];
  const columns = new Set([...AUDIT_COLUMNS.map(({ name }) => name), 'linkdata']);
  const known = words.filter((word) => columns.has(word));
  expect(known.length).toBeGreaterThan(5);
  expect(words.filter((word) => !columns.has(word) && !OTHER_WORDS.has(word))).toEqual([]);
});

describe('the example events', () => {
  const events: AuditEvent[] = readProjectFile('docs/samples/audit/events.ndjson')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

  test('are what the schema says', () => {
    expect(events.length).toBeGreaterThan(5);
    for (const event of events) {
      expect([validateAuditEvent(event), validateAuditEvent.errors]).toEqual([true, null]);
      expect(event.result).toBe(AUDIT_RESULTS[event.type]);
    }
  });

  test('replay to one assignment', () => {
    expect(replayAudit(events)).toMatchObject([{ accountId: '123456789012', principalName: 'team-Accountants' }]);
  });

  test.each([
    ['an unknown property', { policy: '{}' }],
    ['another type', { type: 'Something Else' }],
    ['a time without its zone', { at: '2026-11-27 10:00' }],
    ['no account', { accountId: undefined }],
  ])('with %s are refused', (_, change) => {
    const { ...event } = { ...events.find(({ type }) => type === 'Assignment Change Planned'), ...change };
    expect(validateAuditEvent(JSON.parse(JSON.stringify(event)))).toBe(false);
  });
});
