import { differences, type SeenIds } from '../support/documented-answer';
import { type Fence, readMarkdown } from '../support/markdown';
import { LocalCloud } from './support/local-cloud';
import { OtherConfiguration } from './support/other-configuration';

interface Example {
  readonly line: number;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body: string | undefined;
  readonly status: number;
  readonly shown: unknown;
}

/** `http` blocks with the `json answer` block after each. */
function examplesOf(fences: readonly Fence[]): Example[] {
  return fences.flatMap((fence, index) => {
    if (fence.language !== 'http') return [];
    const [, method = '', path = '', body] = /^(GET|POST) (\S+)(?:\n\n([\s\S]*))?$/.exec(fence.text.trim()) ?? [];
    const answer = fences[index + 1];
    if ((method !== 'GET' && method !== 'POST') || !answer?.words.includes('answer')) {
      throw new Error(`The request at line ${fence.line} is not one, or has no answer`);
    }
    const status = Number(answer.words[1] ?? 200);
    return [{ line: fence.line, method, path, body, status, shown: JSON.parse(answer.text) }];
  });
}

describe('requests and answers in docs/interfaces.md', () => {
  let cloud: LocalCloud;
  let configuration: OtherConfiguration;
  beforeAll(async () => {
    configuration = OtherConfiguration.of({}, { Guard: { MaxRemovals: 10 } });
    cloud = await LocalCloud.start({ speed: 60, extra: configuration.arguments });
  });
  afterAll(async () => {
    await cloud?.stop();
    configuration?.remove();
  });

  test('are what the API takes and says', async () => {
    const examples = examplesOf(readMarkdown('docs/interfaces.md').fences);
    expect(examples.length).toBeGreaterThanOrEqual(14);
    const ids: SeenIds = new Map();
    const wrong: string[] = [];
    for (const { line, method, path, body, status, shown } of examples) {
      // Answers are shown as they are when nothing is under way.
      if (method === 'GET') await cloud.settle();
      const [shownId = ''] = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/.exec(path) ?? [];
      const answer = await cloud.api(method, path.replace(shownId, ids.get(shownId) ?? ''), body);
      const found = differences({ status, body: shown }, answer, ids);
      wrong.push(...found.map((difference) => `line ${line}: ${difference}`));
    }
    expect(wrong).toEqual([]);
  });
});
