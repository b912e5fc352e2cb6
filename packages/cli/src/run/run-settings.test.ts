import { describe, expect, test } from 'vitest';

import { readSettings, type RunFlags } from './run-settings.ts';

const FLAGS: RunFlags = { url: 'https://gitlab.test', executor: 'shell', store: '/var/x.db' };

describe('--check-interval', () => {
  test('says how often the server is asked', () => {
    expect(intervalWith({ checkInterval: 1000 })).toBe(1000);
  });

  test('leaves it to the default where it is 0 or missing', () => {
    expect(intervalWith({ checkInterval: 0 })).toBeUndefined();
    expect(intervalWith({})).toBeUndefined();
  });
});

function intervalWith(flags: RunFlags): number | undefined {
  const { runners } = readSettings(
    { ...FLAGS, ...flags },
    { FELLRUNNER_TOKEN: 'glrt-test_0123456789' },
  );
  return runners[0]?.checkIntervalMs;
}
