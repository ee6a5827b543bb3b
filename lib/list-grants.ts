import { type App, Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { type Conditions, type Grantee, isGrantee } from './constructs/allow';

/** One right of the application and its reason, for people to read. */
export interface ListedGrant {
  readonly stack: string;
  readonly role: string;
  /** What the role is for. */
  readonly purpose: string;
  readonly actions: readonly string[];
  /** What is known only when the stack is deployed stands in angle brackets: `<AWS::Partition>`, `<LinksTable.Arn>`. */
  readonly resources: readonly string[];
  readonly conditions?: Conditions;
  readonly why: string;
}

/** Every right that the application gives, in the order of its stacks and roles. */
export function listGrants(app: App): ListedGrant[] {
  return granteesOf(app).flatMap((role) =>
    role.grants.map(({ actions, resources, conditions, why }) => ({
      stack: Stack.of(role).stackName,
      role: role.roleName,
      purpose: role.purpose,
      actions,
      resources: resources.map((resource) => printed(role, resource)),
      ...(conditions === undefined ? {} : { conditions }),
      why,
    })),
  );
}

export function granteesOf(app: App): Grantee[] {
  return app.node.findAll().filter(isGrantee);
}

/** A value with its tokens in angle brackets. */
export function printed(scope: IConstruct, value: unknown): string {
  return print(Stack.of(scope).resolve(value));
}

function print(value: unknown): string {
  if (typeof value === 'string') return value;
  const [[name, argument] = ['', undefined]] = Object.entries(value as Record<string, unknown>);
  if (name === 'Fn::Join' && Array.isArray(argument)) {
    const [delimiter, parts] = argument as [string, unknown[]];
    return parts.map(print).join(delimiter);
  }
  if (name === 'Fn::GetAtt' && Array.isArray(argument)) return `<${argument.join('.')}>`;
  if (name === 'Fn::Sub' && typeof argument === 'string') return argument.replace(/\$\{([^}]+)\}/g, '<$1>');
  if (name === 'Ref') return `<${String(argument)}>`;
  throw new Error(`Resources of rights do not use ${name}.`);
}
