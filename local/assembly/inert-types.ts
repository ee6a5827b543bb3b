/**
 * Resource types that the local cloud accepts without giving them any behaviour, each with the reason why nothing in
 * the product depends on it. Every other type that has no creator is refused by name.
 */
export const INERT_TYPES: Readonly<Record<string, string>> = {
  'AWS::CDK::Metadata': 'tells AWS which constructs are used; no behaviour',
  'AWS::CloudFormation::WaitConditionHandle': 'a placeholder without behaviour; waiting itself is not inert',
  'AWS::CloudWatch::Dashboard': 'shown by the CloudWatch console only',
  'AWS::Logs::QueryDefinition': 'a saved query of the CloudWatch console',
  'AWS::Glue::Database': 'names audit files for Athena; nothing in the product reads it',
  'AWS::Glue::Table': 'names audit files for Athena; nothing in the product reads it',
  'AWS::Athena::WorkGroup': 'settings of a console query editor',
  'AWS::Athena::NamedQuery': 'a saved query of the Athena console',
};
