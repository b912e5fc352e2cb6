import { describe, expect, test } from 'vitest';
import { OutputLimit } from './limit-output.ts';

function write(limit: OutputLimit, ...texts: readonly string[]): string {
  return texts.map((text) => Buffer.from(limit.write(Buffer.from(text))).toString()).join('');
}

function writeTail(limit: OutputLimit, text: string): string {
  return Buffer.from(limit.writeTail(Buffer.from(text))).toString();
}

function notice(limit: number): string {
  return `\n\u001b[33;1mJob's log exceeded limit of ${limit} bytes.\nJob execution will continue but no more output will be collected.\u001b[0;m\n`;
}

describe('the limit', () => {
  test.each([
    ['ASCII', '0123456789', 10, '0123456789'],
    ['characters of two bytes', 'ǲ', 5, 'ǲǲ'],
    ['characters of two bytes at the boundary', 'ǲ', 6, 'ǲǲǲ'],
    ['characters of three bytes', '─', 20, '──────'],
    ['a character that does not fit at all', '─', 1, ''],
    ['characters of four bytes', '🐤', 23, '🐤🐤🐤🐤🐤'],
  ])(
    'cuts between characters and says so once, as the official runner: %s',
    (_, text, limitBytes, kept) => {
      const once = new OutputLimit({ limitBytes });
      expect(write(once, text.repeat(100))).toBe(kept + notice(limitBytes));
      const piecewise = new OutputLimit({ limitBytes });
      expect(write(piecewise, ...Array<string>(100).fill(text))).toBe(kept + notice(limitBytes));
      expect(piecewise.exceeded).toBe(true);
    },
  );

  test('is told of as soon as it is reached', () => {
    expect(write(new OutputLimit({ limitBytes: 10 }), '0123456789')).toBe(
      `0123456789${notice(10)}`,
    );
  });

  test('of 0 is none', () => {
    const limit = new OutputLimit({ limitBytes: 0 });
    expect(write(limit, 'x'.repeat(100_000))).toHaveLength(100_000);
  });

  test('is not told of by a log that stays below it', () => {
    const limit = new OutputLimit({ limitBytes: 10 });
    expect(write(limit, '01234', '5678')).toBe('012345678');
    expect(limit.exceeded).toBe(false);
  });
});

describe('the last lines', () => {
  test('fit after the notice', () => {
    const limit = new OutputLimit({ limitBytes: 10 });
    write(limit, 'x'.repeat(100));
    expect(writeTail(limit, 'ERROR: Job failed: exit status 1\n')).toBe(
      'ERROR: Job failed: exit status 1\n',
    );
  });

  test('fit where the log ends just below the limit', () => {
    const limit = new OutputLimit({ limitBytes: 10, tailBytes: 6 });
    write(limit, '12345678');
    expect(writeTail(limit, 'abcde')).toBe('abcde');
    expect(writeTail(limit, 'fghij')).toBe('fgh');
    expect(limit.writtenBytes).toBe(16);
  });

  test('have a limit of their own', () => {
    const limit = new OutputLimit({ limitBytes: 10, tailBytes: 5 });
    write(limit, 'x'.repeat(100));
    expect(writeTail(limit, 'ab─')).toBe('ab─');
    expect(writeTail(limit, 'c')).toBe('');
  });
});

test('a log taken up again goes on to the same limit', () => {
  const whole = new OutputLimit({ limitBytes: 10 });
  const text = write(whole, '0123456', '789', 'abc');
  const resumed = new OutputLimit({ limitBytes: 10, writtenBytes: 7 });
  expect(`0123456${write(resumed, '789', 'abc')}`).toBe(text);
  const ended = new OutputLimit({ limitBytes: 10, writtenBytes: whole.writtenBytes });
  expect(write(ended, 'more')).toBe('');
});
