/** Settings that may stand beside `Parameters` or among them. */
export const OPTION_BLOCKS = [
  'Limits',
  'FullPass',
  'Guard',
  'Protected',
  'IdentityCenterInstanceArn',
  'IdentityCenterKmsKeyArn',
  'PolicyReaderRoleName',
  'Audit',
  'ExportOutputs',
] as const;
