import { arn, ServiceFault } from '../service';

/** The ARN of a function that is named by its ARN, its name, or `<account>:function:<name>`. */
export function functionArnOf(accountId: string, region: string, nameOrArn: string): string {
  const name = unqualified(nameOrArn);
  if (name.startsWith('arn:')) return name;
  return arn('lambda', region, accountId, `function:${name.replace(/^(\d{12}:)?function:/, '')}`);
}

/** Only `$LATEST` exists: there are no versions and aliases. */
export function unqualified(functionArn: string): string {
  return functionArn.replace(/:\$LATEST$/, '');
}

export function functionNotFound(functionArn: string): ServiceFault {
  return new ServiceFault('ResourceNotFoundException', `Function not found: ${functionArn}`, 404, { Type: 'User' });
}
