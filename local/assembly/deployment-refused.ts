/** The templates ask for something the local cloud does not have, or that AWS refuses. One line per problem. */
export class DeploymentRefused extends Error {
  override readonly name = 'DeploymentRefused';
  constructor(readonly problems: readonly string[]) {
    super(['The stacks cannot be started:', ...problems.map((problem) => `  ${problem}`)].join('\n'));
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
