/** What can be the matter with what the predecessor left, each with what it means for the migration. */
export const FINDINGS = {
  unreadableLink: 'no link, in neither format: left out',
  unreadablePermissionSet: 'no permission set as a document can say it: left out',
  onlyInTable: 'in the table and without a file: a deletion that got lost halfway, or files that were not copied',
  onlyInFiles: 'a file and not in the table: a submission that got lost halfway, or a file that nobody took in',
  differsFromFile: 'the table and the file say different things',
  lostValues: 'the table lost values of the file that mean something, such as false: the file counts',
  rowDiffers: 'the attributes in the table say something else than the name of the link: the name counts',
  oldFormat: 'named in the format of versions before 3.0.3: understood',
  undeclared: 'links name a permission set that is not declared: they wait for it',
  halfCreated: 'no ARN is noted: its creation failed halfway, and nothing submitted later reached it',
  halfDeleted: 'an ARN is noted and no permission set: its deletion failed halfway',
  truncated: 'an import of the predecessor had lost parts of it: taken from what is there',
  different: 'what is there differs from what the predecessor says',
  refused: 'this installation refuses it: left out',
  missingAssignment: 'a link claims it and it is not there: created with --apply',
  orphanedAssignment: 'the predecessor had made it, and no link claims it: a lost delete; it stays, not managed',
  unknownAssignment: 'the predecessor knows nothing of it, and no link claims it: it stays, not managed',
  unrecordedAssignment:
    'a link claims it, but the predecessor had not noted it, and would never have removed it: adopted',
  staleRecord: 'the predecessor had noted it, and it is not there',
  managementAccount: 'in the management account, where links do nothing: it stays, not managed',
  waitingLink: 'the link claims nothing yet',
} as const;

export type FindingKind = keyof typeof FINDINGS;

/** One thing that somebody may want to look at. */
export interface Finding {
  readonly kind: FindingKind;
  /** What it is about: a link in text form, a permission set's name, an assignment. */
  readonly subject: string;
  readonly message: string;
}

/** Something that is not brought in. */
export interface LeftOut {
  readonly kind: 'link' | 'permissionSet';
  readonly subject: string;
  readonly why: string;
}
