import { type Call, notImplemented, ServiceFault, type SimulatedService } from '../cloud/service';
import { CallMeter, type OperationCount } from './call-meter';
import { operationMaker } from './operation';
import { ORGANIZATIONS_REGION } from './organizations/organization';
import type { OrganizationTree, Tagged } from './organizations/tree';
import { decodePageToken, encodePageToken } from './page-token';
import { integer, list, structure, text, type Valid } from './shape';

const getResourcesShape = structure(
  {},
  {
    PaginationToken: text({ max: 2048 }),
    TagFilters: list(
      structure({}, { Key: text({ min: 1, max: 128 }), Values: list(text({ max: 256 }), { max: 20 }) }),
      {
        max: 50,
      },
    ),
    ResourcesPerPage: integer({ min: 1, max: 100 }),
    TagsPerPage: integer({ min: 100, max: 500 }),
    ResourceTypeFilters: list(text({ max: 256, pattern: '[\\s\\S]*' })),
    ResourceARNList: list(text({ min: 1, max: 1011 }), { min: 1, max: 100 }),
  },
);

type GetResourcesInput = Valid<typeof getResourcesShape>;

/** AWS: 50 resources a page unless asked otherwise, at most 100. */
const PAGE_SIZE = 50;

const operation = operationMaker(([first]) => {
  const message = `${first?.path}: ${first?.constraint}`;
  return new ServiceFault('InvalidParameterException', message);
});

/** Resource Groups Tagging API, as far as it shows the tags of an organization's accounts and organizational units. */
export class ResourceTagging implements SimulatedService {
  readonly signingName = 'tagging';
  private readonly meter = new CallMeter();
  private readonly getResources = operation('read', getResourcesShape, (input, call) => this.list(input, call));

  constructor(private readonly tree: OrganizationTree) {}

  async handle(call: Call): Promise<unknown> {
    if (call.operation !== 'GetResources') throw notImplemented(this.signingName, call.operation);
    this.meter.called(call.operation);
    return this.getResources.run(call);
  }

  metrics(): { readonly operations: Record<string, OperationCount> } {
    return { operations: this.meter.byOperation() };
  }

  /** AWS: resources show where they are owned: the management account, in the Region of Organizations. */
  private list(input: GetResourcesInput, { principal, region }: Call) {
    refuseOtherTypes(input);
    const isOwner = principal.accountId === this.tree.ids.managementAccountId;
    // AWS: the last page has an empty token, not a missing one.
    if (!isOwner || region !== ORGANIZATIONS_REGION) return { PaginationToken: '', ResourceTagMappingList: [] };
    const position = input.PaginationToken ? decodePageToken('resources', input.PaginationToken) : [0];
    if (!position) throw new ServiceFault('InvalidParameterException', 'The PaginationToken is not valid.');
    const page = this.tree.everTagged.page({
      after: position[0] ?? 0,
      limit: input.ResourcesPerPage ?? PAGE_SIZE,
      accepts: (resource) => isWanted(resource, input),
    });
    return {
      PaginationToken: page.next === undefined ? '' : encodePageToken('resources', [page.next]),
      ResourceTagMappingList: page.items.map(({ arn, tags }) => ({
        ResourceARN: arn,
        Tags: [...tags].map(([Key, Value]) => ({ Key, Value })),
      })),
    };
  }
}

/** Other services' resources are not here: an empty answer about them would be a lie. */
function refuseOtherTypes({ ResourceTypeFilters = [], TagsPerPage }: GetResourcesInput): void {
  const other = ResourceTypeFilters.find((type) => type.split(':')[0] !== 'organizations');
  if (other !== undefined) throw notImplemented('tagging', `GetResources with ResourceTypeFilters ${other}`);
  if (TagsPerPage !== undefined) throw notImplemented('tagging', 'GetResources with TagsPerPage');
}

/** AWS: every tag filter must match; a filter with values matches any of them. */
function isWanted(resource: Tagged, { ResourceTypeFilters, TagFilters, ResourceARNList }: GetResourcesInput): boolean {
  if (ResourceARNList && !ResourceARNList.includes(resource.arn)) return false;
  const types = ['organizations', `organizations:${resource.type}`];
  if (ResourceTypeFilters?.length && !ResourceTypeFilters.some((type) => types.includes(type))) return false;
  return (TagFilters ?? []).every(({ Key, Values = [] }) => {
    const value = Key === undefined ? undefined : resource.tags.get(Key);
    return value !== undefined && (Values.length === 0 || Values.includes(value));
  });
}
