import type { IConstruct } from 'constructs';

/** Conditions of a statement as IAM writes them: operator → key → values. */
export type Conditions = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

/** One right that was given, and the reason. */
export interface Grant {
  /** ARNs or patterns; they may hold tokens that are resolved when the template is written. */
  readonly resources: readonly string[];
  readonly actions: readonly string[];
  readonly conditions?: Conditions;
  readonly why: string;
}

/** A role that can be given rights. */
export interface Grantee extends IConstruct {
  readonly roleName: string;
  /** What the role is for. */
  readonly purpose: string;
  /** Every right of the role, in the order in which they were given. */
  readonly grants: Grant[];
}

/** The one way to give rights. The reasons are kept: the list of all rights is printed from them. */
export function allow(
  role: Grantee,
  actions: readonly string[],
  resources: readonly string[],
  why: string,
  conditions?: Conditions,
): void {
  role.grants.push({ actions, resources, why, ...(conditions === undefined ? {} : { conditions }) });
}

/** The rights as a policy document. */
export function policyDocumentOf(grants: readonly Grant[]) {
  return {
    Version: '2012-10-17',
    Statement: grants.map(({ actions, resources, conditions }) => ({
      Effect: 'Allow',
      Action: [...actions],
      Resource: [...resources],
      ...(conditions === undefined ? {} : { Condition: conditions }),
    })),
  };
}

export function isGrantee(construct: IConstruct): construct is Grantee {
  return 'grants' in construct && 'purpose' in construct;
}
