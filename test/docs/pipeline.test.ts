import { parse, stringify } from 'yaml';
import { parseConfiguration } from '../../lib/config';
import { PARTS } from '../../lib/stacks/parts';
import { readMarkdown } from '../support/markdown';
import { readProjectFile } from '../support/project-files';

const { fences, tables } = readMarkdown('docs/pipeline.md');

test('the settings that the guide shows are settings', () => {
  const shown = fences.filter(({ words }) => words.includes('settings')).map(({ text }) => parse(text));
  const types = shown.map((settings) => {
    const { PipelineSettings, ...file } = parse(readProjectFile('config/single-account.yaml'));
    const text = stringify({ ...file, PipelineSettings: { ...PipelineSettings, ...settings } });
    return parseConfiguration(text, 'test').pipeline?.source.type;
  });
  expect(types).toEqual(['CODESTAR', 'S3', 'CODECOMMIT', undefined]);
});

test('the stages that the guide names are those of the pipeline', () => {
  const table = tables.find(({ header }) => header[0] === 'stage');
  const stages = table?.rows.map(([name = '']) => name.replaceAll('`', ''));
  expect(stages).toEqual(['Source', 'Build', 'UpdatePipeline', 'Assets', ...PARTS]);
});

test('the commands that the guide names are scripts', () => {
  const scripts: Readonly<Record<string, string>> = JSON.parse(readProjectFile('package.json')).scripts;
  const named = [...readProjectFile('docs/pipeline.md').matchAll(/`npm run ([\w:-]+)`/g)].map(([, name = '']) => name);
  expect(named.length).toBeGreaterThanOrEqual(4);
  expect(named.filter((name) => scripts[name] === undefined)).toEqual([]);
});
