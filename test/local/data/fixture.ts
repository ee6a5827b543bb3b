import type { ResourceInput } from '../../../local/assembly/resource';
import type { Call, Principal } from '../../../local/cloud/service';

export const ACCOUNT = '333333333333';
export const REGION = 'eu-west-1';

export const principal: Principal = { kind: 'accountKey', accountId: ACCOUNT, arn: `arn:aws:iam::${ACCOUNT}:root` };

export function call(operation: string, input: unknown): Call {
  return { operation, input, principal, region: REGION };
}

export function resource(logicalId: string, properties: Record<string, unknown>): ResourceInput {
  return { accountId: ACCOUNT, region: REGION, stackName: 'local-app-controller', logicalId, properties };
}
