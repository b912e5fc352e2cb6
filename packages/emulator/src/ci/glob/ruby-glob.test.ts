import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { expandBraces, TooManyAlternatives } from './expand-braces.ts';
import { rubyGlob } from './ruby-glob.ts';

describe('a glob of rules:changes', () => {
  test.each([
    ['Dockerfile', 'Dockerfile', true],
    ['Dockerfile', 'app/Dockerfile', false],
    ['*.md', 'README.md', true],
    ['*.md', 'docs/README.md', false],
    ['docs/*', 'docs/a.md', true],
    ['docs/*', 'docs/a/b.md', false],
    ['docs/**', 'docs/a.md', true],
    ['docs/**', 'docs/a/b.md', false],
    ['docs/**/*', 'docs/a.md', true],
    ['docs/**/*', 'docs/a/b/c.md', true],
    ['**/*.rb', 'a.rb', true],
    ['**/*.rb', 'x/y/a.rb', true],
    ['**/package.json', 'package.json', true],
    ['src/**/test/*.ts', 'src/test/a.ts', true],
    ['src/**/test/*.ts', 'src/a/b/test/a.ts', true],
    ['src/**/test/*.ts', 'src/a/b/test/c/a.ts', false],
    ['*', '.env', true],
    ['.*', '.env', true],
    ['**/*', '.gitlab/ci/.a.yml', true],
    ['a?c', 'abc', true],
    ['a?c', 'a/c', false],
    ['[a-c]x', 'bx', true],
    ['[!a-c]x', 'bx', false],
    ['[^a-c]x', 'dx', true],
    ['[x', '[x', false],
    ['a\\*b', 'a*b', true],
    ['a\\*b', 'axb', false],
    ['*.{js,ts}', 'a.ts', true],
    ['{src,lib}/**/*.{c,h}', 'lib/x/a.h', true],
    ['{a,b{c,d}}', 'bd', true],
    ['{a', '{a', true],
    ['a*b*c', 'a-b-b-c', true],
    ['a*b*c', 'a-c-b', false],
    ['docs/', 'docs', false],
    ['', '', true],
  ])('%s on %s answers %s', (glob, path, answer) => {
    expect(rubyGlob(glob)(path)).toBe(answer);
  });

  test('with more alternatives than anyone writes is refused, not tried for ever', () => {
    expect(() => rubyGlob('{a,b}'.repeat(40))).toThrow(TooManyAlternatives);
  });

  test('answers quickly however many stars it has', () => {
    expect(rubyGlob('**/'.repeat(200) + 'x')('a/'.repeat(200) + 'y')).toBe(false);
    expect(rubyGlob('*a'.repeat(200))('a'.repeat(400) + 'b')).toBe(false);
  });

  test('matches every path that it spells out', () => {
    const name = fc.string({ unit: fc.constantFrom('a', 'b', '.', '-'), minLength: 1 });
    fc.assert(
      fc.property(fc.array(name, { minLength: 1, maxLength: 5 }), (names) => {
        const path = names.join('/');
        expect(rubyGlob(path)(path)).toBe(true);
        expect(rubyGlob('**/*')(path)).toBe(true);
        expect(rubyGlob(`**/${names.at(-1)}`)(path)).toBe(true);
      }),
    );
  });
});

test('braces are listed in the order in which they are written', () => {
  expect(expandBraces('{a,b}{c,d}')).toEqual(['ac', 'ad', 'bc', 'bd']);
  expect(expandBraces('a\\{b,c}')).toEqual(['a\\{b,c}']);
});
