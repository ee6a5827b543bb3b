/** Where the audit trail is kept. */
export interface AuditArchive {
  /** Keeps a text under a key; the same key again keeps both. Throws faults. */
  keep(key: string, text: string): Promise<void>;
}
