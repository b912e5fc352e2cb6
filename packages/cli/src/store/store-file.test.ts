import { describe, expect, it } from 'vitest';

import { defaultStoreFile } from './store-file.ts';

describe('defaultStoreFile', () => {
  it('is below /var/lib for root, whatever the environment says', () => {
    const file = defaultStoreFile({ env: { XDG_STATE_HOME: '/s' }, home: '/root', userId: 0 });
    expect(file).toBe('/var/lib/fellrunner/fellrunner.db');
  });

  it('is below XDG_STATE_HOME for others', () => {
    const file = defaultStoreFile({ env: { XDG_STATE_HOME: '/s' }, home: '/home/a', userId: 7 });
    expect(file).toBe('/s/fellrunner/fellrunner.db');
  });

  it.each([{}, { XDG_STATE_HOME: '' }, { XDG_STATE_HOME: 'relative' }])(
    'is below ~/.local/state where XDG_STATE_HOME is no absolute path: %o',
    (env) => {
      const file = defaultStoreFile({ env, home: '/home/a', userId: 7 });
      expect(file).toBe('/home/a/.local/state/fellrunner/fellrunner.db');
    },
  );
});
