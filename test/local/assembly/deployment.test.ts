// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the substitutions of CloudFormation look like that
import type { AssemblyStack } from '../../../local/assembly/cloud-assembly';
import { deployStacks } from '../../../local/assembly/deployment';
import { DeploymentRefused } from '../../../local/assembly/deployment-refused';
import type { ResourceRegistry } from '../../../local/assembly/registry';
import type { ResourceInput } from '../../../local/assembly/resource';
import { orderStacks } from '../../../local/assembly/stack-order';
import { parseTemplate } from '../../../local/assembly/template';

function stack(name: string, template: Record<string, unknown>): AssemblyStack {
  return {
    stackName: name,
    accountId: '333333333333',
    region: 'eu-west-1',
    template: parseTemplate(name, template),
    assets: [],
  };
}

/** A service with one type of resource, which remembers what it was asked to create. */
function things(): { registry: ResourceRegistry; created: ResourceInput[] } {
  const created: ResourceInput[] = [];
  const registry: ResourceRegistry = {
    'Test::Thing': (input) => {
      if ('Broken' in input.properties)
        throw new Error('Broken is not implemented by the local cloud: Test::Thing property Broken');
      created.push(input);
      return { ref: `ref-${input.logicalId}`, attributes: { Arn: `arn-${input.logicalId}` } };
    },
  };
  return { registry, created };
}

async function problemsOf(stacks: readonly AssemblyStack[], registry: ResourceRegistry): Promise<readonly string[]> {
  const error = await deployStacks(stacks, registry).catch((thrown: unknown) => thrown);
  if (!(error instanceof DeploymentRefused)) throw new Error(`not refused: ${String(error)}`);
  return error.problems;
}

describe('starting stacks', () => {
  test('resolves references, parameters, mappings, conditions and outputs', async () => {
    const { registry, created } = things();
    const outputs = await deployStacks(
      [
        stack('s', {
          Parameters: { Size: { Type: 'Number', Default: 3 }, List: { Type: 'CommaDelimitedList', Default: 'a,b' } },
          Mappings: { Map: { 'eu-west-1': { name: 'Ireland' } } },
          Conditions: {
            Here: { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'eu-west-1'] },
            There: { 'Fn::Not': [{ Condition: 'Here' }] },
          },
          Resources: {
            A: {
              Type: 'Test::Thing',
              Properties: { Of: { 'Fn::GetAtt': ['B', 'Arn'] }, Size: { Ref: 'Size' }, List: { Ref: 'List' } },
            },
            B: {
              Type: 'Test::Thing',
              Properties: { Name: { 'Fn::FindInMap': ['Map', { Ref: 'AWS::Region' }, 'name'] } },
            },
            C: { Type: 'Test::Thing', Condition: 'There' },
            D: { Type: 'AWS::CDK::Metadata', Properties: { Anything: { 'Fn::Whatever': 1 } } },
          },
          Outputs: {
            Arn: { Value: { 'Fn::GetAtt': ['A', 'Arn'] }, Export: { Name: { 'Fn::Sub': '${AWS::StackName}-arn' } } },
            Elsewhere: { Condition: 'There', Value: { Ref: 'C' } },
          },
        }),
      ],
      registry,
    );
    expect(created.map(({ logicalId, properties }) => [logicalId, properties])).toEqual([
      ['B', { Name: 'Ireland' }],
      ['A', { Of: 'arn-B', Size: 3, List: ['a', 'b'] }],
    ]);
    expect(outputs).toEqual({ s: { Arn: 'arn-A', 's-arn': 'arn-A' } });
  });

  test('values pass from one stack to the next by exports', async () => {
    const { registry, created } = things();
    const exporter = stack('one', {
      Resources: { A: { Type: 'Test::Thing' } },
      Outputs: { O: { Value: { Ref: 'A' }, Export: { Name: 'shared' } } },
    });
    const importer = stack('two', {
      Resources: { B: { Type: 'Test::Thing', Properties: { Of: { 'Fn::ImportValue': 'shared' } } } },
    });
    await deployStacks([exporter, importer], registry);
    expect(created[1]?.properties).toEqual({ Of: 'ref-A' });
    expect(await problemsOf([importer, exporter], things().registry)).toEqual(['two/B: No export named shared found']);
  });

  test('refuses by name, all at once, what is not implemented, and creates nothing then', async () => {
    const { registry, created } = things();
    const problems = await problemsOf(
      [
        stack('one', {
          Parameters: {
            BootstrapVersion: {
              Type: 'AWS::SSM::Parameter::Value<String>',
              Default: '/cdk-bootstrap/hnb659fds/version',
            },
            Secret: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/mine' },
          },
          Resources: {
            A: { Type: 'AWS::EC2::Instance' },
            B: { Type: 'Test::Thing', DependsOn: 'Nothing', Properties: { X: { 'Fn::Cidr': [] }, Y: { Ref: 'Gone' } } },
          },
        }),
        stack('two', {
          Resources: { C: { Type: 'Custom::Thing', Condition: 'Never' }, Fine: { Type: 'Test::Thing' } },
        }),
      ],
      registry,
    );
    expect(problems).toEqual([
      'one/Secret: parameter type AWS::SSM::Parameter::Value<String> is not implemented by the local cloud',
      'one/A: resource type AWS::EC2::Instance is not implemented by the local cloud',
      'one/B: DependsOn unknown Nothing',
      'one/B: intrinsic function Fn::Cidr is not implemented by the local cloud',
      'one/B: reference to unknown Gone',
      'two/C: resource type Custom::Thing is not implemented by the local cloud',
      'two/C: Condition Never does not exist',
    ]);
    expect(created).toEqual([]);
  });

  test('refuses properties and attributes of all resources at once, without the problems that only follow', async () => {
    const { registry } = things();
    const template = {
      Resources: {
        A: { Type: 'Test::Thing', Properties: { Broken: 1 } },
        B: { Type: 'Test::Thing', Properties: { Of: { Ref: 'A' } } },
        C: { Type: 'Test::Thing', Properties: { Broken: 2 } },
        D: { Type: 'Test::Thing', Properties: { Of: { 'Fn::GetAtt': ['E', 'Nothing'] } } },
        E: { Type: 'Test::Thing' },
      },
    };
    expect(await problemsOf([stack('one', template)], registry)).toEqual([
      'one/A: Broken is not implemented by the local cloud: Test::Thing property Broken',
      'one/C: Broken is not implemented by the local cloud: Test::Thing property Broken',
      'one/D: Attribute Nothing of E (Test::Thing) is not implemented by the local cloud',
    ]);
  });

  test('refuses template sections and resource attributes that are not implemented', () => {
    expect(() =>
      stack('s', {
        Transform: 'AWS::Serverless',
        Resources: { A: { Type: 'T', UpdatePolicy: {}, DeletionPolicy: 'Retain' } },
      }),
    ).toThrow(
      's: section Transform is not implemented by the local cloud\ns/A: resource attribute UpdatePolicy is not implemented by the local cloud',
    );
  });

  test('an order names stacks by the ends of their names', () => {
    const stacks = ['local-app-organization', 'local-app-identity-center', 'local-app-controller'].map((name) =>
      stack(name, {}),
    );
    const names = (order: readonly string[]) => orderStacks(stacks, order).map(({ stackName }) => stackName);
    expect(names(['controller', 'organization'])).toEqual([
      'local-app-controller',
      'local-app-organization',
      'local-app-identity-center',
    ]);
    expect(names([])).toEqual(stacks.map(({ stackName }) => stackName));
    expect(() => names(['nothing'])).toThrow('--order: nothing names no stack');
  });
});
