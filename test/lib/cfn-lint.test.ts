import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cfnLintVersion, lintTemplates, writeTemplates } from '../lint-templates/cfn-lint';
import { KEPT_CONFIGURATIONS } from './kept-configurations';
import { temporaryFolder } from './temporary-folder';

/** Where it is not installed the tests are shown as skipped. */
const whereInstalled = cfnLintVersion() === undefined ? it.skip : it;

describe('cfn-lint', () => {
  // All configurations take a minute of computing: `npm run lint:templates`.
  whereInstalled('finds no error in the templates of four accounts in three Regions with a pipeline, and looks', () => {
    const [, load] = KEPT_CONFIGURATIONS.find(([name]) => name.includes('three Regions')) ?? [];
    const files = load === undefined ? [] : writeTemplates(load());
    expect(files).toHaveLength(7);
    const wrong = join(temporaryFolder(), 'wrong.template.json');
    const Resources = { Queue: { Type: 'AWS::SQS::Queue', Properties: { Name: 'queue' } } };
    writeFileSync(wrong, JSON.stringify({ Resources }));
    const errors = lintTemplates([...files, wrong]);
    expect(errors).toEqual([expect.stringMatching(/wrong\.template\.json:.*:E3002:/)]);
  });
});
