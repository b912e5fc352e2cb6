import fc from 'fast-check';
import { expect, test } from 'vitest';

import { parseDuration } from './duration.ts';

test.each([
  ['90', 90],
  ['1h 30m', 5400],
  ['1h30m', 5400],
  ['3 hours 4 minutes', 11_040],
  ['3 mins 4 sec', 184],
  ['2 hrs 20 min', 8400],
  ['2h20min', 8400],
  ['6 mos 1 day', 15_638_400],
  ['47 yrs 6 mos and 4d', 1_499_104_800],
  ['3 weeks and 2 days', 1_987_200],
  ['1 week', 604_800],
  ['1.5 hours', 5400],
  ['.5 day', 43_200],
  ['day', 86_400],
  ['1 hour, 10 minutes', 4200],
  ['1:30', 90],
  ['3:41:59', 13_319],
  ['1:0:0:0', 86_400],
  ['10 MINUTES', 600],
])('%s is %d seconds', (text, seconds) => {
  expect(parseDuration(text)).toBe(seconds);
});

test.each(['', '0', 'soon', '5 parsecs', '-5 minutes', '1 2 hours of work', 'ten minutes', '1::2'])(
  '"%s" is no duration',
  (text) => {
    expect(parseDuration(text)).toBeUndefined();
  },
);

test('any text is a duration or none', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const seconds = parseDuration(text);
      expect(seconds === undefined || seconds >= 0).toBe(true);
    }),
  );
});
