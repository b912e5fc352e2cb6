import { describe, expect, it } from 'vitest';

import { inheritedEnvironment } from './inherited-environment.ts';

describe('inheritedEnvironment', () => {
  it("leaves out the runner's secrets and what its launcher set", () => {
    const own = {
      FELLRUNNER_TOKEN: 'x',
      FELLRUNNER_MARK: 'of:1:0',
      GITLAB_TOKEN: 'x',
      CREDENTIALS_DIRECTORY: 'x',
      NOTIFY_SOCKET: 'x',
      npm_config_registry: 'x',
      INIT_CWD: 'x',
      NODE_OPTIONS: 'x',
      GIT_DIR: 'x',
    };
    expect(inheritedEnvironment(own)).toEqual({});
  });

  it('keeps what belongs to the machine', () => {
    const machine = { HOME: '/root', LANG: 'C', HTTPS_PROXY: 'http://proxy', NPM_TOKEN: 'meant' };
    expect(inheritedEnvironment(machine)).toEqual(machine);
  });

  it("takes the launcher's folders out of the path", () => {
    const PATH = '/repo/node_modules/.bin:/usr/bin:/repo/node_modules/node/bin:/bin';
    expect(inheritedEnvironment({ PATH })).toEqual({ PATH: '/usr/bin:/bin' });
  });
});
