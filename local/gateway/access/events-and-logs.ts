import { arn, type Call } from '../../cloud/service';
import type { DeriveAccess } from './access';
import { accessByResourceTypes, oneOf } from './by-resource-type';

const byResourceType = accessByResourceTypes('events', {
  'event-bus': ({ input, region, principal }) => {
    const names: unknown[] = Array.isArray(input.Entries)
      ? input.Entries.map((entry: { EventBusName?: unknown }) => entry.EventBusName ?? 'default')
      : [input.EventBusName ?? input.Name ?? 'default'];
    const arns = names.map((name) => {
      return String(name).startsWith('arn:')
        ? String(name)
        : arn('events', region, principal.accountId, `event-bus/${name}`);
    });
    return [...new Set(arns)];
  },
  'rule-on-default-event-bus': (call) => (onDefaultBus(call) ? ruleArn(call, '') : []),
  'rule-on-custom-event-bus': (call) => (onDefaultBus(call) ? [] : ruleArn(call, `${call.input.EventBusName}/`)),
});

function onDefaultBus({ input }: Call): boolean {
  return (input.EventBusName ?? 'default') === 'default';
}

function ruleArn({ input, region, principal }: Call, bus: string): readonly string[] {
  return oneOf(input.Name ?? input.Rule).map((name) =>
    arn('events', region, principal.accountId, `rule/${bus}${name}`),
  );
}

/** EventBridge: one right per bus, since each bus may belong to another account. */
export const eventsAccess: DeriveAccess = (call) =>
  byResourceType(call).flatMap((need) => need.resources.map((resource) => ({ ...need, resources: [resource] })));

/** CloudWatch Logs: groups by name or ARN, streams inside of them. */
export const logsAccess: DeriveAccess = accessByResourceTypes('logs', {
  'log-group': (call) =>
    oneOf(call.input.logGroupName ?? call.input.logGroupIdentifier).map((name) => groupArn(call, name)),
  'log-stream': (call) =>
    oneOf(call.input.logGroupName ?? call.input.logGroupIdentifier).map(
      (name) => `${groupArn(call, name)}:log-stream:${call.input.logStreamName ?? '*'}`,
    ),
});

function groupArn({ region, principal }: Call, name: string): string {
  return name.startsWith('arn:')
    ? name.replace(/:\*$/, '')
    : arn('logs', region, principal.accountId, `log-group:${name}`);
}
