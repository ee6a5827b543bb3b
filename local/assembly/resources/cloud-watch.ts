import type { CloudWatch } from '../../cloud/cloud-watch';
import type { ResourceRegistry } from '../registry';

export function cloudWatchResources(cloudWatch: CloudWatch): ResourceRegistry {
  return { 'AWS::CloudWatch::Alarm': (input) => cloudWatch.createAlarm(input) };
}
