import { randomUUID } from 'node:crypto';
import { DynamoDbStore } from '../aws/dynamodb-store';
import { embeddedMetrics } from '../aws/embedded-metrics';
import { required } from '../aws/environment';
import { logger } from '../aws/log';
import { SnsNotifier } from '../aws/sns-notifier';
import { StepFunctionsBell } from '../aws/step-functions-bell';
import { importStarter } from '../aws/step-functions-import-starter';
import { systemClock } from '../aws/system-clock';
import { ringBells } from './ring-bells';

const store = new DynamoDbStore({
  ledger: required('LEDGER_TABLE'),
  control: required('CONTROL_TABLE'),
  'permission-sets': required('PERMISSION_SETS_TABLE'),
});
const bell = new StepFunctionsBell({
  reconcile: required('RECONCILE_STATE_MACHINE_ARN'),
  'apply-assignments': required('APPLY_ASSIGNMENTS_STATE_MACHINE_ARN'),
  'converge-permission-sets': required('CONVERGE_PERMISSION_SETS_STATE_MACHINE_ARN'),
  'full-pass': required('FULL_PASS_STATE_MACHINE_ARN'),
});

const notifier = new SnsNotifier(required('NOTIFICATIONS_TOPIC_ARN'));
const tools = { clock: systemClock, newId: randomUUID, log: logger, metrics: embeddedMetrics };
const world = { ...importStarter(), ...tools, store, bell, notifier };

export const handler = () => ringBells(world);
