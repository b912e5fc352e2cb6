import { describe, expect, test } from 'vitest';
import { createPathMatcher } from './path-matcher.ts';

describe('createPathMatcher', () => {
  test.each([
    ['abc', 'abc'],
    ['a*c', 'abc'],
    ['abc', 'abc/def/ghi'],
    ['a*', 'abc/def'],
    ['.', 'any/thing'],
    ['./', '.hidden'],
    ['./abc//', 'abc'],
    ['./abc//', 'abc/d'],
    ['a/**/c', 'a/b/b/c'],
    ['a/**/c', 'a/c/below'],
    ['**/*.yaml', 'x/y.yaml'],
    ['x/../a', 'a'],
    ['a[', 'a['],
    ['a[', 'a[/b'],
    ['/project/out', 'out/x'],
    ['dir\\*', 'dir*'],
  ])('takes with %s the file %s', (pattern, path) => {
    expect(createPathMatcher([pattern])(path)).toBe(true);
  });

  test.each([
    ['abc', 'abcd'],
    ['a*c', 'a/c'],
    ['a/**/c', 'a/b'],
    ['**/*.yaml', 'x.yml'],
    ['a[', 'ab'],
    ['', 'a'],
    ['..', 'a'],
    ['../a', 'a'],
    ['/a', 'a'],
    ['/project/../a', 'a'],
  ])('leaves with %s the file %s', (pattern, path) => {
    expect(createPathMatcher([pattern])(path)).toBe(false);
  });

  test('takes what any of its patterns takes', () => {
    const matches = createPathMatcher(['a', '*.txt']);
    expect(['a', 'b.txt', 'c'].map(matches)).toEqual([true, true, false]);
  });
});
