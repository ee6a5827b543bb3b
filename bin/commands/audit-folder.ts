import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AuditEvent } from '../../lambda/domain/audit/audit-event';
import { validateAuditEvent } from '../../schemas/generated/audit-event';

const SUFFIX = '.json';

/** Every event in a copy of the audit trail; one file is in memory at a time. Throws on what is no event. */
export function* auditEventsIn(folder: string): Generator<AuditEvent> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith(SUFFIX));
  if (files.length === 0) throw new Error(`There are no *${SUFFIX} files in ${folder}.`);
  for (const file of files.sort()) {
    for (const [index, line] of readFileSync(join(folder, file), 'utf8').trimEnd().split('\n').entries()) {
      const event: unknown = JSON.parse(line);
      if (!validateAuditEvent(event)) throw new Error(`${file}, line ${index + 1} is no audit event.`);
      yield event as AuditEvent;
    }
  }
}
