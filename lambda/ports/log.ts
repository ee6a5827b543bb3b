/** Records a decision or an effect once: a constant sentence, and fields. Never documents, never secrets. */
export type Log = (sentence: string, fields: Readonly<Record<string, unknown>>) => void;
