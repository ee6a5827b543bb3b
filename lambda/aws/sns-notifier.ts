import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import type { Notification, Notifier } from '../ports/notifier';
import { naming } from './service-faults';

/** AWS: a subject has at most 100 characters of ASCII and no line end. */
const MOST_SUBJECT_CHARACTERS = 100;
/** AWS: a message has at most 256 KiB; a character of UTF-16 has at most three bytes of UTF-8. */
const MOST_MESSAGE_CHARACTERS = 80_000;
/** Whoever sends has other things to do as well, and sends again a minute later. */
const BRIEFLY = { maxAttempts: 2, requestHandler: { requestTimeout: 3_000, connectionTimeout: 1_000 } };

/** Notifications through a topic; the message is JSON that a person can read. */
export class SnsNotifier implements Notifier {
  constructor(
    private readonly topicArn: string,
    private readonly client = new SNSClient(BRIEFLY),
  ) {}

  async notify({ subject, details }: Notification): Promise<void> {
    const Subject = subject.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, MOST_SUBJECT_CHARACTERS);
    const Message = JSON.stringify(details, null, 2).slice(0, MOST_MESSAGE_CHARACTERS);
    await naming(this.client.send(new PublishCommand({ TopicArn: this.topicArn, Subject, Message })));
  }
}
