import { expect, it } from 'vitest';

import { defaultConfigFile } from './config-place.ts';

it.each([
  [{}, 1000, '/home/ada/.config/fellrunner/config.toml'],
  [{ XDG_CONFIG_HOME: '/cfg' }, 1000, '/cfg/fellrunner/config.toml'],
  [{ XDG_CONFIG_HOME: 'relative' }, 1000, '/home/ada/.config/fellrunner/config.toml'],
  [{ XDG_CONFIG_HOME: '/cfg' }, 0, '/etc/fellrunner/config.toml'],
])('a configuration lies where the system keeps such files: %j, user %d', (env, userId, file) => {
  expect(defaultConfigFile({ env, home: '/home/ada', userId })).toBe(file);
});
