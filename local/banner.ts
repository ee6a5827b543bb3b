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
  readonly startSeconds: number;
}

/** The text that `npm start` prints when everything runs; its line `ready on <url>` is stable. */
export function bannerText(facts: BannerFacts): string {
  const { url, speed, startSeconds } = facts;
  return [
    `ready on ${url} after ${startSeconds.toFixed(1)} s; what waits goes ${speed} times faster than real time`,
    '',
    ...Object.entries(facts.outputs).flatMap(([stack, outputs]) => stackLines(stack, outputs)),
    ...facts.notStarted.map(({ stackName, reason }) => `${stackName}: ${reason}`),
    ...facts.warnings.map((warning) => `Warning: ${warning}`),
    '',
    'Try:',
    ...firstCommands(facts).map((command) => `  ${command}`),
    '',
    'Ctrl-C stops it.',
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

function firstCommands(facts: BannerFacts): readonly string[] {
  const { url, target, identityCenter, instanceArn } = facts;
  const administrator = ({ accountId, region }: Location) =>
    `AWS_ACCESS_KEY_ID=${accountId} AWS_SECRET_ACCESS_KEY=any AWS_REGION=${region} aws --endpoint-url ${url}`;
  const bucket = outputNamed(facts.outputs, 'account-assignments-location');
  const api = outputNamed(facts.outputs, 'linkApi-endpointURL');
  return [
    `curl ${url}/_local/health`,
    ...(bucket === undefined ? [] : [`${administrator(target)} s3 ls ${bucket}`]),
    ...(api === undefined
      ? []
      : [
          `curl --aws-sigv4 aws:amz:${target.region}:execute-api --user ${target.accountId}:any ${api.replace(/\/$/, '')}/links`,
        ]),
    `${administrator(identityCenter)} sso-admin list-permission-sets --instance-arn ${instanceArn}`,
    `curl -X POST ${url}/_local/settle -d '{"timeoutSeconds":60}'`,
  ];
}

function outputNamed(outputs: StackOutputs, ending: string): string | undefined {
  const found = Object.values(outputs)
    .flatMap((values) => Object.entries(values))
    .find(([name]) => name.endsWith(ending));
  return found?.[1];
}
