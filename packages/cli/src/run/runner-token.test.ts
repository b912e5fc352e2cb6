import { describe, expect, it } from 'vitest';

import { checkToken, findToken } from './runner-token.ts';

describe('findToken', () => {
  it('takes what was typed before what the environment has', () => {
    const env = { FELLRUNNER_TOKEN: 'glrt-environment' };
    expect(findToken({ token: 'glrt-typed', env })?.token.reveal()).toBe('glrt-typed');
    expect(findToken({ env })?.token.reveal()).toBe('glrt-environment');
  });

  it('finds none where the environment has an empty one', () => {
    expect(findToken({ env: { FELLRUNNER_TOKEN: '' } })).toBeUndefined();
  });

  it('warns that others can see what is typed', () => {
    expect(findToken({ token: 'glrt-typed', env: {} })?.warning).toContain('can see');
  });
});

describe('checkToken', () => {
  it('leaves out the line break at the end of a file', () => {
    expect(checkToken('glrt-a\n', 'the file').reveal()).toBe('glrt-a');
  });

  it.each(['', ' \n', 'glrt-a glrt-b', 'glrt-a\nX-Header: b', 'glrt-ä'])(
    'refuses %j without repeating it',
    (text) => {
      expect(() => checkToken(text, 'the file')).toThrow(/^The token of the file (is|has)/);
    },
  );
});
