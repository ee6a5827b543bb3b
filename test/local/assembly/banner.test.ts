import { type BannerFacts, bannerText } from '../../../local/banner';
import { localUrls } from '../../../local/local-urls';

const FACTS: BannerFacts = {
  url: 'http://127.0.0.1:4566',
  speed: 20,
  outputs: {
    'local-app-controller': {
      locallinkApiendpointURL: 'http://127.0.0.1:4566/_aws/execute-api/abc/prod/',
      'local-linkApi-endpointURL': 'http://127.0.0.1:4566/_aws/execute-api/abc/prod/',
      'local-account-assignments-location': 's3://bucket/links_data/',
      Plain: 'value',
    },
  },
  notStarted: [{ stackName: 'local-app-pipeline', reason: 'the pipeline is synthesized, not started' }],
  warnings: ['a key is ignored'],
  target: { accountId: '333333333333', region: 'eu-west-1' },
  identityCenter: { accountId: '222222222222', region: 'eu-west-1' },
  instanceArn: 'arn:aws:sso:::instance/ssoins-1',
  exampleLink: 'root%all%Reader%team%GROUP%ssofile',
  startSeconds: 7.34,
};

describe('the banner', () => {
  const lines = bannerText(FACTS).split('\n');

  test('begins with the line that says where it is ready', () => {
    expect(lines[0]).toMatch(/^ready on http:\/\/127\.0\.0\.1:4566 after 7\.3 s/);
  });

  test('shows each output once, by its export name if it has one', () => {
    expect(lines.filter((line) => line.startsWith('  local-') || line.startsWith('  Plain'))).toEqual([
      '  local-linkApi-endpointURL: http://127.0.0.1:4566/_aws/execute-api/abc/prod/',
      '  local-account-assignments-location: s3://bucket/links_data/',
      '  Plain: value',
    ]);
  });

  test('shows warnings, what is not started, and commands that fit the configuration', () => {
    const text = lines.join('\n');
    expect(text).toContain('local-app-pipeline: the pipeline is synthesized, not started');
    expect(text).toContain('Warning: a key is ignored');
    expect(text).toContain('http://127.0.0.1:4566/_aws/execute-api/abc/prod/links');
    expect(text).toContain('AWS_ACCESS_KEY_ID=222222222222');
    expect(text).toContain('s3 ls s3://bucket/links_data/');
    expect(text).toContain(
      `prod/postLinkData -d '{"action":"create","linkData":"root%all%Reader%team%GROUP%ssofile"}'`,
    );
  });

  test('suggests no link when the organization has no names for one', () => {
    const { exampleLink: _, ...others } = FACTS;
    expect(bannerText(others)).not.toContain('postLinkData');
  });
});

test('outputs show URLs of REST APIs as the local cloud serves them', () => {
  const outputs = {
    stack: { url: 'https://abc123.execute-api.eu-west-1.amazonaws.com/prod/', other: 'https://example.com/' },
  };
  expect(localUrls(outputs, 'http://127.0.0.1:1')).toEqual({
    stack: { url: 'http://127.0.0.1:1/_aws/execute-api/abc123/prod/', other: 'https://example.com/' },
  });
});
