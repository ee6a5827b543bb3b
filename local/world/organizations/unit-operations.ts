import { randomHex } from '../derived-ids';
import type { Operations } from '../operation';
import {
  constraintViolated,
  duplicateUnit,
  organizationsOperation,
  parentNotFound,
  unitNotEmpty,
  unitNotFound,
} from './faults';
import type { Organization } from './organization';
import { describedUnit } from './read-operations';
import * as shapes from './shapes';
import { mergedTags } from './tag-operations';
import type { Unit } from './tree';

/** Create, rename and delete organizational units. */
export function unitOperations(organization: Organization): Operations {
  const { tree } = organization;
  const requireUnit = (id: string): Unit => {
    const unit = tree.units.get(id);
    if (!unit) throw unitNotFound();
    return unit;
  };
  return {
    CreateOrganizationalUnit: organizationsOperation('write', shapes.createUnit, (input) => {
      requireRoom(organization, input.ParentId);
      if (tree.unitNamed(input.ParentId, input.Name)) throw duplicateUnit();
      const tags = mergedTags(organization, new Map(), input.Tags ?? []);
      const unit = tree.addUnit({ id: newUnitId(organization), name: input.Name, parentId: input.ParentId });
      tree.setTags(unit, tags);
      return { OrganizationalUnit: describedUnit(organization, unit) };
    }),
    UpdateOrganizationalUnit: organizationsOperation('write', shapes.updateUnit, (input) => {
      const unit = requireUnit(input.OrganizationalUnitId);
      const namesake = input.Name === undefined ? undefined : tree.unitNamed(unit.parentId, input.Name);
      if (namesake && namesake.id !== unit.id) throw duplicateUnit();
      unit.name = input.Name ?? unit.name;
      return { OrganizationalUnit: describedUnit(organization, unit) };
    }),
    DeleteOrganizationalUnit: organizationsOperation('write', shapes.unit, (input) => {
      const unit = requireUnit(input.OrganizationalUnitId);
      const content = tree.parent(unit.id);
      if (content && content.accounts.size + content.units.size > 0) throw unitNotEmpty();
      tree.removeUnit(unit);
      return {};
    }),
  };
}

function requireRoom({ tree, behaviour }: Organization, parentId: string): void {
  if (!tree.parent(parentId)) throw parentNotFound();
  if (tree.depthOf(parentId) >= behaviour.unitDepth) {
    throw constraintViolated(
      'OU_DEPTH_LIMIT_EXCEEDED',
      `Organizational units nest at most ${behaviour.unitDepth} deep.`,
    );
  }
  if (tree.units.size >= behaviour.units) {
    throw constraintViolated('OU_NUMBER_LIMIT_EXCEEDED', `An organization has at most ${behaviour.units} units.`);
  }
}

/** AWS: the id of an organizational unit carries the suffix of its root's. */
function newUnitId({ tree, idRandom }: Organization): string {
  return `ou-${tree.root.id.slice('r-'.length)}-${randomHex(idRandom, 8)}`;
}
