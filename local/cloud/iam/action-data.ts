import data from '../../generated/iam-actions.json';

const SERVICES: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = data.services;

/** A resource type of an action. Several optional types are alternatives: those that the call names must be allowed. */
export interface ResourceType {
  readonly name: string;
  readonly required: boolean;
}

/** The resource types of `service:Action` by the Service Authorization Reference; undefined for an unknown action. */
export function resourceTypesOf(service: string, action: string): readonly ResourceType[] | undefined {
  const types = SERVICES[service]?.[action];
  return types?.map((type) => ({ name: type.replace(/\?$/, ''), required: !type.endsWith('?') }));
}

/** Names (with the service prefix) of all actions of a service; empty for a service that is not in use. */
export function actionNames(service: string): readonly string[] {
  return Object.keys(SERVICES[service.toLowerCase()] ?? {}).map((action) => `${service.toLowerCase()}:${action}`);
}
