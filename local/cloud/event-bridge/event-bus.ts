import type { ResourceInput, ResourceOutput } from '../../assembly/resource';
import { isRecord, optionalString, physicalName, refuseUnknownProperties } from '../../assembly/resource';
import type { PolicyStatement } from '../service';
import { arn, ServiceFault } from '../service';
import { busNameOf, type Rule } from './rule';

/** An event bus with its rules and the statements of its policy. */
export class EventBus {
  readonly arn: string;
  readonly rules = new Map<string, Rule>();
  readonly statements = new Map<string, PolicyStatement>();

  constructor(
    readonly accountId: string,
    readonly region: string,
    readonly name: string,
  ) {
    this.arn = busArn(accountId, region, name);
  }
}

export function busArn(accountId: string, region: string, nameOrArn: string): string {
  return nameOrArn.startsWith('arn:') ? nameOrArn : arn('events', region, accountId, `event-bus/${nameOrArn}`);
}

/** Reads the properties of `AWS::Events::EventBus`. */
export function readEventBus(input: ResourceInput): {
  bus: EventBus;
  keyArn: string | undefined;
  output: ResourceOutput;
} {
  const type = 'AWS::Events::EventBus';
  const { properties, accountId, region } = input;
  refuseUnknownProperties(type, properties, {
    implemented: ['Name', 'Description', 'KmsKeyIdentifier'],
    inert: { Tags: 'tags of buses decide nothing here' },
  });
  const bus = new EventBus(accountId, region, physicalName(input, properties.Name, { maxLength: 256 }));
  return {
    bus,
    keyArn: optionalString(type, properties, 'KmsKeyIdentifier'),
    output: { ref: bus.name, attributes: { Arn: bus.arn, Name: bus.name } },
  };
}

/** Reads the properties of `AWS::Events::EventBusPolicy`: a whole statement, or its parts. */
export function readEventBusPolicy(input: ResourceInput): { busName: string; id: string; statement: PolicyStatement } {
  const type = 'AWS::Events::EventBusPolicy';
  const { properties, accountId, region } = input;
  refuseUnknownProperties(type, properties, {
    implemented: ['EventBusName', 'StatementId', 'Statement', 'Action', 'Principal', 'Condition'],
  });
  const busName = busNameOf(optionalString(type, properties, 'EventBusName'));
  const id = optionalString(type, properties, 'StatementId');
  if (id === undefined) throw new ServiceFault('ValidationException', `${type} needs a StatementId`);
  if (isRecord(properties.Statement)) {
    // A policy statement as IAM knows it; the authorizer reads it.
    return { busName, id, statement: { ...(properties.Statement as unknown as PolicyStatement), Sid: id } };
  }
  const principal = optionalString(type, properties, 'Principal');
  const condition = isRecord(properties.Condition) ? properties.Condition : undefined;
  if (principal === undefined)
    throw new ServiceFault('ValidationException', `${type} needs a Principal or a Statement`);
  const statement: PolicyStatement = {
    Sid: id,
    Effect: 'Allow',
    Principal: principal === '*' ? '*' : { AWS: `arn:aws:iam::${principal}:root` },
    Action: optionalString(type, properties, 'Action') ?? 'events:PutEvents',
    Resource: busArn(accountId, region, busName),
    ...(condition === undefined
      ? {}
      : { Condition: { [String(condition.Type)]: { [String(condition.Key)]: condition.Value } } }),
  };
  return { busName, id, statement };
}
