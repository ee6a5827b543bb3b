import { projectFiles, readProjectFile } from '../support/project-files';

/**
 * What has no place in this repository: it speaks of itself, and works wherever it is cloned. Written in parts, so that
 * this file does not hold what it looks for.
 */
const OUT_OF_PLACE: Readonly<Record<string, RegExp>> = {
  'a path of one machine': new RegExp(`(?<![\\w.)\\]}*])/(${['work', 'root', 'home'].join('|')})/[\\w.-]`),
  'a temporary folder of one machine': new RegExp(`/${'tmp'}/[\\w-]`),
  'a host that packages came from': new RegExp(
    `https?://(?!registry\\.npmjs\\.org)[\\w.:-]*(${'registry'}|npm-proxy|nexus)`,
  ),
  'how it was written': new RegExp(
    ['A' + 'I assist', 'L' + 'LMs?\\b', '\\bas an A' + 'I\\b', 'lang' + 'uage model', 'chat' + 'bot'].join('|'),
  ),
  'who is asked to write': new RegExp(`\\b(${'pro' + 'mpt'}s?|${'pro' + 'mpted'})\\b`, 'i'),
};

/** In documents, apart from what AWS calls so. */
const SESSION = new RegExp(
  `(?<!(role|sso|cloudshell|console)[ -])\\b${'sess' + 'ion'}s?\\b(?! ?(duration|name|token|tag|manager|issuer|polic))`,
  'i',
);

/** Other people's words, and licences of packages. */
const NOT_OURS = /^(package-lock\.json|local\/generated\/|schemas\/generated\/|LICENSE$)/;

interface Line {
  readonly path: string;
  readonly number: number;
  readonly text: string;
}

function lines(): Line[] {
  return projectFiles()
    .filter((path) => !NOT_OURS.test(path))
    .flatMap((path) => {
      const text = readProjectFile(path);
      return text.includes('\u0000')
        ? []
        : text.split('\n').map((line, index) => ({ path, number: index + 1, text: line }));
    });
}

test('the patterns find what they look for, and leave alone what is meant', () => {
  const isOutOfPlace = (text: string) => Object.values(OUT_OF_PLACE).some((pattern) => pattern.test(text));
  const bad = [
    'cd /wo|rk/main',
    'in "/ro|ot/.npmrc"',
    '/tm|p/team/x',
    'https://reg|istry.example.com/npm/',
    'an LL|M',
    'the pro|mpt',
  ];
  expect(bad.map((text) => text.replace('|', '')).filter((text) => !isOutOfPlace(text))).toEqual([]);
  const good = ['schemas/work/x', 'arn:aws:iam::1:root', 'https://docs.aws.amazon.com/', 'promptly'];
  expect(good.filter(isOutOfPlace)).toEqual([]);
  const ours = ['in this sess|ion', 'the next sess|ions'].map((text) => text.replace('|', ''));
  expect(ours.filter((text) => !SESSION.test(text))).toEqual([]);
  expect(['session duration', 'a role session', '--role-session-name me'].filter((text) => SESSION.test(text))).toEqual(
    [],
  );
});

test('nothing in the repository is about the place or the way it was written', () => {
  const all = lines();
  expect(all.length).toBeGreaterThan(10_000);
  const found = Object.entries(OUT_OF_PLACE).flatMap(([what, pattern]) =>
    all.filter(({ text }) => pattern.test(text)).map(({ path, number }) => `${path}:${number}: ${what}`),
  );
  expect(found).toEqual([]);
});

test('packages come from the public registry', () => {
  const hosts = [...readProjectFile('package-lock.json').matchAll(/"resolved": "(https?:\/\/[^/"]+)/g)];
  expect(hosts.map(([, host]) => host).filter((host) => host !== 'https://registry.npmjs.org')).toEqual([]);
});

test('documents speak of the product only', () => {
  const documents = lines().filter(({ path }) => path.endsWith('.md'));
  expect(documents.length).toBeGreaterThan(300);
  expect(documents.filter(({ text }) => SESSION.test(text)).map(({ path, number }) => `${path}:${number}`)).toEqual([]);
});
