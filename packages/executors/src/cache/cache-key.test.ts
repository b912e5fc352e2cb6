import { relative } from 'node:path';

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { defaultKey, readCacheKey, sanitizeKey } from './cache-key.ts';

describe('sanitizeKey', () => {
  it.each([
    ['main', 'main'],
    ['a/b c', 'a/b c'],
    ['/main', 'main'],
    ['../../etc', 'etc'],
    ['a/../../b', 'b'],
    ['..%2f..%2Fetc', 'etc'],
    ['%2e%2e/etc', 'etc'],
    [String.raw`..\..\etc`, 'etc'],
    ['main \t', 'main'],
    ['a/ /', 'a'],
    ['..', ''],
    ['   ', ''],
    ['', ''],
  ])('makes of %j the key %j', (key, expected) => {
    expect(sanitizeKey(key)).toBe(expected);
  });
});

describe('readCacheKey', () => {
  const folder = '/cache/lakes/hills';

  it('never leads out of the cache folder, whatever the key', () => {
    const piece = fc.constantFrom('..', '.', '/', '\\', '%2e', '%2F', ' ', 'a', '\0', '~');
    const keys = fc.oneof(
      fc.string(),
      fc.array(piece).map((pieces) => pieces.join('')),
    );
    fc.assert(
      fc.property(keys, fc.boolean(), (key, isHashed) => {
        const file = readCacheKey({ key, folder, isHashed }).key?.file;
        return file === undefined || /^(?!\.\.(\/|$)).+\/cache\.zip$/.test(relative(folder, file));
      }),
    );
  });

  it('says what it made of a key', () => {
    expect(readCacheKey({ key: '../x', folder, isHashed: false })).toEqual({
      key: { shown: 'x', file: `${folder}/x/cache.zip` },
      warning: 'cache key "../x" sanitized to "x"',
    });
    expect(readCacheKey({ key: '..', folder, isHashed: false })).toEqual({
      key: undefined,
      warning: 'cache key ".." could not be sanitized',
    });
  });

  it('hashes the key as it is where hashes are wanted', () => {
    const { key } = readCacheKey({ key: '../x', folder, isHashed: true });
    expect(key?.shown).toBe('../x');
    expect(key?.file).toMatch(/^\/cache\/lakes\/hills\/[0-9a-f]{64}\/cache\.zip$/);
  });
});

describe('defaultKey', () => {
  it('is the job and its ref', () => {
    expect(defaultKey({ name: 'build', ref: 'main' })).toBe('build/main');
  });
});
