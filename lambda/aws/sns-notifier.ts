import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import type { Notification, Notifier } from '../ports/notifier';
import { naming } from './service-faults';

/** AWS: a subject has at most 100 characters. */
const MOST_SUBJECT_CHARACTERS = 100;

/** Notifications through a topic; the message is JSON that a person can read. */
export class SnsNotifier implements Notifier {
  constructor(
    private readonly topicArn: string,
    private readonly client = new SNSClient({}),
  ) {}

  async notify({ subject, details }: Notification): Promise<void> {
    const message = { TopicArn: this.topicArn, Subject: subject.slice(0, MOST_SUBJECT_CHARACTERS) };
    await naming(this.client.send(new PublishCommand({ ...message, Message: JSON.stringify(details, null, 2) })));
  }
}
