import type { EventBridge } from '../../cloud/event-bridge';
import type { ResourceRegistry } from '../registry';

export function eventsResources(eventBridge: EventBridge): ResourceRegistry {
  return {
    'AWS::Events::EventBus': (input) => eventBridge.createEventBus(input),
    'AWS::Events::EventBusPolicy': (input) => eventBridge.createEventBusPolicy(input),
    'AWS::Events::Rule': (input) => eventBridge.createRule(input),
  };
}
