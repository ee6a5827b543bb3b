import type { AssemblyStack } from './cloud-assembly';
import { creationOrder } from './creation-order';
import { messageOf } from './deployment-refused';
import { INERT_TYPES } from './inert-types';
import { CONDITION_FUNCTION_NAMES, intrinsicOf, VALUE_FUNCTION_NAMES } from './intrinsics';
import { isPseudoParameter } from './pseudo-parameters';
import { referencesOf } from './references';
import type { ResourceRegistry } from './registry';
import { isRecord } from './resource';
import type { TemplateParameter } from './template';

/**
 * What can be said against a stack before anything is created: resource types, intrinsic functions and parameters that
 * are not implemented, and references to nothing. Each problem begins with the stack and the logical id.
 */
export function stackProblems(stack: AssemblyStack, registry: ResourceRegistry): readonly string[] {
  const { Parameters, Conditions, Resources, Outputs } = stack.template;
  const names = new Set([...Object.keys(Parameters), ...Object.keys(Resources)]);
  const problems = [
    ...Object.entries(Parameters).flatMap(([id, parameter]) => at(id, parameterProblems(parameter))),
    ...Object.entries(Conditions).flatMap(([id, condition]) => at(id, valueProblems(condition, names, true))),
    ...Object.entries(Resources).flatMap(([id, resource]) =>
      at(id, [
        ...typeProblems(resource.Type, registry),
        ...resource.DependsOn.filter((name) => !Object.hasOwn(Resources, name)).map(
          (name) => `DependsOn unknown ${name}`,
        ),
        ...conditionProblems(resource.Condition, Conditions),
        ...(Object.hasOwn(INERT_TYPES, resource.Type) ? [] : valueProblems(resource.Properties, names, false)),
      ]),
    ),
    ...Object.entries(Outputs).flatMap(([id, output]) =>
      at(id, [...conditionProblems(output.Condition, Conditions), ...valueProblems(output.Value, names, false)]),
    ),
    ...orderProblems(stack),
  ];
  return problems.map((problem) => `${stack.stackName}/${problem}`);
}

function at(logicalId: string, problems: readonly string[]): readonly string[] {
  return problems.map((problem) => `${logicalId}: ${problem}`);
}

function typeProblems(type: string, registry: ResourceRegistry): readonly string[] {
  if (Object.hasOwn(registry, type) || Object.hasOwn(INERT_TYPES, type)) return [];
  return [`resource type ${type} is not implemented by the local cloud`];
}

function conditionProblems(name: string | undefined, conditions: Readonly<Record<string, unknown>>): readonly string[] {
  return name === undefined || Object.hasOwn(conditions, name) ? [] : [`Condition ${name} does not exist`];
}

const PARAMETER_TYPES = ['String', 'Number', 'CommaDelimitedList'];

/** CDK's parameter for the version of the bootstrap stack; only the (inert) section `Rules` reads it. */
const BOOTSTRAP_VERSION_PARAMETER = /^\/cdk-bootstrap\/\w+\/version$/;

function parameterProblems(parameter: TemplateParameter): readonly string[] {
  const isBootstrapVersion =
    parameter.Type === 'AWS::SSM::Parameter::Value<String>' &&
    BOOTSTRAP_VERSION_PARAMETER.test(String(parameter.Default));
  if (!isBootstrapVersion && !PARAMETER_TYPES.includes(parameter.Type)) {
    return [`parameter type ${parameter.Type} is not implemented by the local cloud`];
  }
  return parameter.Default === undefined ? ['a parameter needs a default value to start locally'] : [];
}

function valueProblems(value: unknown, names: ReadonlySet<string>, isCondition: boolean): readonly string[] {
  const known = isCondition ? [...CONDITION_FUNCTION_NAMES, ...VALUE_FUNCTION_NAMES] : VALUE_FUNCTION_NAMES;
  const functions = [...new Set(functionsIn(value, isCondition))]
    .filter((name) => !known.includes(name))
    .map((name) => `intrinsic function ${name} is not implemented by the local cloud`);
  const references = [...new Set(referencesOf(value).map((reference) => reference.name))]
    .filter((name) => !names.has(name) && !isPseudoParameter(name))
    .map((name) => `reference to unknown ${name}`);
  return [...functions, ...references];
}

/** Outside of `Conditions`, an object with the one key `Condition` is data (of a policy statement, for instance). */
function functionsIn(value: unknown, isCondition: boolean): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((item) => functionsIn(item, isCondition));
  if (!isRecord(value)) return [];
  const call = intrinsicOf(value);
  const own = call && (isCondition || call.name !== 'Condition') ? [call.name] : [];
  return [...own, ...Object.values(value).flatMap((item) => functionsIn(item, isCondition))];
}

function orderProblems(stack: AssemblyStack): readonly string[] {
  try {
    creationOrder(stack.template.Resources);
    return [];
  } catch (error) {
    return [messageOf(error)];
  }
}
