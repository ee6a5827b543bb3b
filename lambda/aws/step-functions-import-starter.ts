import { randomUUID } from 'node:crypto';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { ImportStarter } from '../ports/import-starter';
import { optional } from './environment';
import { naming } from './service-faults';

/** Starts the import with its defaults; nothing where the configuration asks for none. */
export function importStarter(): { importStarter?: ImportStarter } {
  const stateMachineArn = optional('IMPORT_STATE_MACHINE_ARN');
  if (stateMachineArn === undefined) return {};
  const client = new SFNClient({ maxAttempts: 3 });
  const start = async () => {
    const input = { stateMachineArn, name: randomUUID(), input: '{}' };
    await naming(client.send(new StartExecutionCommand(input)));
  };
  return { importStarter: { start } };
}
