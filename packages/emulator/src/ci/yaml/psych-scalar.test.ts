import { describe, expect, test } from 'vitest';

import { readPsychScalar } from './psych-scalar.ts';

describe('an unquoted value', () => {
  test.each([
    ['', null, ''],
    ['~', null, ''],
    ['Null', null, ''],
    ['yes', true, 'true'],
    ['Off', false, 'false'],
    ['y', 'y', 'y'],
    ['nothing', 'nothing', 'nothing'],
    ['true story', 'true story', 'true story'],
    ['0', 0, '0'],
    ['-12', -12, '-12'],
    ['010', 8, '8'],
    ['08', '08', '08'],
    ['0x1F', 31, '31'],
    ['0b101', 5, '5'],
    ['0x_', '0x_', '0x_'],
    ['1_000', 1000, '1000'],
    ['12345678901234567890', Number('12345678901234567890'), '12345678901234567890'],
    ['1.10', 1.1, '1.1'],
    ['3.0', 3, '3.0'],
    ['1.', 1, '1.0'],
    ['.5', 0.5, '0.5'],
    ['-0.25', -0.25, '-0.25'],
    ['1.5e+20', 1.5e20, '1.5e+20'],
    ['1.0e-05', 0.00001, '1.0e-05'],
    ['123456.75', 123456.75, '123456.75'],
    ['1e3', '1e3', '1e3'],
    ['1.2.3', '1.2.3', '1.2.3'],
    ['.', '.', '.'],
    ['.inf', Infinity, 'Infinity'],
    ['22:30', 81000, '81000'],
    ['1:02:03', 3723, '3723'],
    ['22:75', '22:75', '22:75'],
    [':symbol', 'symbol', 'symbol'],
    [':', ':', ':'],
    ['node:20', 'node:20', 'node:20'],
    ['$VAR', '$VAR', '$VAR'],
    ['2026-13-45', '2026-13-45', '2026-13-45'],
  ])('%s reads as %j', (source, value, text) => {
    expect(readPsychScalar(source)).toEqual({ value, text });
  });

  test.each(['2026-02-03', '2026-2-3', '2026-02-03 10:20:30', '2026-02-03T10:20:30Z'])(
    '%s would be a date, which GitLab does not take',
    (source) => {
      expect(readPsychScalar(source)).toBeUndefined();
    },
  );
});
