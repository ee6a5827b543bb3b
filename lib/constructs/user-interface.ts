import { Construct } from 'constructs';
import { Api, type Route } from './api';
import type { BundledFunction } from './bundled-function';
import { CallerRole } from './caller-role';
import type { ControllerData } from './controller-data';
import type { Installation } from './installation';

export interface UserInterfaceProps {
  readonly data: ControllerData;
  /** The function behind `POST /postLinkData`, when links can be posted. */
  readonly postLink: BundledFunction | undefined;
  /** The function behind `POST /postPermissionSetData`, when permission sets can be posted. */
  readonly postPermissionSet: BundledFunction | undefined;
  readonly query: BundledFunction;
  /** The function behind the decisions about held plans. */
  readonly decidePlan: BundledFunction;
  /** The function behind `POST /full-pass`. */
  readonly startFullPass: BundledFunction;
}

const SUBMIT_LINKS = 'Users of this role submit links.';
const SEE_ASSIGNMENTS = 'Users of this role see what became of links.';
const SUBMIT_PERMISSION_SETS = 'Users of this role submit permission sets.';
const SEE_PERMISSION_SETS = 'Users of this role see how permission sets stand.';
const BY_IAM_ALONE =
  'Neither role of the users decides about held plans or asks for full passes: IAM has to allow it to somebody.';
const SEE_REQUESTS = 'Users of this role see what became of what they submitted.';

/** What users reach: the API, and the rights of the two roles that the configuration names. */
export class UserInterface extends Construct {
  readonly api: Api;

  constructor(
    scope: Construct,
    id: string,
    private readonly installation: Installation,
    props: UserInterfaceProps,
  ) {
    super(scope, id);
    const { configuration } = installation;
    const links = this.caller('LinkCaller', 'link', configuration.linkCallerRoleArn);
    const permissionSets = this.caller(
      'PermissionSetCaller',
      'permission-set',
      configuration.permissionSetCallerRoleArn,
    );
    this.api = new Api(this, 'Api', installation, { routes: routes(props, links, permissionSets) });
    if (configuration.linksProvisioningMode !== 'api') {
      props.data.bucket.allowSubmitting(links, 'links_data/', SUBMIT_LINKS);
    }
    if (configuration.permissionSetProvisioningMode !== 'api') {
      props.data.bucket.allowSubmitting(permissionSets, 'permission_sets/', SUBMIT_PERMISSION_SETS);
    }
  }

  private caller(id: string, kind: 'link' | 'permission-set', roleArn: string): CallerRole {
    const policyName = this.installation.names.callerPolicy(kind);
    return new CallerRole(this, id, {
      roleArn,
      policyName,
      purpose: `The role whose users submit ${kind.replace('-', ' ')}s`,
    });
  }
}

function routes(props: UserInterfaceProps, links: CallerRole, permissionSets: CallerRole): Route[] {
  const { postLink, postPermissionSet, query, decidePlan, startFullPass } = props;
  const get = (path: string, callers: readonly CallerRole[], why: string): Route => {
    return { method: 'GET', path, function: query, callers, why };
  };
  const post = (path: string, target: BundledFunction | undefined, caller: CallerRole, why: string): Route[] =>
    target === undefined ? [] : [{ method: 'POST', path, function: target, callers: [caller], why }];
  return [
    ...post('/postLinkData', postLink, links, SUBMIT_LINKS),
    ...post('/postPermissionSetData', postPermissionSet, permissionSets, SUBMIT_PERMISSION_SETS),
    get('/permission-sets', [permissionSets], SEE_PERMISSION_SETS),
    get('/permission-sets/{name}', [permissionSets], SEE_PERMISSION_SETS),
    // AWS: a star in a right also stands for slashes, so that the route above covers this one.
    get('/permission-sets/{name}/generations', [], SEE_PERMISSION_SETS),
    get('/requests/{requestId}', [links, permissionSets], SEE_REQUESTS),
    get('/links', [links], SEE_ASSIGNMENTS),
    get('/links/{linkId}', [links], SEE_ASSIGNMENTS),
    get('/accounts/{accountId}/assignments', [links], SEE_ASSIGNMENTS),
    get('/assignments', [links], SEE_ASSIGNMENTS),
    get('/plans/{planId}', [], BY_IAM_ALONE),
    ...['/plans/{planId}/approve', '/plans/{planId}/reject'].map(
      (path): Route => ({ method: 'POST', path, function: decidePlan, callers: [], why: BY_IAM_ALONE }),
    ),
    { method: 'POST', path: '/full-pass', function: startFullPass, callers: [], why: BY_IAM_ALONE },
  ];
}
