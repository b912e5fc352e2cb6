import { describe, expect, it } from 'vitest';

import { toShellConfig } from './shell-config.ts';
import { parsePasswd } from './shell-user.ts';

const folders = { buildsDir: 'builds', cacheDir: 'cache' };

describe('toShellConfig', () => {
  it('makes paths absolute and finds a shell', () => {
    const config = toShellConfig(folders);
    expect(config.buildsDir).toBe(`${process.cwd()}/builds`);
    expect(config.shell.path).toMatch(/^\/.*\/(ba)?sh$/);
  });

  it.each([
    [{ shell: 'fish' }, 'The shell "fish" was not found.'],
    [{ shell: '/bin/true' }, 'The shell "/bin/true" is neither bash nor sh.'],
    [{ environment: ['nonsense'] }, '"nonsense" in environment is no KEY=value.'],
    [{ buildsDir: '' }, 'The builds_dir of the shell executor is empty.'],
    [{ user: 'nobody-of-that-name' }, 'Scripts cannot run as "nobody-of-that-name"'],
  ])('says what is wrong with %j', (options, message) => {
    expect(() => toShellConfig({ ...folders, ...options })).toThrow(message);
  });
});

describe('parsePasswd', () => {
  it('reads an account', () => {
    expect(parsePasswd('joss:x:1001:100:Joss,,,:/home/joss:/bin/bash\n')).toEqual({
      name: 'joss',
      uid: 1001,
      gid: 100,
      home: '/home/joss',
      loginShell: '/bin/bash',
    });
  });

  it('takes nothing else for one', () => {
    expect(parsePasswd('')).toBeUndefined();
    expect(parsePasswd('joss:x:many:100::/:')).toBeUndefined();
  });
});
