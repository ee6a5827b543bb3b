import type { StepFunctions } from '../../cloud/step-functions/step-functions';
import type { ResourceRegistry } from '../registry';

export function stepFunctionsResources(stepFunctions: StepFunctions): ResourceRegistry {
  return { 'AWS::StepFunctions::StateMachine': (input) => stepFunctions.createStateMachine(input) };
}
