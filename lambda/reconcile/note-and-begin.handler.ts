import type { Context } from 'aws-lambda';
import { DynamoDbStore } from '../aws/dynamodb-store';
import { required } from '../aws/environment';
import { leadContext, type StepInput } from '../aws/step-context';
import { noteAndBegin } from './note-and-begin';

const store = new DynamoDbStore({ control: required('CONTROL_TABLE') });

export const handler = (input: StepInput, context: Context) =>
  noteAndBegin(leadContext(store, 'reconcile', input, context));
