import { arn, type Call } from '../../cloud/service';
import type { DeriveAccess } from './access';
import { accessByResourceTypes } from './by-resource-type';

const byResourceType = accessByResourceTypes('lambda', { function: functionArns });

/** Lambda: functions by name or ARN. AWS: the right to `Invoke` is called `lambda:InvokeFunction`. */
export const lambdaAccess: DeriveAccess = (call) =>
  byResourceType(call.operation === 'Invoke' ? { ...call, operation: 'InvokeFunction' } : call);

function functionArns({ input, region, principal }: Call): readonly string[] {
  const name = String(input.FunctionName ?? '*').replace(/:\$LATEST$/, '');
  if (name.startsWith('arn:')) return [name];
  return [arn('lambda', region, principal.accountId, `function:${name.replace(/^(\d{12}:)?function:/, '')}`)];
}
