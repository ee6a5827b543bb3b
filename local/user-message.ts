/** Why the local cloud does not start, in words for the person who started it: shown without a stack trace. */
export class UserMessage extends Error {
  override readonly name: string = 'UserMessage';
}

/** Errors of other parts whose messages are complete as they are, by their stable names. */
const NAMES: readonly string[] = [
  'UserMessage',
  'WrongOptions',
  'WrongConfiguration',
  'InvalidOrganizationFile',
  'DeploymentRefused',
];

export function isForTheUser(error: unknown): error is Error {
  return error instanceof Error && NAMES.includes(error.name);
}
