import type { SSOAdminClient } from '@aws-sdk/client-sso-admin';

/** A page of a list as a service answers it, without its token. */
export type PageOfAnswer = Readonly<Record<string, unknown>>;

/** More than any test asks for; a caller that forgets its token is stopped here. */
const MOST_REQUESTS = 50;

/** A client that answers each list with these pages in order, whatever else it is asked with, and keeps its inputs. */
export function pagedAnswers(...pages: readonly PageOfAnswer[]) {
  const inputs: Record<string, unknown>[] = [];
  const send = async ({ input }: { input: Record<string, unknown> }) => {
    inputs.push(input);
    if (inputs.length > MOST_REQUESTS) throw new Error('A list is asked for without end.');
    const at = Number(input.NextToken ?? 0);
    return { ...pages[at], ...(at + 1 < pages.length ? { NextToken: String(at + 1) } : {}) };
  };
  return { inputs, client: { send } as unknown as SSOAdminClient };
}

/** A client that gives one answer to everything. */
export function answering(answer: object): SSOAdminClient {
  return { send: async () => answer } as unknown as SSOAdminClient;
}
