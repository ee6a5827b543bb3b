import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { writeTemplates } from '../lint-templates/cfn-lint';
import { envWith } from './kept-configurations';
import { lastingResources } from './stateful-resources';
import kept from './stateful-resources.json';
import type { Resource } from './synthesized';

/** The example with both ways to submit, which has everything that can hold something. */
const files = writeTemplates(
  envWith(
    ['LinksProvisioningMode: api', 'LinksProvisioningMode: both'],
    ['PermissionSetProvisioningMode: api', 'PermissionSetProvisioningMode: both'],
  ),
);
const templates: Readonly<Record<string, Readonly<Record<string, Resource>>>> = Object.fromEntries(
  files.map((file) => [basename(file, '.template.json'), JSON.parse(readFileSync(file, 'utf8')).Resources]),
);

describe('resources that hold something', () => {
  /** A line that changes is a resource that an upgrade replaces by an empty one: it needs a way to move what it holds. */
  it('have the ids and the properties that they always had', () => {
    const now = Object.fromEntries(Object.entries(templates).map(([stack, found]) => [stack, lastingResources(found)]));
    expect(now).toEqual(kept);
  });

  it.each([
    ['another id', (id: string, table: Resource) => ({ [`${id}2`]: table })],
    ['another name', (id: string, table: Resource) => changed(id, table, { TableName: 'other' })],
    ['another key', (id: string, table: Resource) => changed(id, table, { KeySchema: [] })],
  ])('are seen to be replaced: a table with %s', (_, change) => {
    const controller = templates.Controller ?? {};
    const [found] = Object.entries(controller).filter(([, { Type }]) => Type === 'AWS::DynamoDB::Table');
    const [id, table] = found ?? ['', { Type: '', Properties: {} }];
    const { [id]: _table, ...others } = controller;
    expect(lastingResources({ ...others, ...change(id, table) })).not.toEqual(kept.Controller);
    expect(lastingResources({ ...others, ...changed(id, table, { Tags: [] }) })).toEqual(kept.Controller);
  });
});

function changed(id: string, resource: Resource, properties: Readonly<Record<string, unknown>>) {
  return { [id]: { ...resource, Properties: { ...resource.Properties, ...properties } } };
}
