import type { Notification, Notifier } from '../../lambda/ports/notifier';

/** What people get, in memory. */
export class Topic implements Notifier {
  readonly sent: Notification[] = [];
  /** Whether it is out of reach. */
  isOut = false;

  readonly notify = async (notification: Notification): Promise<void> => {
    if (this.isOut) throw new Error('the topic is out of reach');
    this.sent.push(notification);
  };
}
