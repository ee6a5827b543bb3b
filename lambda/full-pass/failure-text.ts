/** What ended a run, as a state machine catches it. */
export interface Failure {
  readonly Error?: string;
  readonly Cause?: string;
}

/** Why a full pass failed, and what to do, in words for whoever asked for it. */
export function failureText({ Error: name = 'Failed', Cause = '' }: Failure): string {
  const message = messageOf(Cause);
  return `The full pass failed: ${name}${message ? `: ${message}` : ''}. What was found until then is marked and looked at. ${remedy(name)}`;
}

/** AWS: the cause of a function's error is JSON with its message. */
export function messageOf(cause: string): string {
  try {
    const { errorMessage } = JSON.parse(cause) as { errorMessage?: unknown };
    return typeof errorMessage === 'string' ? errorMessage : '';
  } catch {
    return cause;
  }
}

function remedy(name: string): string {
  const again = 'ask for another one with POST /full-pass; the history of the failed execution tells more.';
  return name === 'Denied'
    ? `Check that the stacks organization and identity-center are deployed as this one is, then ${again}`
    : `When it has passed, ${again}`;
}
