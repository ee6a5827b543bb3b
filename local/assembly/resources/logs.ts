import type { Logs } from '../../cloud/logs';
import type { ResourceRegistry } from '../registry';

export function logsResources(logs: Logs): ResourceRegistry {
  return {
    'AWS::Logs::LogGroup': (input) => logs.createLogGroup(input),
    'AWS::Logs::ResourcePolicy': (input) => logs.createResourcePolicy(input),
  };
}
