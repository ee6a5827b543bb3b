import { createHash } from 'node:crypto';
import type { PolicyDocument } from '../service';
import type { Policy } from './policy';

/** An IAM role and everything attached to it. */
export interface Role {
  readonly accountId: string;
  readonly name: string;
  /** Begins and ends with a slash. */
  readonly path: string;
  readonly arn: string;
  /** `AROA…`, as it appears in `aws:userid` and in user ids. */
  readonly roleId: string;
  readonly description: string | undefined;
  readonly tags: readonly { readonly Key: string; readonly Value: string }[];
  readonly maxSessionSeconds: number;
  readonly createdAtMs: number;
  readonly trust: Policy;
  readonly boundary: Policy | undefined;
  readonly boundaryArn: string | undefined;
  /** Inline policies by name. */
  readonly policies: Map<string, Policy>;
}

/** AWS: a session lasts an hour unless the role or the caller says otherwise. */
export const DEFAULT_SESSION_SECONDS = 3600;

/** AWS: role names have 1–64 characters of this set. */
const ROLE_NAME = /^[\w+=,.@-]{1,64}$/;
const ROLE_PATH = /^\/(?:[\u0021-\u007e]+\/)?$/;

export function roleArn(accountId: string, path: string, name: string): string {
  if (!ROLE_NAME.test(name))
    throw new Error(`role name ${name} must be 1-64 characters of letters, digits and +=,.@-_`);
  if (!ROLE_PATH.test(path)) throw new Error(`role path ${path} must begin and end with a slash`);
  return `arn:aws:iam::${accountId}:role${path}${name}`;
}

/** A stable id in the form of IAM's unique ids: a four-letter prefix and 17 letters or digits. */
export function uniqueId(prefix: 'AROA' | 'ANPA', identity: string): string {
  const digest = createHash('sha256').update(identity).digest('hex').toUpperCase();
  return `${prefix}${digest.slice(0, 17)}`;
}

/** The trust policy of roles that only callers of these accounts may assume. */
export function trustOfAccounts(...accountIds: readonly string[]): PolicyDocument {
  const principals = accountIds.map((accountId) => `arn:aws:iam::${accountId}:root`);
  return {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS: principals }, Action: 'sts:AssumeRole' }],
  };
}
