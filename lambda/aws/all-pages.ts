/** AWS: a list of Identity Center answers up to 100 per page. */
const PAGE_SIZE = 100;

/** What a page is asked with. */
export interface PageInput {
  readonly MaxResults: number;
  readonly NextToken?: string;
}

/** Every entry of a list. AWS: a page may be short or empty although more follows; only a missing token is the end. */
export async function allPages<T>(
  readPage: (input: PageInput) => Promise<{ entries: readonly T[]; NextToken: string | undefined }>,
): Promise<T[]> {
  const entries: T[] = [];
  let NextToken: string | undefined;
  do {
    const page = await readPage({ MaxResults: PAGE_SIZE, ...(NextToken ? { NextToken } : {}) });
    entries.push(...page.entries);
    NextToken = page.NextToken;
  } while (NextToken);
  return entries;
}
