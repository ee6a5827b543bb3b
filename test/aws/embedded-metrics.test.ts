import { embeddedMetrics } from '../../lambda/aws/embedded-metrics';

function written(write: () => void): unknown[] {
  const lines: string[] = [];
  const spy = jest.spyOn(process.stdout, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
  process.env.POWERTOOLS_METRICS_NAMESPACE = 'IdentityCenterExtensions/dev';
  try {
    write();
  } finally {
    spy.mockRestore();
    delete process.env.POWERTOOLS_METRICS_NAMESPACE;
  }
  return lines.map((line) => JSON.parse(line));
}

const record = (dimensions: string[], metrics: object[]) => ({
  Timestamp: expect.any(Number),
  CloudWatchMetrics: [{ Namespace: 'IdentityCenterExtensions/dev', Dimensions: [dimensions], Metrics: metrics }],
});

test('a count is one record with its dimensions, in the namespace of the installation', () => {
  expect(written(() => embeddedMetrics.count('EventsIgnored', { because: 'malformed' }))).toEqual([
    { _aws: record(['because'], [{ Name: 'EventsIgnored', Unit: 'Count' }]), because: 'malformed', EventsIgnored: 1 },
  ]);
});

test('gauges are one record; seconds are in seconds', () => {
  expect(written(() => embeddedMetrics.gauges({ HeldPlans: 0, OldestDirtySeconds: 90 }))).toEqual([
    {
      _aws: record(
        [],
        [
          { Name: 'HeldPlans', Unit: 'Count' },
          { Name: 'OldestDirtySeconds', Unit: 'Seconds' },
        ],
      ),
      HeldPlans: 0,
      OldestDirtySeconds: 90,
    },
  ]);
});
