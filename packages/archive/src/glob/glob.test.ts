import { describe, expect, test } from 'vitest';
import { parseGlob } from './glob.ts';

describe('parseGlob', () => {
  test.each([
    ['*', 'a'],
    ['*', '.hidden'],
    ['*.xml', '.xml'],
    ['a*c', 'abbc'],
    ['a?c', 'a😀c'],
    ['**', 'a/b/c'],
    ['a/**', 'a'],
    ['a/**', 'a/b/c'],
    ['a/**/c', 'a/c'],
    ['a/**/c', 'a/x/y/c'],
    ['**/*.yaml', 'x.yaml'],
    ['{a,b/c}/d', 'b/c/d'],
    ['a{,b}', 'a'],
    ['[a-c]', 'b'],
    ['[^a]', 'b'],
    ['[!a]', 'b'],
    ['[a-]', '-'],
    ['\\*', '*'],
    ['\\{a\\}', '{a}'],
  ])('lets %s match %s', (pattern, path) => {
    expect(parseGlob(pattern)?.matches(path)).toBe(true);
  });

  test.each([
    ['*', 'a/b'],
    ['a?c', 'a/c'],
    ['a**', 'a/b'],
    ['**.txt', 'a/b.txt'],
    ['a/**/c', 'a/bc'],
    ['abc', 'ABC'],
    ['{a,b}', 'c'],
    ['[^a]', 'a'],
    ['\\*', 'a'],
  ])('keeps %s from matching %s', (pattern, path) => {
    expect(parseGlob(pattern)?.matches(path)).toBe(false);
  });

  test.each(['[', '[]', '[a', '{a', 'a}', '\\', 'a[^]'])('calls %s invalid', (pattern) => {
    expect(parseGlob(pattern)).toBeUndefined();
  });

  test('calls a pattern of a billion alternatives invalid instead of trying them', () => {
    expect(parseGlob('{a,b}'.repeat(30))).toBeUndefined();
    expect(parseGlob('{'.repeat(50_000) + '}'.repeat(50_000))).toBeUndefined();
  });

  test('decides a pattern of many stars at once', () => {
    const glob = parseGlob(`${'*a'.repeat(30)}b`);
    expect(glob?.matches('a'.repeat(2000))).toBe(false);
  });
});
