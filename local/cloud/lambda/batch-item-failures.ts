import { isRecord } from '../../assembly/resource';

/** The ids of what failed, by a partial batch response; undefined when the response is malformed. */
export function batchItemFailures(payload: unknown): readonly string[] | undefined {
  // AWS: null, an empty object and an empty or null list mean that all succeeded.
  if (payload === null || payload === undefined) return [];
  if (!isRecord(payload)) return undefined;
  const failures = payload.batchItemFailures ?? [];
  if (!Array.isArray(failures)) return undefined;
  const ids = failures.map((failure: unknown) => (isRecord(failure) ? failure.itemIdentifier : undefined));
  return ids.every((id): id is string => typeof id === 'string' && id !== '') ? ids : undefined;
}
