// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the substitutions of CloudFormation look like that
import fc from 'fast-check';
import { creationOrder } from '../../../local/assembly/creation-order';
import type { TemplateResource } from '../../../local/assembly/template';

const resource = (Properties: Record<string, unknown>, DependsOn: string[] = []): TemplateResource => ({
  Type: 'T',
  DependsOn,
  Properties,
});

describe('the order of creation', () => {
  test.each([
    ['Ref', { x: { Ref: 'B' } }],
    ['Fn::GetAtt', { x: [{ 'Fn::GetAtt': ['B', 'Arn'] }] }],
    ['Fn::GetAtt as text', { 'Fn::GetAtt': 'B.Arn' }],
    ['Fn::Sub', { x: { y: { 'Fn::Sub': 'a${B.Arn}' } } }],
    ['variables of Fn::Sub', { x: { 'Fn::Sub': ['${v}', { v: { Ref: 'B' } }] } }],
    ['a nested function', { x: { 'Fn::Join': ['', [{ 'Fn::Select': [0, { Ref: 'B' }] }]] } }],
  ])('follows %s', (_, properties) => {
    expect(creationOrder({ A: resource(properties), B: resource({}) })).toEqual(['B', 'A']);
  });

  test('follows DependsOn', () => {
    expect(creationOrder({ A: resource({}, ['B']), B: resource({}) })).toEqual(['B', 'A']);
  });

  test('is not misled by variables and escapes of Fn::Sub', () => {
    const properties = { x: { 'Fn::Sub': ['${B} ${!C}', { B: 'own' }] } };
    expect(creationOrder({ A: resource(properties), B: resource({}), C: resource({}) })).toEqual(['A', 'B', 'C']);
  });

  test('names the resources of a circle', () => {
    const resources = {
      A: resource({ x: { Ref: 'B' } }),
      B: resource({}, ['C']),
      C: resource({ x: { 'Fn::GetAtt': ['B', 'Arn'] } }),
    };
    expect(() => creationOrder(resources)).toThrow('Circular dependency between resources: B → C → B');
  });

  test('every resource comes once, and after all it depends on', () => {
    const graph = fc.array(fc.array(fc.nat(30), { maxLength: 4 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(graph, (edges) => {
        const dependencies = edges.map((targets, index) =>
          [...new Set(targets)].filter((target) => target > index && target < edges.length),
        );
        const resources = Object.fromEntries(
          dependencies.map((targets, index) => [
            `R${index}`,
            resource({ x: targets.map((target) => ({ Ref: `R${target}` })) }),
          ]),
        );
        const order = creationOrder(resources);
        expect([...order].sort()).toEqual(Object.keys(resources).sort());
        for (const [index, targets] of dependencies.entries()) {
          for (const target of targets) expect(order.indexOf(`R${target}`)).toBeLessThan(order.indexOf(`R${index}`));
        }
      }),
    );
  });
});
