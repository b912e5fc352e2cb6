import { PassThrough } from 'node:stream';

import { afterEach, describe, expect, it, vi } from 'vitest';

import { askForRest } from '../src/registration/complete-flags.ts';
import { Conversation } from '../src/registration/conversation.ts';

afterEach(() => vi.unstubAllEnvs());

/** Types a line as soon as its question is there. */
async function converse(
  given: Parameters<typeof askForRest>[0],
  answers: readonly (readonly [RegExp, string])[],
) {
  const [input, output] = [new PassThrough(), new PassThrough()];
  let shown = '';
  const left = [...answers];
  output.setEncoding('utf8').on('data', (text: string) => {
    shown += text;
    const [question, answer] = left[0] ?? [];
    if (question === undefined || !question.test(text)) return;
    left.shift();
    if (answer === undefined) input.end();
    else input.write(answer);
  });
  using talk = new Conversation({ input, output });
  const complete = await askForRest(given, talk);
  return { ...complete, shown, left };
}

describe('the questions of register', () => {
  it('ask for all that is open, and show no token', async () => {
    const { flags, left, shown } = await converse({}, [
      [/address \[/, 'gitlab.example.com\r'],
      [/address \[/, 'https://gitlab.example.com\r'],
      [/token/, 'glrt-t1_secret\r'],
      [/name/, '\r'],
      [/jobs: shell/, 'docker\r'],
      [/jobs: shell/, '\r'],
    ]);
    expect(left).toEqual([]);
    expect(flags).toMatchObject({
      url: 'https://gitlab.example.com',
      token: 'glrt-t1_secret',
      executor: 'shell',
    });
    expect(flags.name).not.toBe('');
    expect(shown).toContain('is no address of a GitLab');
    expect(shown).toContain('"docker" is none of shell, handler');
    expect(shown).not.toContain('secret');
  });

  it('ask a personal access token whose the runner is to be', async () => {
    const given = { url: 'https://gitlab.example.com', name: 'a', executor: 'shell' };
    const { accessToken, flags, shown } = await converse(given, [
      [/token/, 'glpat-secret\r'],
      [/Whose/, 'mine\r'],
      [/Whose/, 'group 42\r'],
    ]);
    expect(accessToken?.reveal()).toBe('glpat-secret');
    expect(flags).toMatchObject({ groupId: 42 });
    expect(flags.token).toBeUndefined();
    expect(shown).not.toContain('secret');
  });

  it('end with the input, and nothing is done', async () => {
    const outcome = converse({}, [[/address \[/, '\u0004']]);
    await expect(outcome).rejects.toThrow('nothing was done: the questions were not answered.');
  });

  it('end with Ctrl-C in the middle of a token', async () => {
    const outcome = converse({ url: 'https://a.example' }, [[/token/, 'glrt-x\u0003']]);
    await expect(outcome).rejects.toThrow('nothing was done');
  });
});
