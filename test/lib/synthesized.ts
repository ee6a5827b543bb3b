import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { buildApp } from '../../lib/app';
import { type Configuration, loadConfiguration, PROJECT_ROOT, parseConfiguration } from '../../lib/config';
import type { FunctionEntry } from '../../lib/names';
import { temporaryFolder } from './temporary-folder';

export const ENTRIES: readonly FunctionEntry[] = [
  'apply-assignments',
  'archive-audit',
  'commit-plan',
  'converge-permission-sets',
  'expand-scopes',
  'full-pass',
  'full-pass-api',
  'import',
  'judge-plan',
  'link-api',
  'link-files',
  'look-again',
  'note-and-begin',
  'permission-set-api',
  'permission-set-files',
  'plan-api',
  'query-api',
  'refresh-organization',
  'ring-bells',
  'step-down',
  'tell-audit',
  'watch-organization',
];

export type StackId = 'Organization' | 'IdentityCenter' | 'Management' | 'Controller';
export const STACKS: readonly StackId[] = ['Organization', 'IdentityCenter', 'Management', 'Controller'];

/** A project whose functions do nothing: templates do not depend on what the code does. */
export function projectWithEmptyFunctions(): string {
  const root = temporaryFolder();
  for (const entry of ENTRIES) {
    const folder = join(root, 'dist', 'lambda', entry);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'index.js'), 'exports.handler = async () => {};\n');
  }
  cpSync(join(PROJECT_ROOT, 'state-machines'), join(root, 'state-machines'), { recursive: true });
  return root;
}

/** A resource of a synthesized template. */
export interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
  readonly DependsOn?: readonly string[];
}

/** The templates of one configuration. */
export class Synthesized {
  readonly app: App;
  private readonly templates = new Map<StackId, Template>();

  constructor(readonly configuration: Configuration) {
    const outdir = temporaryFolder();
    this.app = buildApp({ configuration, outdir, projectRoot: projectWithEmptyFunctions(), checks: false });
  }

  has(id: StackId): boolean {
    return this.app.node.tryFindChild(id) !== undefined;
  }

  stack(id: StackId): Stack {
    const stack = this.app.node.findChild(id);
    if (!(stack instanceof Stack)) throw new Error(`${id} is no stack.`);
    return stack;
  }

  /** Made once: every call of `fromStack` looks for cycles in the whole template. */
  template(id: StackId): Template {
    const known = this.templates.get(id) ?? Template.fromStack(this.stack(id));
    this.templates.set(id, known);
    return known;
  }

  resources(id: StackId): Readonly<Record<string, Resource>> {
    return this.template(id).toJSON().Resources;
  }

  /** Resources of all stacks. */
  all(): readonly Resource[] {
    return STACKS.filter((id) => this.has(id)).flatMap((id) => Object.values(this.resources(id)));
  }

  ofType(type: string): readonly Resource[] {
    return this.all().filter((resource) => resource.Type === type);
  }

  /** Properties of the one resource of a type. */
  only(type: string): Resource['Properties'] {
    const [resource, ...others] = this.ofType(type);
    if (!resource || others.length > 0) throw new Error(`There are ${others.length + 1} or no ${type}.`);
    return resource.Properties;
  }

  /** Everything that is written into templates, as text. */
  text(): string {
    return STACKS.filter((id) => this.has(id))
      .map((id) => JSON.stringify(this.template(id).toJSON()))
      .join('\n');
  }
}

export const local = (): Configuration => loadConfiguration('local');

/** The configuration for laptops with some text of its file replaced. */
export function localWith(...replacements: readonly (readonly [RegExp | string, string])[]): Configuration {
  return parseConfiguration(localText(...replacements), 'test');
}

/** The same with lines added: settings that stand beside the parameters. */
export function localAnd(...lines: readonly string[]): Configuration {
  return parseConfiguration(`${LOCAL_TEXT}${lines.join('\n')}\n`, 'test');
}

export type Mode = 'api' | 's3' | 'both';
export const MODES: readonly Mode[] = ['api', 's3', 'both'];

/** The configuration for laptops in which links and permission sets are submitted in these ways, with lines added. */
export function inModes(
  { links = 'both', permissionSets = 'both' }: { readonly links?: Mode; readonly permissionSets?: Mode },
  ...lines: readonly string[]
): Configuration {
  const text = LOCAL_TEXT.replace('LinksProvisioningMode: both', `LinksProvisioningMode: ${links}`);
  const chosen = text.replace(
    'PermissionSetProvisioningMode: both',
    `PermissionSetProvisioningMode: ${permissionSets}`,
  );
  return parseConfiguration(`${chosen}${lines.join('\n')}\n`, 'test');
}

export function localText(...replacements: readonly (readonly [RegExp | string, string])[]): string {
  let text = LOCAL_TEXT;
  for (const [from, to] of replacements) {
    const replaced = text.replaceAll(from instanceof RegExp ? new RegExp(from.source, `${from.flags}g`) : from, to);
    if (replaced === text) throw new Error(`The file does not contain ${from}.`);
    text = replaced;
  }
  return text;
}

const LOCAL_TEXT = `
Environment: local
PipelineSettings:
  DeploymentAccountId: 000000000000
  DeploymentAccountRegion: eu-west-1
  TargetAccountId: 333333333333
  TargetAccountRegion: eu-west-1
  OrgMainAccountId: 111111111111
  SSOServiceAccountId: 222222222222
  SSOServiceAccountRegion: eu-west-1
Parameters:
  LinksProvisioningMode: both
  PermissionSetProvisioningMode: both
  LinkCallerRoleArn: arn:aws:iam::333333333333:role/link-caller
  PermissionSetCallerRoleArn: arn:aws:iam::333333333333:role/permission-set-caller
  NotificationEmail: identity-center@example.com
`;

/** Statements of a policy document as a template has them. */
export interface Statement {
  readonly Effect: string;
  readonly Principal?: unknown;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
}

/** Statements of the inline policies of a role, or of a policy. */
export function statementsOf({ Type, Properties }: Resource): readonly Statement[] {
  if (Type === 'AWS::IAM::Policy') return (Properties.PolicyDocument as { Statement: Statement[] }).Statement;
  const policies = (Properties.Policies ?? []) as { PolicyDocument: { Statement: Statement[] } }[];
  return policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
}

/** A value of a template with its references in angle brackets. */
export function printed(value: unknown): string {
  if (typeof value === 'string') return value;
  const [[name, argument] = ['', undefined]] = Object.entries(value as object);
  if (name === 'Fn::Join') return (argument as [string, unknown[]])[1].map(printed).join((argument as [string])[0]);
  if (name === 'Fn::GetAtt') return `<${(argument as string[]).join('.')}>`;
  return `<${String(argument)}>`;
}
