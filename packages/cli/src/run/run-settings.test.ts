import { describe, expect, test } from 'vitest';

import { readSettings, type RunFlags } from './run-settings.ts';

const FLAGS: RunFlags = { url: 'https://gitlab.test', executor: 'shell', store: '/var/x.db' };

describe('--check-interval', () => {
  test('says how often the server is asked', async () => {
    expect(await intervalWith({ checkInterval: 1000 })).toBe(1000);
  });

  test('leaves it to the default where it is 0 or missing', async () => {
    expect(await intervalWith({ checkInterval: 0 })).toBeUndefined();
    expect(await intervalWith({})).toBeUndefined();
  });
});

async function intervalWith(flags: RunFlags): Promise<number | undefined> {
  const { runners } = await readSettings(
    { ...FLAGS, ...flags },
    { FELLRUNNER_TOKEN: 'glrt-test_0123456789' },
  );
  return runners[0]?.checkIntervalMs;
}
