import { ServiceFault } from '../service';

/** AWS: a batch has 1 to 10 entries with different ids of up to 80 letters, digits, hyphens and underscores. */
const MAX_ENTRIES = 10;
const ENTRY_ID = /^[\w-]{1,80}$/;

export interface BatchEntry {
  readonly id: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** The entries of a batch request. Throws what SQS throws for the batch as a whole. */
export function readBatch(entries: unknown): readonly BatchEntry[] {
  if (!Array.isArray(entries) || entries.length === 0) {
    throw new ServiceFault(
      'EmptyBatchRequest',
      'There should be at least one SendMessageBatchRequestEntry in the request.',
    );
  }
  if (entries.length > MAX_ENTRIES) {
    throw new ServiceFault(
      'TooManyEntriesInBatchRequest',
      `Maximum number of entries per request are 10. You have sent ${entries.length}.`,
    );
  }
  const read = entries.map((input): BatchEntry => {
    const id: unknown = input?.Id;
    if (typeof id === 'string' && ENTRY_ID.test(id)) return { id, input };
    throw new ServiceFault(
      'InvalidBatchEntryId',
      'A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.',
    );
  });
  if (new Set(read.map((entry) => entry.id)).size < read.length) {
    throw new ServiceFault('BatchEntryIdsNotDistinct', 'Two or more batch entries in the request have the same Id.');
  }
  return read;
}

/** Does each entry by itself: an entry that fails is reported, the others are done. */
export function runBatch<T extends object>(
  entries: readonly BatchEntry[],
  run: (input: BatchEntry['input']) => T,
): { readonly Successful: readonly object[]; readonly Failed: readonly object[] } {
  const successful: object[] = [];
  const failed: object[] = [];
  for (const { id, input } of entries) {
    try {
      successful.push({ Id: id, ...run(input) });
    } catch (error) {
      if (!(error instanceof ServiceFault)) throw error;
      failed.push({ Id: id, Code: error.code, Message: error.message, SenderFault: true });
    }
  }
  return { Successful: successful, Failed: failed };
}
