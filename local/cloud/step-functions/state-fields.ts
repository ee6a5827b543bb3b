/** The fields that the interpreter knows, by state type. Every other field is refused by name. */

const COMMON = ['Type', 'Comment', 'QueryLanguage'];
const OUTGOING = ['Output', 'Assign'];
const CONTINUING = [...OUTGOING, 'Next', 'End'];
const RECOVERING = [...CONTINUING, 'Retry', 'Catch'];

export const STATE_FIELDS: Readonly<Record<string, readonly string[]>> = {
  // HeartbeatSeconds is accepted without effect: a Lambda function cannot send heartbeats, so AWS does not expect any.
  Task: [...COMMON, ...RECOVERING, 'Resource', 'Arguments', 'TimeoutSeconds', 'HeartbeatSeconds'],
  Map: [...COMMON, ...RECOVERING, 'Items', 'ItemSelector', 'ItemProcessor', 'MaxConcurrency'],
  Parallel: [...COMMON, ...RECOVERING, 'Arguments', 'Branches'],
  Pass: [...COMMON, ...CONTINUING],
  Wait: [...COMMON, ...CONTINUING, 'Seconds', 'Timestamp'],
  Choice: [...COMMON, ...OUTGOING, 'Choices', 'Default'],
  Succeed: [...COMMON, 'Output'],
  Fail: [...COMMON, 'Error', 'Cause'],
};

export const REQUIRED_FIELDS: Readonly<Record<string, readonly string[]>> = {
  Task: ['Resource'],
  Map: ['ItemProcessor'],
  Parallel: ['Branches'],
  Choice: ['Choices'],
};

/** Fields of a state whose strings may be expressions, with everything below them. */
export const TEMPLATE_FIELDS = [
  ...['Arguments', 'Output', 'Assign', 'Items', 'ItemSelector', 'MaxConcurrency', 'Seconds', 'Timestamp'],
  ...['TimeoutSeconds', 'HeartbeatSeconds', 'Error', 'Cause', 'Condition'],
];

export const MACHINE_FIELDS = ['Comment', 'QueryLanguage', 'StartAt', 'States', 'TimeoutSeconds', 'Version'];
export const BRANCH_FIELDS = ['Comment', 'StartAt', 'States'];
export const PROCESSOR_FIELDS = [...BRANCH_FIELDS, 'ProcessorConfig'];
export const CHOICE_FIELDS = [...OUTGOING, 'Comment', 'Condition', 'Next'];
export const CATCH_FIELDS = [...OUTGOING, 'Comment', 'ErrorEquals', 'Next'];
export const RETRY_FIELDS = [
  ...['Comment', 'ErrorEquals', 'IntervalSeconds', 'MaxAttempts', 'BackoffRate', 'MaxDelaySeconds', 'JitterStrategy'],
];
