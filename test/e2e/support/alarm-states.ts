import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import { administratorOf, type LocalCloud, TARGET } from './local-cloud';

export interface ShownAlarm {
  readonly AlarmName: string;
  readonly AlarmDescription: string;
  readonly StateValue: string;
  readonly StateReason: string;
}

interface HistoryItem {
  readonly AlarmName: string;
  readonly HistoryItemType: 'StateUpdate' | 'Action';
  readonly HistorySummary: string;
}

/** The alarms of the target account, as CloudWatch's JSON protocol shows them. */
export class AlarmStates {
  constructor(private readonly cloud: LocalCloud) {}

  async all(): Promise<ShownAlarm[]> {
    return (await this.ask('DescribeAlarms', {})).MetricAlarms;
  }

  async in(state: string): Promise<string[]> {
    return (await this.all()).filter(({ StateValue }) => StateValue === state).map(({ AlarmName }) => AlarmName);
  }

  /** All that were ever raised. */
  async raised(): Promise<Set<string>> {
    const items = (await this.history()).filter(({ HistorySummary }) => HistorySummary.endsWith('to ALARM'));
    return new Set(items.map(({ AlarmName }) => AlarmName));
  }

  /** Messages that the topic did not take. */
  async untold(): Promise<HistoryItem[]> {
    return (await this.history()).filter(({ HistoryItemType }) => HistoryItemType === 'Action');
  }

  private async history(): Promise<HistoryItem[]> {
    const items: HistoryItem[] = [];
    for (let NextToken: string | undefined, first = true; first || NextToken !== undefined; first = false) {
      const page = await this.ask('DescribeAlarmHistory', NextToken === undefined ? {} : { NextToken });
      items.push(...page.AlarmHistoryItems);
      NextToken = page.NextToken;
    }
    return items;
  }

  // biome-ignore lint/suspicious/noExplicitAny: answers are compared as they are
  private async ask(operation: string, input: object): Promise<any> {
    const { cloud } = this;
    const { hostname, port, host } = new URL(cloud.url);
    const credentials = administratorOf(TARGET);
    const signer = new SignatureV4({ service: 'monitoring', region: cloud.region, credentials, sha256: Sha256 });
    const body = JSON.stringify(input);
    const headers = {
      host,
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `GraniteServiceVersion20100801.${operation}`,
    };
    const request = { method: 'POST', protocol: 'http:', hostname, port: Number(port), path: '/', headers, body };
    const signed = await signer.sign(request);
    const answer = await fetch(cloud.url, { method: 'POST', headers: signed.headers, body });
    if (answer.status !== 200) throw new Error(`${operation}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  }
}
