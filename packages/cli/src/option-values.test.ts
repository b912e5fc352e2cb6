import { describe, expect, it } from 'vitest';

import { parseByteSize, parseSeconds, urlProblem } from './option-values.ts';
import { toUsageMessage } from './usage-message.ts';

describe('a size', () => {
  it.each([
    ['4MiB', 4 * 1024 * 1024],
    ['512k', 512 * 1024],
    ['1.5 GB', 1_500_000_000],
    ['100', 100],
    ['0', 0],
  ])('%s is %d bytes', (text, bytes) => {
    expect(parseByteSize(text)).toBe(bytes);
  });

  it.each(['', 'k', '-1', '4 potatoes', '1e9', 'constructor'])('is not %j', (text) => {
    expect(() => parseByteSize(text)).toThrow('size such as');
  });
});

describe('a number of seconds', () => {
  it('may have decimals', () => {
    expect(parseSeconds('0.5')).toBe(500);
  });

  it.each(['', '-1', '1m', 'Infinity'])('is not %j', (text) => {
    expect(() => parseSeconds(text)).toThrow('number of seconds');
  });
});

describe("a server's address", () => {
  it.each(['https://gitlab.example.com', 'http://127.0.0.1:8080/gitlab/'])('may be %s', (url) => {
    expect(urlProblem(url)).toBeUndefined();
  });

  it.each(['gitlab.example.com', 'ftp://gitlab', 'https://', 'https://a@b', 'https://a?b', ''])(
    'is not %j',
    (url) => {
      expect(urlProblem(url)).toBeTypeOf('string');
    },
  );
});

describe('a complaint about the command line', () => {
  it('is one line, and repeats no token that was typed in a wrong place', () => {
    const message = "error: unknown option '--tken=glrt-abc'\n(Did you mean --token?)";
    expect(toUsageMessage(message)).toBe(
      "unknown option '--tken' (Did you mean --token?); --help shows what there is.",
    );
    expect(toUsageMessage("error: unknown command 'glrt-t1_abc'")).not.toContain('abc');
    const excess = 'error: too many arguments. Expected 0 arguments but got 1: whatever.';
    expect(toUsageMessage(excess)).not.toContain('whatever');
  });
});
