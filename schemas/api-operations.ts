/** A route of the REST API, for the documents that are generated from it. */
export interface ApiOperation {
  readonly method: 'get' | 'post';
  /** Parameters in braces. */
  readonly path: string;
  /** The name that generated clients give it. */
  readonly operationId: string;
  readonly summary: string;
  readonly tag: 'Links' | 'Permission sets' | 'Requests' | 'Assignments' | 'Plans' | 'Full pass';
  /** By name: what a query parameter means. */
  readonly query?: Readonly<Record<string, string>>;
  /** File in `schemas/` without `.schema.json`, and one in `docs/samples/` that shows it. */
  readonly body?: { readonly schema: string; readonly sample: string };
  /** By name: what a property of the answer means. */
  readonly answer: Readonly<Record<string, string>>;
  /** What it can answer beside 200, 400, 403, 429 and 500. */
  readonly others?: readonly (404 | 409 | 413)[];
}

const NEXT_TOKEN = { nextToken: 'the page that follows; from the answer before, with the same filters' };
const DRY_RUN = { dryRun: 'true: answers what would change, and changes nothing' };
const ACCEPTED = { message: 'what happens', requestId: 'shows what became of it: GET /requests/{requestId}' };
const MANAGED = { managed: 'false: those of the inventory, which this solution does not manage' };
const LINK_FILTERS = {
  permissionSet: 'name of a permission set',
  principalType: 'GROUP or USER',
  principalName: 'name of a group or user',
  scope: 'a type such as account_tag, or a whole scope such as account_tag%team^Finance',
  linkData: 'a whole link in text form',
  waiting:
    'true: those that wait for a permission set, a principal, a unit, an account or their time; false: the others',
};
const ASSIGNMENT_FILTERS = {
  principalType: LINK_FILTERS.principalType,
  principalName: LINK_FILTERS.principalName,
  permissionSet: LINK_FILTERS.permissionSet,
};

export const API_OPERATIONS: readonly ApiOperation[] = [
  {
    method: 'post',
    path: '/postLinkData',
    operationId: 'submitLink',
    summary: 'Creates or deletes a link: permission set, group or user, and the accounts it covers',
    tag: 'Links',
    query: DRY_RUN,
    body: { schema: 'link-request', sample: 'link-create.json' },
    answer: { ...ACCEPTED, linkId: 'shows the link: GET /links/{linkId}' },
    others: [413],
  },
  {
    method: 'post',
    path: '/postPermissionSetData',
    operationId: 'submitPermissionSet',
    summary: 'Creates, updates, deletes or restores a permission set',
    tag: 'Permission sets',
    query: DRY_RUN,
    body: { schema: 'permission-set-request', sample: 'permission-set-create.json' },
    answer: ACCEPTED,
    others: [409, 413],
  },
  {
    method: 'get',
    path: '/permission-sets',
    operationId: 'listPermissionSets',
    summary: 'Permission sets that are declared',
    tag: 'Permission sets',
    query: { name: 'name of one permission set', ...MANAGED, ...NEXT_TOKEN },
    answer: { permissionSets: 'a page of permission sets', ...NEXT_TOKEN },
  },
  {
    method: 'get',
    path: '/permission-sets/{name}',
    operationId: 'getPermissionSet',
    summary: 'One permission set: its document, and whether Identity Center equals it',
    tag: 'Permission sets',
    answer: { permissionSetName: 'its name', document: 'as it was submitted last' },
    others: [404],
  },
  {
    method: 'get',
    path: '/permission-sets/{name}/generations',
    operationId: 'listGenerations',
    summary: 'What a permission set was declared to be earlier, the last first',
    tag: 'Permission sets',
    query: NEXT_TOKEN,
    answer: { generations: 'a page of generations', ...NEXT_TOKEN },
    others: [404],
  },
  {
    method: 'get',
    path: '/requests/{requestId}',
    operationId: 'getRequest',
    summary: 'What became of a request, for 90 days',
    tag: 'Requests',
    answer: { requestId: 'its id', status: 'how it stands', errors: 'what is the matter' },
    others: [404],
  },
  {
    method: 'get',
    path: '/links',
    operationId: 'listLinks',
    summary: 'Links that are declared',
    tag: 'Links',
    query: { ...LINK_FILTERS, ...NEXT_TOKEN },
    answer: { links: 'a page of links', ...NEXT_TOKEN },
  },
  {
    method: 'get',
    path: '/links/{linkId}',
    operationId: 'getLink',
    summary: 'One link, and what it waits for',
    tag: 'Links',
    answer: { linkId: 'its id', linkData: 'the link in text form' },
    others: [404],
  },
  {
    method: 'get',
    path: '/accounts/{accountId}/assignments',
    operationId: 'listAssignmentsOfAccount',
    summary: 'Who has what in an account, and which links claim it',
    tag: 'Assignments',
    query: { ...MANAGED, ...NEXT_TOKEN },
    answer: { assignments: 'a page of assignments', ...NEXT_TOKEN },
  },
  {
    method: 'get',
    path: '/assignments',
    operationId: 'listAssignments',
    summary: 'What a principal or a permission set has, in which accounts, and which links claim it',
    tag: 'Assignments',
    query: { ...ASSIGNMENT_FILTERS, ...MANAGED, ...NEXT_TOKEN },
    answer: { assignments: 'a page of assignments', ...NEXT_TOKEN },
  },
  {
    method: 'get',
    path: '/plans/{planId}',
    operationId: 'getPlan',
    summary: 'A plan that is held until somebody decides, and its removals',
    tag: 'Plans',
    query: NEXT_TOKEN,
    answer: { planId: 'its id', status: 'how it stands', changes: 'a page of changes', ...NEXT_TOKEN },
    others: [404],
  },
  {
    method: 'post',
    path: '/plans/{planId}/approve',
    operationId: 'approvePlan',
    summary: 'Carries a held plan out; not for whoever caused it',
    tag: 'Plans',
    answer: { ...ACCEPTED, planId: 'its id' },
    others: [404, 409],
  },
  {
    method: 'post',
    path: '/plans/{planId}/reject',
    operationId: 'rejectPlan',
    summary: 'Keeps what a held plan would remove',
    tag: 'Plans',
    answer: { ...ACCEPTED, planId: 'its id' },
    others: [404, 409],
  },
  {
    method: 'post',
    path: '/full-pass',
    operationId: 'startFullPass',
    summary: 'Compares everything with what is declared; with an inventory also lists what is not managed',
    tag: 'Full pass',
    query: { inventory: 'true: also lists what this solution does not manage' },
    answer: ACCEPTED,
  },
];
