import type { ResourceInput, ResourceOutput } from '../../assembly/resource';
import { optionalString, physicalName, refuseUnknownProperties } from '../../assembly/resource';
import type { PolicyDocument, PolicyStatement } from '../service';
import { ServiceFault } from '../service';

const TYPE = 'AWS::Lambda::Permission';

/** One `AWS::Lambda::Permission`: the function it is about (name or ARN) and the statement it adds to its policy. */
export interface Permission {
  readonly functionName: string;
  readonly statement: (functionArn: string) => PolicyStatement;
  readonly output: ResourceOutput;
}

/** Reads the properties of `AWS::Lambda::Permission`. */
export function readPermission(input: ResourceInput): Permission {
  const { properties } = input;
  const implemented = ['Action', 'FunctionName', 'Principal', 'SourceArn', 'SourceAccount', 'PrincipalOrgID'];
  refuseUnknownProperties(TYPE, properties, { implemented });
  const functionName = optionalString(TYPE, properties, 'FunctionName');
  const principal = optionalString(TYPE, properties, 'Principal');
  const action = optionalString(TYPE, properties, 'Action');
  if (functionName === undefined || principal === undefined || action === undefined) {
    throw new ServiceFault('ValidationException', `${TYPE} needs Action, FunctionName and Principal`);
  }
  const id = physicalName(input, undefined, { maxLength: 100 });
  return {
    functionName,
    statement: (functionArn) => ({
      Sid: id,
      Effect: 'Allow',
      Principal: principalElement(principal),
      Action: action,
      Resource: functionArn,
      Condition: conditionOf(properties),
    }),
    output: { ref: id, attributes: { Id: id } },
  };
}

export function policyOf(statements: readonly PolicyStatement[]): readonly PolicyDocument[] {
  return statements.length === 0 ? [] : [{ Version: '2012-10-17', Statement: statements }];
}

function principalElement(principal: string): unknown {
  if (principal === '*') return '*';
  if (/^\d{12}$/.test(principal)) return { AWS: `arn:aws:iam::${principal}:root` };
  return principal.startsWith('arn:') ? { AWS: principal } : { Service: principal };
}

function conditionOf(properties: ResourceInput['properties']): Record<string, Record<string, unknown>> {
  const condition: Record<string, Record<string, unknown>> = {};
  const sourceArn = optionalString(TYPE, properties, 'SourceArn');
  const sourceAccount = optionalString(TYPE, properties, 'SourceAccount');
  const organization = optionalString(TYPE, properties, 'PrincipalOrgID');
  // AWS: source ARNs may hold wildcards.
  if (sourceArn !== undefined) condition.ArnLike = { 'AWS:SourceArn': sourceArn };
  if (sourceAccount !== undefined || organization !== undefined) {
    condition.StringEquals = {
      ...(sourceAccount === undefined ? {} : { 'AWS:SourceAccount': sourceAccount }),
      ...(organization === undefined ? {} : { 'aws:PrincipalOrgID': organization }),
    };
  }
  return condition;
}
