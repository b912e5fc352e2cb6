import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { Re2 } from './re2.ts';
import { Re2SyntaxError } from './re2-syntax-error.ts';

describe('a pattern of RE2', () => {
  test.each([
    ['main', 'the main branch', true],
    ['^main$', 'the main branch', false],
    ['^main$', 'main', true],
    ['^release/\\d+\\.\\d+$', 'release/1.42', true],
    ['^release/\\d+\\.\\d+$', 'release/1.42-rc1', false],
    ['feature|hotfix', 'hotfix/x', true],
    ['^(feature|hotfix)/', 'topic/x', false],
    ['^(|a)$', '', true],
    ['a.c', 'a\nc', false],
    ['a.c', 'aµc', true],
    ['^v(?:0|[1-9]\\d*)(\\.\\d+){2}$', 'v1.20.3', true],
    ['^v(?:0|[1-9]\\d*)(\\.\\d+){2}$', 'v1.20', false],
    ['^a{2,3}$', 'aaaa', false],
    ['^a{2,}$', 'aaaa', true],
    ['^x{,3}$', 'x{,3}', true],
    ['[[:digit:]]{4}', 'in 2026', true],
    ['^[^[:space:]]+$', 'two words', false],
    ['[]a]', ']', true],
    ['[a-]', '-', true],
    ['^[\\w.-]+$', 'a.b-c_d', true],
    ['\\bfix\\b', 'a fix!', true],
    ['\\bfix\\b', 'prefix', false],
    ['fix\\B', 'fixed', true],
    ['^\\pL+$', 'größe', true],
    ['^\\p{Greek}+$', 'αβγ', true],
    ['^\\P{Lu}+$', 'abC', false],
    ['\\x41\\x{42}\\103', 'ABC', true],
    ['^\\Qa.b\\E$', 'a.b', true],
    ['^\\Qa.b\\E$', 'axb', false],
    ['(?i)MAIN', 'main', true],
    ['(?i:MAIN)x', 'mainX', false],
    ['(?P<major>\\d)\\.(?<minor>\\d)', '4.2', true],
    ['(?s)a.b', 'a\nb', true],
    ['(?m)^b$', 'a\nb\nc', true],
    ['^b$', 'a\nb\nc', false],
    ['\\Ab\\z', 'b', true],
    ['a+?b*?', 'a', true],
    ['(a*)*b', 'aaab', true],
    ['(?i)[^a]', 'A', false],
    ['😀', 'a 😀', true],
    ['^.$', '😀', true],
  ])('%s on %j answers %s', (pattern, text, answer) => {
    expect(new Re2(pattern).test(text)).toBe(answer);
  });

  test.each([
    ['(?=x)', 'invalid perl operator'],
    ['(?<!x)y', 'invalid perl operator'],
    ['(a)\\1', 'invalid escape sequence'],
    ['(', 'missing closing )'],
    [')', 'unexpected )'],
    ['[a', 'missing closing ]'],
    ['[b-a]', 'invalid character class range'],
    ['[[:nope:]]', 'invalid character class range'],
    ['\\p{Nope}', 'invalid character class range'],
    ['*a', 'no argument for repetition operator'],
    ['a**', 'bad repetition operator'],
    ['a{1001}', 'bad repetition operator'],
    ['a{3,2}', 'bad repetition operator'],
    ['((a{1000}){1000}){1000}', 'pattern too large'],
    [`${'('.repeat(2000)}a${')'.repeat(2000)}`, 'nests too deeply'],
    ['\\', 'unexpected end'],
  ])('%s is refused, as RE2 refuses it', (pattern, message) => {
    expect(() => new Re2(pattern)).toThrow(message);
    expect(() => new Re2(pattern)).toThrow(Re2SyntaxError);
  });

  test('flags that stand behind the slash hold for the whole pattern', () => {
    expect(new Re2('^MAIN$', 'i').test('main')).toBe(true);
    expect(new Re2('a.b', 's').test('a\nb')).toBe(true);
    expect(new Re2('^b$', 'm').test('a\nb')).toBe(true);
    expect(new Re2('a+', 'U').test('aa')).toBe(true);
  });

  test('a pattern that makes backtracking engines hang answers at once', () => {
    expect(new Re2('^(a+)+$').test(`${'a'.repeat(5000)}b`)).toBe(false);
    expect(new Re2('^(((){1000}){1000}){1000}$').test('')).toBe(true);
  });
});

describe('any pattern', () => {
  const fragment = fc.oneof(
    fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', '\\d', '\\w', '(a|b)', '(?:ab)', '^', '$'),
    fc.constantFrom('a*', 'b+', '(ab)?', 'a{1,2}', '\\b', '(a|)', 'A'),
  );

  test('agrees with JavaScript on what both understand', () => {
    fc.assert(
      fc.property(
        fc.array(fragment, { maxLength: 6 }).map((parts) => parts.join('')),
        fc.string({ unit: fc.constantFrom('a', 'b', 'A', '1', '_', ' '), maxLength: 8 }),
        fc.constantFrom('', 'i', 's'),
        (pattern, text, flags) => {
          expect(new Re2(pattern, flags).test(text)).toBe(new RegExp(pattern, flags).test(text));
        },
      ),
    );
  });

  test('is either understood or refused with a Re2SyntaxError', () => {
    const soup = fc.string({
      unit: fc.constantFrom(...'ab01(){}[]|*+?^$.\\,-:<>=!PpLQEdwsx&i'.split('')),
    });
    fc.assert(
      fc.property(soup, fc.string(), (pattern, text) => {
        const outcome = outcomeOf(() => new Re2(pattern).test(text));
        expect(typeof outcome === 'boolean' || outcome instanceof Re2SyntaxError).toBe(true);
      }),
    );
  });
});

function outcomeOf(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}
