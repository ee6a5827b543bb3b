import type { LocalCloud } from './local-cloud';
import { operatorCommand } from './operator-command';

/** `npm run full-pass -- local …`; answers what it prints. */
export function fullPassCommand(cloud: LocalCloud, ...args: readonly string[]): Promise<string> {
  return operatorCommand(cloud, 'full-pass', ...args);
}
