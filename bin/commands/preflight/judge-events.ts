import { type Expectations, type ExpectedRule, placeText } from './expectations';
import type { Facts, PolicyStatement, RuleFacts, TrailFacts } from './facts';
import { absent, type Found, type Judgement, judgeReading, redeploy, stops, together } from './finding';
import { matches, principalConditions, principalsOf } from './policy-statement';

/** Events reach the controller: trails that log, rules that send on, a bus that takes what they send. */
export function judgeEvents(facts: Facts, expectations: Expectations, isDeployed: boolean): Judgement {
  const { rules, configuration } = expectations;
  const places = new Map(rules.map((rule) => [placeText(rule.location), rule]));
  const trails = [...places].map(([place, { part, location }]) => {
    const reading = facts.trails[place] ?? { isRead: false as const, why: 'it was not looked at' };
    return judgeReading({ check: 'trail', part, location }, reading, (found) => judgeTrails(found, location.region));
  });
  const forwarding = rules.map((rule) => {
    const { part, location, name } = rule;
    const reading = facts.rules[`${placeText(location)}/${name}`] ?? {
      isRead: false as const,
      why: 'it was not looked at',
    };
    return judgeReading({ check: 'rule', part, location }, reading, (found) =>
      judgeRule(rule, found, expectations, isDeployed),
    );
  });
  const bus = judgeReading({ check: 'bus', part: 'target', location: configuration.target }, facts.bus, (statements) =>
    judgeBus(statements, expectations, isDeployed),
  );
  return together([...trails, ...forwarding, bus]);
}

function judgeTrails(trails: readonly TrailFacts[], region: string): readonly Found[] {
  const here = trails.filter(({ isMultiRegion, homeRegion }) => isMultiRegion || homeRegion === region);
  if (here.some(({ isLogging, recordsWrites }) => isLogging && recordsWrites)) return [];
  const why = 'AWS: API calls become events only where a trail logs them.';
  const silent = here.find(({ recordsWrites }) => recordsWrites);
  if (silent !== undefined) {
    return [
      stops(
        `The trail ${silent.name} does not log. ${why}`,
        `aws cloudtrail start-logging --region ${silent.homeRegion} --name ${silent.name}`,
      ),
    ];
  }
  const [partial] = here;
  if (partial !== undefined) {
    return [
      stops(
        `The trail ${partial.name} does not record management events that write. ${why}`,
        `aws cloudtrail put-event-selectors --region ${partial.homeRegion} --trail-name ${partial.name} ` +
          `--event-selectors '[{"ReadWriteType":"WriteOnly","IncludeManagementEvents":true}]'`,
      ),
    ];
  }
  const [elsewhere] = trails;
  return [
    stops(
      `No trail records management events of ${region}. ${why}`,
      elsewhere === undefined
        ? 'Create a trail of the organization in the management account: aws cloudtrail create-trail --name organization ' +
            '--s3-bucket-name BUCKET --is-organization-trail --is-multi-region-trail && aws cloudtrail start-logging --name organization'
        : `aws cloudtrail update-trail --region ${elsewhere.homeRegion} --name ${elsewhere.name} --is-multi-region-trail`,
    ),
  ];
}

function judgeRule(
  rule: ExpectedRule,
  found: RuleFacts | undefined,
  { busArn }: Expectations,
  isDeployed: boolean,
): readonly Found[] {
  if (found === undefined) return isDeployed ? [absent(`The rule ${rule.name}`, rule.stack)] : [];
  if (!found.isEnabled) {
    return [
      stops(
        `The rule ${rule.name} is disabled: changes are seen only by the next full pass.`,
        `aws events enable-rule --region ${rule.location.region} --name ${rule.name}`,
      ),
    ];
  }
  const target = found.targets.find(({ arn }) => arn === busArn);
  if (target?.roleArn === rule.roleArn) return [];
  const what =
    target === undefined ? `does not send to ${busArn}` : `sends with the role ${target.roleArn}, not ${rule.roleArn}`;
  return [stops(`The rule ${rule.name} ${what}.`, redeploy(rule.stack))];
}

function judgeBus(
  statements: readonly PolicyStatement[] | undefined,
  { busName, rules, controllerStack }: Expectations,
  isDeployed: boolean,
): readonly Found[] {
  if (statements === undefined) return isDeployed ? [absent(`The event bus ${busName}`, controllerStack)] : [];
  const senders = [...new Set(rules.map(({ roleArn }) => roleArn))];
  return senders
    .filter((sender) => !statements.some((statement) => letsSend(statement, sender)))
    .map((sender) =>
      stops(`The policy of the bus ${busName} does not let ${sender} send to it.`, redeploy(controllerStack)),
    );
}

function letsSend({ Effect, Principal, Action, Condition }: PolicyStatement, sender: string): boolean {
  const account = sender.split(':')[4] ?? '';
  const names = principalsOf(Principal).some((name) => name === '*' || name.includes(account) || name === sender);
  const isSending = [Action ?? []].flat().some((action) => matches(action, 'events:PutEvents'));
  const named = principalConditions(Condition);
  return (
    Effect === 'Allow' && names && isSending && (named.length === 0 || named.some((name) => matches(name, sender)))
  );
}
