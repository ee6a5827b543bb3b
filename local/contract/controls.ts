import type { StackOutputs } from '../assembly/deployment';
import type { LocalControls } from '../contract';
import type { SimulatedCloud } from '../simulated-cloud';
import type { AccountState } from '../world/organizations/tree';
import { CallCounter } from './call-counter';
import type { Faults } from './faults';
import { type Metrics, priced } from './metrics';
import { type SettleSources, Settling } from './settle';

const ACCOUNT_STATES: readonly AccountState[] = [
  'PENDING_ACTIVATION',
  'ACTIVE',
  'SUSPENDED',
  'PENDING_CLOSURE',
  'CLOSED',
];

/** How long settling yields between two looks: real milliseconds, about the tick of the clock. */
const LOOK_MS = 5;
/** Turns of the event loop after a skip: what became due is counted as under way in the first. */
const TURNS = 3;

/** What the `/_local` routes show and do, on a cloud whose stacks are deployed. */
export function controlsOf(cloud: SimulatedCloud, outputs: StackOutputs): LocalControls {
  const counter = new CallCounter();
  cloud.gateway.onCall((call) => counter.observe(call));
  const settling = new Settling(settleSources(cloud));
  return {
    now: () => cloud.clock.now(),
    outputs: () => outputs,
    settle: (timeoutSeconds) => settling.settle(timeoutSeconds),
    advance: (seconds, timeoutSeconds) => settling.advance(seconds, timeoutSeconds),
    metrics: () => metrics(cloud, counter),
    setFaults: (faults) => applyFaults(cloud, faults),
    setAccountState: (accountId, state) => cloud.world.setAccountState(accountId, accountState(state)),
    fireSchedules: () => void cloud.eventBridge.fireSchedules(),
    deliverEvents: (events) => cloud.deliverEvents(events),
    iam: () => cloud.iam.report(),
    statements: () => cloud.iam.statements(),
  };
}

function settleSources(cloud: SimulatedCloud): SettleSources {
  return {
    inFlight: () => ({
      messages: cloud.sqs.depth(),
      executions: cloud.stepFunctions.running(),
      functions: cloud.lambda.inFlight(),
      operations: cloud.world.settleInfo().operationsInFlight,
      events: cloud.eventBridge.undelivered() + cloud.s3.inFlight(),
      records: cloud.lambda.waitingRecords(),
    }),
    executionsStarted: () => cloud.stepFunctions.executionsStarted(),
    lastFailureAt: () => cloud.stepFunctions.lastFailureAt(),
    longestTimeoutMs: () => cloud.lambda.longestTimeoutSeconds() * 1_000,
    fireMinuteSchedules: () => void cloud.eventBridge.fireMinuteSchedules(),
    endBatchingWindows: () => cloud.lambda.endBatchingWindows(),
    now: () => cloud.clock.now(),
    running: () => cloud.lambda.running(),
    skip: (until) => cloud.clock.skip(until),
    turn: async () => {
      for (let turns = 0; turns < TURNS; turns += 1) await new Promise((resolve) => setImmediate(resolve));
    },
    pause: () => new Promise((resolve) => setTimeout(resolve, LOOK_MS)),
    realNow: () => performance.now(),
    speed: cloud.clock.speed,
  };
}

function metrics(cloud: SimulatedCloud, counter: CallCounter): Metrics {
  const usage = cloud.lambda.usage();
  return priced({
    calls: counter.calls(),
    callsByRole: counter.callsByRole(),
    throttledCalls: counter.throttledCalls(),
    outstandingOperations: cloud.world.identityCenter.metrics().outstanding,
    dynamoDbRequestUnits: cloud.dynamoDb.usage(),
    stateTransitions: cloud.stepFunctions.stateTransitions(),
    functionInvocations: usage.reduce((sum, { invocations }) => sum + invocations, 0),
    lambdaGbSeconds: usage.reduce((sum, { gigabyteSeconds }) => sum + gigabyteSeconds, 0),
  });
}

function applyFaults(cloud: SimulatedCloud, faults: Faults): void {
  const { throttle, serverError, latencyFactor, lambdaCrash, eventLoss, eventDuplicate, eventReorder } = faults;
  cloud.gateway.setFaults({ throttle, serverError, latencyFactor });
  cloud.world.setLatencyFactor(latencyFactor);
  cloud.lambda.crashProbability = lambdaCrash;
  Object.assign(cloud.eventBridge.faults, { loss: eventLoss, duplicate: eventDuplicate, reorder: eventReorder });
  Object.assign(cloud.s3.faults, { duplicate: eventDuplicate, reorder: eventReorder });
}

function accountState(state: string): AccountState {
  const known = ACCOUNT_STATES.find((candidate) => candidate === state);
  if (known !== undefined) return known;
  throw new Error(`state must be one of ${ACCOUNT_STATES.join(', ')}, not ${state}`);
}
