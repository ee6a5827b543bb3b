import { type DeclaredLink, exportedFiles } from './exported-files';
import { type Link, linkIdOf, printLink } from './link';
import type { PermissionSet } from './permission-set';
import { definitionOf, differences } from './permission-set-definition';
import type { LinkStanding, PermissionSetStanding } from './region-switch-comparison';

/** What is declared in the installation that a bundle is deployed to. */
export interface Present {
  readonly links: readonly DeclaredLink[];
  readonly standingOfLinks: readonly Pick<LinkStanding, 'linkId' | 'status'>[];
  readonly permissionSets: readonly PermissionSetStanding[];
}

/** A document of a bundle that is not submitted, and why. */
export interface NotSubmitted {
  readonly what: string;
  readonly why: string;
}

export interface SubmissionPlan {
  readonly permissionSets: readonly PermissionSet[];
  readonly links: readonly DeclaredLink[];
  /** Declared otherwise by somebody: they decide. */
  readonly conflicts: readonly NotSubmitted[];
}

/** What is tried again when it is submitted again. */
const ENDED_BADLY: readonly (string | undefined)[] = ['FAILED', 'COMPLETED_WITH_FAILURES'];

/** What of a bundle is left to be submitted: what is not declared yet, and what failed. Nothing is overwritten. */
export function planSubmissions({ permissionSets, links }: Documents, present: Present): SubmissionPlan {
  const stateOfPermissionSet = permissionSetStates(present);
  const stateOfLink = linkStates(present);
  const sets = permissionSets.map((document) => ({ document, state: stateOfPermissionSet(document) }));
  const declared = links.map((document) => ({ document, state: stateOfLink(document) }));
  const others = [
    ...sets
      .filter(({ state }) => state === 'other')
      .map(({ document }) => `permission set ${document.permissionSetName}`),
    ...declared.filter(({ state }) => state === 'other').map(({ document }) => `link ${printLink(document.link)}`),
  ];
  const why = 'it is declared otherwise in the installation, or being deleted: it stays as it is';
  return {
    permissionSets: sets.filter(({ state }) => state === 'open').map(({ document }) => document),
    links: declared.filter(({ state }) => state === 'open').map(({ document }) => document),
    conflicts: others.map((what) => ({ what, why })),
  };
}

interface Documents {
  readonly permissionSets: readonly PermissionSet[];
  readonly links: readonly DeclaredLink[];
}

/** `open`: to be submitted. `other`: declared otherwise. `there`: as it is to be. */
type State = 'open' | 'other' | 'there';

function permissionSetStates({ permissionSets }: Present): (document: PermissionSet) => State {
  const byName = new Map(permissionSets.map((one) => [one.permissionSetName as string, one]));
  return (document) => {
    const found = byName.get(document.permissionSetName);
    if (!found) return 'open';
    const isSame = differences(definitionOf(document), definitionOf(found.document)).length === 0;
    if (!isSame || found.status === 'DELETING') return 'other';
    return ENDED_BADLY.includes(found.status) ? 'open' : 'there';
  };
}

function linkStates({ links, standingOfLinks }: Present): (declared: DeclaredLink) => State {
  const byId = new Map(links.map((one) => [linkIdOf(one.link) as string, one]));
  const statuses = new Map(standingOfLinks.map(({ linkId, status }) => [linkId, status]));
  return (declared) => {
    const id = linkIdOf(declared.link);
    const found = byId.get(id);
    if (!found) return 'open';
    if (canonical(found) !== canonical(declared)) return 'other';
    return ENDED_BADLY.includes(statuses.get(id)) ? 'open' : 'there';
  };
}

/** One text for each link with its limits. */
function canonical(declared: DeclaredLink): string {
  const { files } = exportedFiles([declared], [], { portable: false, asRequests: true, now: 0 });
  return files.map(({ content }) => content).join();
}

/** The principals of links, each once, by type and name. */
export function principalsOf(links: readonly { readonly link: Link }[]): Link['principal'][] {
  const found = new Map(links.map(({ link: { principal } }) => [`${principal.type} ${principal.name}`, principal]));
  return [...found.values()];
}
