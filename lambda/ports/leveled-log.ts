/** A log whose entries have levels: constant sentences with fields. Powertools' `Logger` is one. */
export interface LeveledLog {
  info(sentence: string, fields: Readonly<Record<string, unknown>>): void;
  warn(sentence: string, fields: Readonly<Record<string, unknown>>): void;
  error(sentence: string, fields: Readonly<Record<string, unknown>>): void;
}
