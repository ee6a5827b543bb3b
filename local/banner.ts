import type { Location } from '../lib/config/configuration';
import type { StackOutputs } from './assembly/deployment';

/** What the banner tells about a running local cloud. */
export interface BannerFacts {
  readonly url: string;
  readonly speed: number;
  readonly outputs: StackOutputs;
  readonly notStarted: readonly { readonly stackName: string; readonly reason: string }[];
  /** Of the configuration: accepted, but worth knowing. */
  readonly warnings: readonly string[];
  readonly target: Location;
  readonly identityCenter: Location;
  readonly instanceArn: string;
  /** A link, in text form, whose names exist in the organization; absent when there are none. */
  readonly exampleLink?: string;
  readonly startSeconds: number;
}

/** The text that `npm start` prints when everything runs; its line `ready on <url>` is stable. */
export function bannerText(facts: BannerFacts): string {
  const { url, speed, startSeconds } = facts;
  return [
    `ready on ${url} after ${startSeconds.toFixed(1)} s; what waits goes ${speed} times faster than real time`,
    '',
    'Stacks that run, with their outputs:',
    ...Object.entries(facts.outputs).flatMap(([stack, outputs]) => stackLines(stack, outputs)),
    ...facts.notStarted.map(({ stackName, reason }) => `${stackName}: ${reason}`),
    ...facts.warnings.map((warning) => `Warning: ${warning}`),
    '',
    'Try in another terminal. The access key is an account id, whose administrator you are then; the secret is anything.',
    ...firstCommands(facts).flatMap(({ purpose, command }) => [`  # ${purpose}`, `  ${command}`]),
    '',
    `GET ${url}/ lists what else there is; README.md has a tour. Ctrl-C stops it, and nothing is kept.`,
  ].join('\n');
}

/** An output that is exported is shown by its export name only. */
function stackLines(stack: string, outputs: Readonly<Record<string, string>>): readonly string[] {
  const shown = Object.entries(outputs).filter(
    ([name, value]) =>
      !Object.entries(outputs).some(([other, same]) => other !== name && same === value && isExport(other, name)),
  );
  return [stack, ...shown.map(([name, value]) => `  ${name}: ${value}`)];
}

/** CloudFormation ids have no hyphens, export names keep them. */
function isExport(exportName: string, outputId: string): boolean {
  return exportName.includes('-') && !outputId.includes('-');
}

interface Suggestion {
  /** One line: what the command shows or does. */
  readonly purpose: string;
  readonly command: string;
}

function firstCommands(facts: BannerFacts): readonly Suggestion[] {
  return [...apiCommands(facts), ...settleCommand(facts), ...awsCommands(facts)];
}

function apiCommands({ outputs, target, exampleLink }: BannerFacts): readonly Suggestion[] {
  const api = outputNamed(outputs, 'linkApi-endpointURL')?.replace(/\/$/, '');
  if (api === undefined) return [];
  const curl = `curl --aws-sigv4 aws:amz:${target.region}:execute-api --user ${target.accountId}:any ${api}`;
  const body = JSON.stringify({ action: 'create', linkData: exampleLink });
  const post = { purpose: 'declare a link', command: `${curl}/postLinkData -d '${body}'` };
  return [
    ...(exampleLink === undefined ? [] : [post]),
    { purpose: 'the links that are declared, and how they stand', command: `${curl}/links` },
  ];
}

function settleCommand({ url }: BannerFacts): readonly Suggestion[] {
  const command = `curl -X POST ${url}/_local/settle -d '{"timeoutSeconds":60}'`;
  return [{ purpose: 'wait until nothing is under way', command }];
}

function awsCommands({ url, outputs, target, identityCenter, instanceArn }: BannerFacts): readonly Suggestion[] {
  const administrator = ({ accountId, region }: Location) =>
    `AWS_ACCESS_KEY_ID=${accountId} AWS_SECRET_ACCESS_KEY=any AWS_DEFAULT_REGION=${region} aws --endpoint-url ${url}`;
  const bucket = outputNamed(outputs, 'account-assignments-location');
  const list = `${administrator(identityCenter)} sso-admin list-permission-sets --instance-arn ${instanceArn}`;
  return [
    ...(bucket === undefined
      ? []
      : [{ purpose: 'links that were put as files', command: `${administrator(target)} s3 ls ${bucket}` }]),
    { purpose: 'what the simulated Identity Center says', command: list },
  ];
}

function outputNamed(outputs: StackOutputs, ending: string): string | undefined {
  const found = Object.values(outputs)
    .flatMap((values) => Object.entries(values))
    .find(([name]) => name.endsWith(ending));
  return found?.[1];
}
