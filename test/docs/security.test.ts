import { printRights } from '../../lib/print-rights';
import { local, Synthesized } from '../lib/synthesized';
import { readProjectFile } from '../support/project-files';

test('the rights that the document lists are those of the templates', () => {
  const rights = printRights(new Synthesized(local()).app);
  expect(rights.split('\n').length).toBeGreaterThan(200);
  const [, listed] =
    /<!-- rights: begin -->\n\n([\s\S]*)\n<!-- rights: end -->/.exec(readProjectFile('docs/security.md')) ?? [];
  expect(listed).toBe(rights);
});
