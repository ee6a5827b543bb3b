import type { PermissionSetName } from '../../lambda/domain/ids';
import { printLink } from '../../lambda/domain/link';
import { differingFields } from '../../lambda/domain/live-permission-set';
import { PARTS } from '../../lambda/domain/permission-set-definition';
import type { LeftAlone, NotedPermissionSet } from '../../lambda/domain/region-switch';
import { type Comparison, compareWithBundle } from '../../lambda/domain/region-switch-comparison';
import {
  type NotSubmitted,
  planSubmissions,
  principalsOf,
  type SubmissionPlan,
} from '../../lambda/domain/region-switch-plan';
import { readLinks } from '../commands/declared-documents';
import { atOnce } from './at-once';
import { type ReadBundle, readBundle } from './bundle-files';
import type { BundleStore } from './bundle-store';
import { freshReading } from './kept-progress';
import { linksOf, permissionSetsOf, standingOf, untilDone, type WaitingWorld } from './new-installation';
import { type InstanceReaders, readIdentityCenter } from './read-identity-center';
import type { Submissions } from './submissions';

/** What became of the bundle of a switch: who wants to remove it looks here first. */
export const DEPLOYED = 'deployed.json';

/** Submissions at the same time. */
const AT_A_TIME = 8;

export interface DeployWorld extends WaitingWorld {
  readonly store: BundleStore;
  /** The Identity Center of the new Region. */
  readonly readers: InstanceReaders;
  readonly submissions: Submissions;
  /** Turns a name as declared into the name the directory knows. */
  readonly nameInDirectory: (name: string) => string;
  /** Refuses a bundle that is not meant for this place, with the reason. */
  readonly refuse: (bundle: ReadBundle) => void;
  /** Whether permission sets that are there already may become what the bundle says. */
  readonly mayAdopt: boolean;
}

/** What a deployment finds before it changes anything. */
export interface Checked {
  readonly bundle: ReadBundle;
  readonly plan: SubmissionPlan;
  /** `GROUP name`, `USER name`: their links wait until the directory knows them. */
  readonly unknownPrincipals: readonly string[];
}

/** The report of a deployment. */
export interface Deployed {
  /** Where in the bucket the bundle lay. */
  readonly bundle: string;
  /** ISO 8601. */
  readonly finishedAt: string;
  readonly submitted: { readonly permissionSets: number; readonly links: number };
  readonly unknownPrincipals: readonly string[];
  readonly notSubmitted: readonly NotSubmitted[];
  readonly comparison: Comparison;
  /** What was left out when it was discovered. */
  readonly leftAlone: readonly LeftAlone[];
  readonly noted: readonly NotedPermissionSet[];
  readonly expired: readonly string[];
}

/** Checks that a bundle can be deployed here, and what would be submitted. Throws where it is in the wrong place. */
export async function check(world: DeployWorld): Promise<Checked> {
  const bundle = await readBundle(world.store);
  world.refuse(bundle);
  const { api } = world;
  const present = {
    links: await readLinks(api),
    standingOfLinks: await linksOf(api),
    permissionSets: await permissionSetsOf(api),
  };
  const plan = planSubmissions(bundle, present);
  const unknownPrincipals = await principalsNotFound(world, bundle);
  const declared = new Set(present.permissionSets.map(({ permissionSetName }) => permissionSetName));
  await refuseStrangers(world, bundle, declared);
  return { bundle, plan, unknownPrincipals };
}

/**
 * Submits what is left of a bundle, waits until all of it has come to its end, and compares what is there with it.
 * Interrupted anywhere and started again it goes on with what is left.
 */
export async function deploy(world: DeployWorld): Promise<Deployed> {
  const { bundle, plan, unknownPrincipals } = await check(world);
  const refused = await submit(world, plan);
  await untilDone(world);
  const standing = await standingOf(world.api);
  const { entries } = await readIdentityCenter(freshReading(world.readers, world.now));
  const deployed: Deployed = {
    bundle: bundle.manifest.bundle,
    finishedAt: new Date(world.now()).toISOString(),
    submitted: { permissionSets: plan.permissionSets.length, links: plan.links.length },
    unknownPrincipals,
    notSubmitted: [...plan.conflicts, ...refused],
    comparison: compareWithBundle(bundle, entries, standing, world.nameInDirectory),
    leftAlone: bundle.leftAlone,
    noted: bundle.noted,
    expired: bundle.expired,
  };
  await world.store.write(DEPLOYED, `${JSON.stringify(deployed, null, 2)}\n`);
  return deployed;
}

/** Permission sets first: links need not wait for them then. */
async function submit({ submissions }: DeployWorld, plan: SubmissionPlan): Promise<NotSubmitted[]> {
  const refused: NotSubmitted[] = [];
  const note = (what: string, why: string | undefined) => {
    if (why !== undefined) refused.push({ what, why });
  };
  await atOnce(AT_A_TIME, plan.permissionSets, async (document) => {
    note(`permission set ${document.permissionSetName}`, await submissions.permissionSet(document));
  });
  await atOnce(AT_A_TIME, plan.links, async (declared) => {
    note(`link ${printLink(declared.link)}`, await submissions.link(declared));
  });
  return refused;
}

/** Throws when the directory knows none of them: nobody was brought into it yet. */
async function principalsNotFound({ readers, nameInDirectory }: DeployWorld, { links }: ReadBundle): Promise<string[]> {
  const principals = principalsOf(links);
  const unknown: string[] = [];
  for (const { type, name } of principals) {
    const id = await readers.directory.findPrincipal(type, nameInDirectory(name));
    if (id === undefined) unknown.push(`${type} ${name}`);
  }
  if (principals.length > 0 && unknown.length === principals.length) {
    const told = unknown.slice(0, 3).join(', ');
    throw new Error(
      `The directory of the new Region knows none of the ${unknown.length} principals (${told} …): bring groups and users into it with the same names first.`,
    );
  }
  return unknown;
}

/** Throws when a permission set is there that the installation did not make and that would become another one. */
async function refuseStrangers(
  { readers, mayAdopt }: DeployWorld,
  { permissionSets }: ReadBundle,
  declared: ReadonlySet<PermissionSetName>,
): Promise<void> {
  if (mayAdopt) return;
  const documents = new Map(permissionSets.map((one) => [one.permissionSetName as string, one]));
  const strangers: string[] = [];
  for (const arn of await readers.instance.listPermissionSets()) {
    const name = await readers.instance.permissionSetName(arn);
    const document = documents.get(name);
    if (!document || declared.has(name)) continue;
    const fields = differingFields(document, await readers.permissionSets.read(arn, PARTS));
    if (fields.length > 0) strangers.push(`  ${name}: ${fields.map(({ field }) => field).join(', ')}`);
  }
  if (strangers.length === 0) return;
  throw new Error(
    `The Identity Center of the new Region holds permission sets that are not managed and differ from the bundle; with --adopt they become what the bundle says:\n${strangers.join('\n')}`,
  );
}
