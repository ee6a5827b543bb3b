import type { Configuration, Location } from '../../../lib/config/configuration';
import { reachedBy } from '../../../lib/constructs/cross-account-role';
import { type EventSourceName, Names, type ReachedRole } from '../../../lib/names';

/** A role of an account in the words of people: which one it plays for an installation. */
export type Part = 'management' | 'identity-center' | 'target' | 'deployment';

/** A stack, and where it is deployed. */
export interface ExpectedStack {
  readonly name: string;
  readonly part: Part;
  readonly location: Location;
  /** The file with what CloudFormation needs in this account. */
  readonly policyFiles: readonly string[];
}

export interface ExpectedRule {
  readonly source: EventSourceName;
  readonly name: string;
  readonly location: Location;
  readonly part: Part;
  readonly stack: string;
  readonly roleArn: string;
}

export interface ExpectedRole {
  readonly role: ReachedRole;
  readonly name: string;
  readonly arn: string;
  readonly part: Part;
  readonly stack: string;
  readonly location: Location;
  readonly trusted: readonly string[];
}

/** What an installation counts on, in names and places: all of it follows from the configuration. */
export interface Expectations {
  readonly configuration: Configuration;
  readonly stacks: readonly ExpectedStack[];
  readonly rules: readonly ExpectedRule[];
  readonly roles: readonly ExpectedRole[];
  readonly busName: string;
  readonly busArn: string;
  readonly controllerStack: string;
}

/** Files of execution policies, by the part of the account. */
export const POLICY_FILES: Readonly<Record<Part, readonly string[]>> = {
  management: ['management'],
  'identity-center': ['identity-center'],
  target: ['target-data', 'target-compute'],
  deployment: ['deployment'],
};

/** The rules of each source, by what they are about; a test compares them with the templates. */
const RULES: Readonly<Record<EventSourceName, readonly string[]>> = {
  organization: ['organization', 'tags'],
  'identity-center': ['directory', 'identity-center'],
  management: ['directory', 'identity-center'],
};

export function expectationsOf(configuration: Configuration): Expectations {
  const names = new Names(configuration);
  const { management, identityCenter, target, partition } = configuration;
  const arn = (service: string, place: Location, rest: string) =>
    `arn:${partition}:${service}:${place.region}:${place.accountId}:${rest}`;
  const roleArn = (accountId: string, name: string) => `arn:${partition}:iam::${accountId}:role/${name}`;
  const isDelegated = management.accountId !== identityCenter.accountId;
  const sources: readonly EventSourceName[] = [
    'organization',
    'identity-center',
    ...(isDelegated ? (['management'] as const) : []),
  ];
  const placeOf = (source: EventSourceName): Location => {
    if (source === 'organization') return management;
    return source === 'identity-center'
      ? identityCenter
      : { accountId: management.accountId, region: identityCenter.region };
  };
  const partOf = (source: EventSourceName): Part => (source === 'identity-center' ? source : 'management');
  const reached: readonly ReachedRole[] = [
    'organization-reader',
    'identity-center-reader',
    'assignment-writer',
    'permission-set-writer',
  ];
  return {
    configuration,
    stacks: [
      ...sources.map((source) => ({
        name: names.stack(source),
        part: partOf(source),
        location: placeOf(source),
        policyFiles: POLICY_FILES[source === 'identity-center' ? source : 'management'],
      })),
      { name: names.stack('controller'), part: 'target', location: target, policyFiles: POLICY_FILES.target },
    ],
    rules: sources.flatMap((source) =>
      RULES[source].map((what) => ({
        source,
        name: names.forwardingRule(source, what),
        location: placeOf(source),
        part: partOf(source),
        stack: names.stack(source),
        roleArn: roleArn(placeOf(source).accountId, names.forwardingRole(source)),
      })),
    ),
    roles: reached.map((role) => {
      const source = role === 'organization-reader' ? 'organization' : 'identity-center';
      const name = names.reachedRole(role);
      const location = placeOf(source);
      return {
        role,
        name,
        arn: roleArn(location.accountId, name),
        part: partOf(source),
        stack: names.stack(source),
        location,
        trusted: reachedBy(role, configuration).map((entry) => roleArn(target.accountId, names.functionRole(entry))),
      };
    }),
    busName: names.eventBus(),
    busArn: arn('events', target, `event-bus/${names.eventBus()}`),
    controllerStack: names.stack('controller'),
  };
}

export const placeText = ({ accountId, region }: Location): string => `${accountId}/${region}`;
