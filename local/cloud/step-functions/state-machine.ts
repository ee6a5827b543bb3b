import type { ResourceInput } from '../../assembly/resource';
import {
  isRecord,
  optionalRecord,
  optionalString,
  physicalName,
  propertyNotImplemented,
  refuseUnknownProperties,
} from '../../assembly/resource';
import { arn, ServiceFault } from '../service';
import type { Definition } from './definition';
import { readDefinition } from './read-definition';

const TYPE = 'AWS::StepFunctions::StateMachine';

export interface StateMachine {
  readonly name: string;
  readonly arn: string;
  readonly accountId: string;
  readonly roleArn: string;
  readonly definition: Definition;
  readonly definitionText: string;
  readonly createdAt: Date;
  readonly loggingConfiguration: Readonly<Record<string, unknown>>;
  readonly tracing: boolean;
}

/**
 * Reads the properties of `AWS::StepFunctions::StateMachine`.
 * @param definitionAsset text of the file behind `DefinitionS3Location`
 */
export function readStateMachine(
  input: ResourceInput,
  now: number,
  definitionAsset: ((location: Readonly<Record<string, unknown>>) => string) | undefined,
): StateMachine {
  const { properties, accountId, region } = input;
  refuseUnknownProperties(TYPE, properties, {
    implemented: [
      ...['StateMachineName', 'StateMachineType', 'RoleArn', 'DefinitionString', 'Definition', 'DefinitionS3Location'],
      ...['DefinitionSubstitutions', 'LoggingConfiguration', 'TracingConfiguration', 'EncryptionConfiguration'],
    ],
    inert: { Tags: 'tags of state machines decide nothing here' },
  });
  const type = optionalString(TYPE, properties, 'StateMachineType') ?? 'STANDARD';
  if (type !== 'STANDARD') throw propertyNotImplemented(TYPE, `StateMachineType ${type}`);
  const encryption = optionalRecord(TYPE, properties, 'EncryptionConfiguration') ?? {};
  if ((encryption.Type ?? 'AWS_OWNED_KEY') !== 'AWS_OWNED_KEY') {
    throw propertyNotImplemented(TYPE, `EncryptionConfiguration.Type ${String(encryption.Type)}`);
  }
  const roleArn = optionalString(TYPE, properties, 'RoleArn');
  if (roleArn === undefined) throw new ServiceFault('ValidationException', `${TYPE} property RoleArn is required`);
  const name = physicalName(input, properties.StateMachineName, { maxLength: 80 });
  const text = substitute(definitionText(properties, definitionAsset), properties.DefinitionSubstitutions);
  return {
    name,
    arn: arn('states', region, accountId, `stateMachine:${name}`),
    accountId,
    roleArn,
    definition: readDefinition(text, (resource) => refuseResource(resource, accountId, region)),
    definitionText: text,
    createdAt: new Date(now),
    loggingConfiguration: optionalRecord(TYPE, properties, 'LoggingConfiguration') ?? {},
    tracing: optionalRecord(TYPE, properties, 'TracingConfiguration')?.Enabled === true,
  };
}

function definitionText(
  properties: ResourceInput['properties'],
  definitionAsset: ((location: Readonly<Record<string, unknown>>) => string) | undefined,
): string {
  const location = optionalRecord(TYPE, properties, 'DefinitionS3Location');
  if (location !== undefined) {
    if (definitionAsset === undefined) throw propertyNotImplemented(TYPE, 'DefinitionS3Location');
    return definitionAsset(location);
  }
  const text = optionalString(TYPE, properties, 'DefinitionString');
  if (text !== undefined) return text;
  if (isRecord(properties.Definition)) return JSON.stringify(properties.Definition);
  throw new ServiceFault('ValidationException', `${TYPE} needs a definition`);
}

/** CloudFormation: every `${name}` that is substituted is replaced; one that is not is an error here. */
function substitute(text: string, substitutions: unknown): string {
  const values = isRecord(substitutions) ? substitutions : {};
  const replaced = text.replace(/\$\{([A-Za-z0-9_]+)\}/g, (placeholder, name: string) =>
    Object.hasOwn(values, name) ? JSON.stringify(String(values[name])).slice(1, -1) : placeholder,
  );
  const left = /\$\{[A-Za-z0-9_]+\}/.exec(replaced);
  if (left === null) return replaced;
  throw new ServiceFault('InvalidDefinition', `Invalid State Machine Definition: no substitution for ${left[0]}`);
}

/** AWS: a task calls a function of its own account and Region; other integrations the local cloud does not have. */
function refuseResource(resource: string, accountId: string, region: string): string | undefined {
  const [, partition, service, itsRegion, itsAccount, kind] = resource.split(':');
  if (partition !== 'aws' || service !== 'lambda' || kind !== 'function') {
    return `the resource ${resource} is not implemented by the local cloud (only Lambda function ARNs)`;
  }
  if (itsRegion !== region) return `the resource provided ${resource} is not in the Region of the state machine`;
  if (itsAccount !== accountId) return `the resource provided ${resource} is not in the account of the state machine`;
  return undefined;
}
