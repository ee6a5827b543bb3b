import type { Table } from './table';

/** AWS: one write unit per started kilobyte, one read unit per started 4 kilobytes; transactions cost twice that. */
const WRITE_UNIT_BYTES = 1024;
const READ_UNIT_BYTES = 4096;
const TRANSACTION_FACTOR = 2;

/** What one call consumed, by table. */
export class ConsumedCapacity {
  private readonly units = new Map<Table, { read: number; write: number }>();

  constructor(private readonly transactional = false) {}

  /** `bytes` of the items read from `table` in one request. */
  read(table: Table, bytes: number, consistent: boolean): void {
    const units = Math.max(1, Math.ceil(bytes / READ_UNIT_BYTES));
    this.of(table).read += units * (this.transactional ? TRANSACTION_FACTOR : consistent ? 1 : 0.5);
  }

  /** `bytes` of the larger of old and new item. */
  write(table: Table, bytes: number): void {
    const units = Math.max(1, Math.ceil(bytes / WRITE_UNIT_BYTES));
    this.of(table).write += units * (this.transactional ? TRANSACTION_FACTOR : 1);
  }

  get total(): { readonly read: number; readonly write: number } {
    const total = { read: 0, write: 0 };
    for (const { read, write } of this.units.values()) {
      total.read += read;
      total.write += write;
    }
    return total;
  }

  /** The answer's ConsumedCapacity entries, if the request asked for them. */
  answer(returnConsumedCapacity: string | undefined): readonly Record<string, unknown>[] | undefined {
    if (returnConsumedCapacity === undefined || returnConsumedCapacity === 'NONE') return undefined;
    return [...this.units].map(([table, { read, write }]) => ({
      TableName: table.definition.name,
      CapacityUnits: read + write,
      ...(returnConsumedCapacity === 'INDEXES' && { Table: { CapacityUnits: read + write } }),
    }));
  }

  private of(table: Table): { read: number; write: number } {
    const units = this.units.get(table) ?? { read: 0, write: 0 };
    this.units.set(table, units);
    return units;
  }
}

export const RETURN_CONSUMED_CAPACITY = ['INDEXES', 'TOTAL', 'NONE'] as const;
