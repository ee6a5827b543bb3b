import { regionalArn } from '../arns';
import type { StateMachineName } from '../names';
import { allow, type Grantee } from './allow';
import type { Installation } from './installation';

/**
 * ARN of a state machine by its name: functions start the state machine that invokes them, so neither can be created
 * after the other.
 */
export function stateMachineArn({ configuration, names }: Installation, name: StateMachineName): string {
  return regionalArn('states', configuration.target, `stateMachine:${names.stateMachine(name)}`);
}

/** Lets a function start executions of a controller. */
export function allowRinging(installation: Installation, role: Grantee, name: StateMachineName, why: string): void {
  allow(role, ['states:StartExecution'], [stateMachineArn(installation, name)], why);
}
