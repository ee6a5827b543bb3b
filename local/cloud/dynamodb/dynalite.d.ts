/** The part of dynalite (Apache-2.0) that is used here: its expression grammar with AWS's messages and reserved words. */
declare module 'dynalite/validations/index.js' {
  /** Parses the expressions of `data` into `_updates`, `_condition`, …; answers with AWS's message if one is wrong. */
  export function validateExpressions(data: Record<string, unknown>): string | undefined;
}
