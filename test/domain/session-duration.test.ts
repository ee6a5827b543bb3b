import { printSessionDuration, sessionMinutesOf } from '../../lambda/domain/session-duration';

const ALLOWED = Array.from({ length: 720 - 60 + 1 }, (_, index) => 60 + index);

test('every duration that AWS allows comes back as it was printed', () => {
  expect(ALLOWED.map((minutes) => sessionMinutesOf(printSessionDuration(minutes)))).toEqual(ALLOWED);
});

test.each([
  [60, 'PT1H'],
  [61, 'PT1H1M'],
  [90, 'PT1H30M'],
  [240, 'PT4H'],
  [719, 'PT11H59M'],
  [720, 'PT12H'],
])('%d minutes are printed as %s', (minutes, text) => {
  expect(printSessionDuration(minutes)).toBe(text);
});

test.each([
  ['PT240M', 240],
  ['PT4H', 240],
  ['PT3H60M', 240],
  ['PT4H0M', 240],
  ['PT04H', 240],
  ['PT14400S', 240],
  ['P0DT4H', 240],
  ['PT1H30M', 90],
  ['PT1H30M30S', 90.5],
  ['P1D', 1440],
])('%s is %d minutes', (text, minutes) => {
  expect(sessionMinutesOf(text)).toBe(minutes);
});

test.each([
  '',
  '240',
  '4H',
  'T4H',
  'PT4',
  'PTH',
  'PT4H30',
  'PT30M4H',
  'PT4H4H',
  'pt4h',
  'PT1.5H',
  'PT-4H',
  'P1Y',
  'P1W',
  ' PT4H',
  'PT4H ',
  'PT4H\n',
  'PT4HPT4H',
])('%j is no duration', (text) => {
  expect(sessionMinutesOf(text)).toBeUndefined();
});
