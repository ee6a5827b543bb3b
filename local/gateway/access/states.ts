import type { DeriveAccess } from './access';
import { accessByResourceTypes, oneOf } from './by-resource-type';

/** Step Functions: state machines and executions are named by ARN. */
export const statesAccess: DeriveAccess = accessByResourceTypes('states', {
  statemachine: ({ input }) => oneOf(input.stateMachineArn),
  execution: ({ input }) => oneOf(input.executionArn),
  // Express executions and map runs are not implemented; their ARNs never occur.
  express: () => [],
  maprun: () => [],
});
