import { configurationKeys } from '../support/configuration-keys';
import { readMarkdown } from '../support/markdown';

test('the table of configuration keys is the schema', () => {
  const keys = configurationKeys();
  expect(keys.length).toBeGreaterThan(35);
  const table = readMarkdown('docs/interfaces.md').tables.find(({ header }) => header[0] === 'key');
  const rows = keys.map(([path, description, fallback]) => {
    const isWord = fallback === 'required' || fallback === 'none';
    return [`\`${path}\``, description, isWord ? fallback : `\`${fallback}\``];
  });
  expect(table?.rows).toEqual(rows);
});
