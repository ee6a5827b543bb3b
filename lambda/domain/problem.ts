/** One thing that is wrong with an input: where, and what to do about it. */
export interface Problem {
  /** Dotted path of the field, e.g. `link.scope.accountId`. */
  readonly path: string;
  readonly message: string;
}

/** The outcome of parsing at the border: the value, or every problem at once. */
export type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problems: Problem[] };
